// The search box and the list under it.

import { SHOWN } from '../settings.js';
import { measureKeystroke, measureRender, measureSearch, searches } from './measured.js';

const PHRASES = [
	'upload slow connection',
	'invoice rounds',
	'keyboard focus zoom',
	'greta holm sync',
	'push message sleep',
];

/** Connects the box with the list; `open` is called with the ticket that was chosen. */
export function startSearchBox(tickets, open) {
	const query = document.getElementById('query');
	const results = document.getElementById('results');
	document.getElementById('how-many').textContent = tickets.length.toLocaleString('en');

	const update = () => {
		const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
		const found = measureSearch(() => remembered(tickets, words));
		measureRender(() => show(results, found, words));
	};
	query.addEventListener('input', (event) => {
		update();
		measureKeystroke(event);
	});
	results.addEventListener('click', (event) => {
		const button = event.target.closest('button');
		if (button) open(Number(button.dataset.id));
	});
	document.getElementById('type-for-me').addEventListener('click', (event) => typePhrases(event.target, query));
	update();
}

/** The order and the number of spaces make no difference to what is found, so they make none to the key. */
function remembered(tickets, words) {
	const key = [...new Set(words)].sort().join(' ');
	const known = searches.get(key);
	if (known) return known;
	const found = find(tickets, words);
	searches.set(key, found);
	return found;
}

function find(tickets, words) {
	return tickets.filter(({ text }) => words.every((word) => text.includes(word)));
}

function show(results, found, words) {
	const shown = found.slice(0, SHOWN);
	results.replaceChildren(...shown.map((ticket) => row(ticket, words)));
	results.scrollTop = 0;
	const count = found.length.toLocaleString('en');
	const sentence = found.length > shown.length ? `${count} found, the first ${shown.length} shown` : `${count} found`;
	document.getElementById('found').textContent = sentence;
}

function row(ticket, words) {
	const button = document.createElement('button');
	button.type = 'button';
	button.dataset.id = ticket.id;
	const small = document.createElement('small');
	small.append(
		`#${ticket.id} · `,
		...highlight(ticket.component, words),
		` · ${ticket.state} · `,
		...highlight(ticket.author, words),
	);
	button.append(...highlight(ticket.title, words), small);
	const item = document.createElement('li');
	item.append(button);
	return item;
}

/** The text in pieces, with every word that was searched for in a <mark>. */
function highlight(text, words) {
	if (words.length === 0) return [text];
	const pattern = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`, 'gi');
	return text.split(pattern).map((piece, index) => {
		if (index % 2 === 0) return piece;
		const mark = document.createElement('mark');
		mark.textContent = piece;
		return mark;
	});
}

/** Types like a person, through the same events. */
async function typePhrases(button, query) {
	button.disabled = true;
	for (const phrase of PHRASES) {
		query.value = '';
		for (const letter of phrase) {
			query.value += letter;
			query.dispatchEvent(new InputEvent('input', { bubbles: true, data: letter, inputType: 'insertText' }));
			await pause(60);
		}
		await pause(400);
	}
	button.disabled = false;
}

function pause(ms) {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
