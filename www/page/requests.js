// What the page asks its server.

import { measureFetch, measureRender } from './measured.js';

const AT_ONCE = 4;
const MANY = 20;

/** Connects the two buttons; gives the function that opens a ticket. */
export function startRequests(tickets) {
	const detail = document.getElementById('detail');
	let next = 0;

	button('fetch-many', () => {
		const ids = Array.from({ length: MANY }, () => tickets[(next++ * 977) % tickets.length].id);
		return inParallel(ids, async (id, index) => {
			await ask(index % 2 === 0 ? 'ticket' : 'similar', id);
		});
	});
	button('fetch-missing', async () => {
		try {
			await ask('ticket', 0);
		} catch (error) {
			say(detail, `As expected: ${error.message}. It is counted under errors.`);
		}
	});

	return async (id) => {
		try {
			const [ticket, similar] = await Promise.all([ask('ticket', id), ask('similar', id)]);
			measureRender(() => showTicket(detail, ticket, similar));
		} catch (error) {
			say(detail, `The server could not be asked: ${error.message}`);
		}
	};
}

/** One request, body included; an answer that is not 2xx is an error of its operation. */
function ask(question, id) {
	return measureFetch(question, async () => {
		const response = await fetch(`/api/${question}?id=${id}`);
		const answer = await response.json();
		if (!response.ok) throw new Error(`${response.status}, ${answer.error}`);
		return answer;
	});
}

async function inParallel(items, work) {
	const queue = items.entries();
	const worker = async () => {
		for (const [index, item] of queue) await work(item, index);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function button(id, work) {
	const element = document.getElementById(id);
	element.addEventListener('click', async () => {
		element.disabled = true;
		try {
			await work();
		} finally {
			element.disabled = false;
		}
	});
}

function showTicket(detail, ticket, similar) {
	const title = document.createElement('h3');
	title.textContent = `#${ticket.id} ${ticket.title}`;
	const facts = document.createElement('p');
	facts.className = 'quiet';
	facts.textContent = `${ticket.component} · ${ticket.state} · ${ticket.author} · ${ticket.days} days old. Most alike:`;
	const list = document.createElement('ol');
	for (const { id, title: text } of similar) {
		const item = document.createElement('li');
		item.textContent = `#${id} ${text}`;
		list.append(item);
	}
	detail.replaceChildren(title, facts, list);
}

function say(detail, sentence) {
	const paragraph = document.createElement('p');
	paragraph.textContent = sentence;
	detail.replaceChildren(paragraph);
}
