// Puts the page together.

import { makeTickets } from '../catalogue.js';
import { SEED, TICKETS } from '../settings.js';
import { startNumbers } from './numbers.js';
import { startRequests } from './requests.js';
import { startSearchBox } from './search-box.js';

const tickets = makeTickets(TICKETS, SEED);
startSearchBox(tickets, startRequests(tickets));
startNumbers();
