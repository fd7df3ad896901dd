// What the page asks the server: one quick question, and one that takes longer the more words a ticket has in common.

import { makeTickets } from './catalogue.js';
import { SEED, TICKETS } from './settings.js';

const tickets = makeTickets(TICKETS, SEED);
const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));

/** The answer to `/api/ticket?id=` or `/api/similar?id=`; `undefined` for any other path. */
export function answerQuestion({ pathname, searchParams }) {
	const question = { '/api/ticket': describe, '/api/similar': similar }[pathname];
	if (question === undefined) return undefined;
	const ticket = byId.get(Number(searchParams.get('id')));
	if (ticket === undefined) return json(404, { error: 'no ticket has this id' });
	return json(200, question(ticket));
}

function describe({ text: _, ...ticket }) {
	return ticket;
}

/** The five tickets that share most with this one: rare common words weigh more, and close names count by edit distance. */
function similar(ticket) {
	const words = new Set(ticket.text.split(' '));
	const scored = [];
	for (const other of tickets) {
		if (other === ticket) continue;
		const common = other.text.split(' ').filter((word) => words.has(word));
		if (common.length < 3) continue;
		const score =
			common.reduce((sum, word) => sum + 1 / frequency(word), 0) - editDistance(ticket.title, other.title) / 1000;
		scored.push({ id: other.id, title: other.title, score });
	}
	return scored.sort((a, b) => b.score - a.score).slice(0, 5);
}

const frequencies = new Map();
for (const { text } of tickets) {
	for (const word of text.split(' ')) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
}

function frequency(word) {
	return frequencies.get(word) ?? 1;
}

function editDistance(a, b) {
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const replaced = previous[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
			current.push(Math.min(replaced, previous[column] + 1, current[column - 1] + 1));
		}
		previous = current;
	}
	return previous[b.length];
}

function json(status, value) {
	return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}
