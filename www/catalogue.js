// The list that is searched: a few thousand tickets of an imagined project, the same ones on every run.

const COMPONENTS = [
	'storage',
	'sign-in',
	'editor',
	'search',
	'billing',
	'mobile',
	'export',
	'notifications',
	'accessibility',
	'sync',
];
const PEOPLE = [
	'Ada Okafor',
	'Benno Ruiz',
	'Chiara Lindt',
	'Dmitri Vale',
	'Esi Mensah',
	'Farid Aziz',
	'Greta Holm',
	'Hana Sato',
	'Ivo Marin',
	'June Park',
	'Kofi Adom',
	'Lena Brandt',
];
const SUBJECTS = [
	'Upload',
	'Login form',
	'Autosave',
	'Result list',
	'Invoice',
	'Dark theme',
	'CSV export',
	'Push message',
	'Keyboard focus',
	'Background sync',
	'Image preview',
	'Session cookie',
	'Undo history',
	'Tag filter',
	'Date picker',
	'Screen reader label',
	'Password reset',
	'Drag and drop',
	'Offline queue',
	'Rate limit',
];
const TROUBLES = [
	'stalls',
	'shows an empty page',
	'loses the last change',
	'is announced twice',
	'takes ten seconds',
	'fails without a message',
	'jumps to the top',
	'ignores the time zone',
	'leaks memory',
	'rounds the wrong way',
	'repeats the first entry',
	'stays greyed out',
	'forgets its order',
	'uses an old certificate',
];
const OCCASIONS = [
	'when the proxy closes early',
	'after a second tab is opened',
	'on a slow connection',
	'with more than 500 entries',
	'when the name has an umlaut',
	'after waking from sleep',
	'in private windows',
	'while another upload runs',
	'on the first of the month',
	'behind a load balancer',
	'if cookies are blocked',
	'with 200 % zoom',
];
const STATES = ['open', 'open', 'open', 'in review', 'closed', 'closed'];

/**
 * @typedef {{ id: number, title: string, component: string, author: string, state: string, days: number, text: string }} Ticket
 * @param {number} count how many
 * @param {number} seed the same seed gives the same tickets
 * @returns {Ticket[]}
 */
export function makeTickets(count, seed) {
	const random = randomNumbers(seed);
	const pick = (list) => list[Math.floor(random() * list.length)];
	return Array.from({ length: count }, (_, index) => {
		const title = `${pick(SUBJECTS)} ${pick(TROUBLES)} ${pick(OCCASIONS)}`;
		const component = pick(COMPONENTS);
		const author = pick(PEOPLE);
		return {
			id: 1000 + index,
			title,
			component,
			author,
			state: pick(STATES),
			days: Math.floor(random() ** 2 * 400),
			text: `${title} ${component} ${author}`.toLowerCase(),
		};
	});
}

/** Mulberry32: small, and good enough to choose words. */
function randomNumbers(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
