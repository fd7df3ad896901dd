/** Deeper than this is a ring, or nothing that should be stored; a recursion of this depth fits on every stack. */
const DEEPEST = 500;

/** More parts are not looked at: what holds the same things in many places may have more of them than there is time. */
const MOST_PARTS = 1_000_000;

/**
 * Whether a value comes back from JSON as it was: null, booleans, texts, finite numbers, and plain objects and arrays of
 * these. Not so: undefined, NaN, -0, big integers, dates, maps, instances of classes, holes, rings, symbols as keys.
 *
 * An object that is reached twice comes back as two equal ones, and counts twice among the million parts there may be.
 * Linear in the number of parts.
 */
export function isFaithful(value: unknown, depth = 0, budget = { _left: MOST_PARTS }): boolean {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return true;
		case 'number':
			return Number.isFinite(value) && !Object.is(value, -0);
		case 'object':
			return value === null || (depth < DEEPEST && isPlain(value, depth, budget));
		default:
			return false;
	}
}

function isPlain(value: object, depth: number, budget: { _left: number }): boolean {
	if (Array.isArray(value)) {
		// As many keys as elements: neither holes nor names, as the result of a regular expression has them.
		return (
			Object.getPrototypeOf(value) === Array.prototype &&
			Object.keys(value).length === value.length &&
			areFaithful(value, depth, budget)
		);
	}
	const prototype = Object.getPrototypeOf(value);
	// An object of another realm has another Object.prototype; what has none above it is no class of anybody.
	if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
		return false;
	}
	return (
		(prototype === null || Object.hasOwn(prototype, 'hasOwnProperty')) &&
		Object.getOwnPropertySymbols(value).length === 0 &&
		areFaithful(Object.values(value), depth, budget)
	);
}

function areFaithful(members: unknown[], depth: number, budget: { _left: number }): boolean {
	budget._left -= members.length;
	return budget._left >= 0 && members.every((each) => isFaithful(each, depth + 1, budget));
}
