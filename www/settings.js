// What page and server must agree on.

/** How many tickets there are. */
export const TICKETS = 5000;

/** From which they are made. */
export const SEED = 20_240_607;

/** How many rows of a result are put on the page. */
export const SHOWN = 60;
