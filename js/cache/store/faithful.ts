/** Deeper than this is a ring, or nothing that should be stored; a recursion of this depth fits on every stack. */
const DEEPEST = 500;

/**
 * Whether a value comes back from JSON as it was: null, booleans, texts, finite numbers, and plain objects and arrays of
 * these. Not so: undefined, NaN, -0, big integers, dates, maps, instances of classes, holes, rings, symbols as keys.
 *
 * An object that is reached twice comes back as two equal ones. Linear in the number of members.
 */
export function isFaithful(value: unknown, depth = 0): boolean {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return true;
		case 'number':
			return Number.isFinite(value) && !Object.is(value, -0);
		case 'object':
			return value === null || (depth < DEEPEST && isPlain(value, depth));
		default:
			return false;
	}
}

function isPlain(value: object, depth: number): boolean {
	if (Array.isArray(value)) {
		// As many keys as elements: neither holes nor names, as the result of a regular expression has them.
		return (
			Object.getPrototypeOf(value) === Array.prototype &&
			Object.keys(value).length === value.length &&
			value.every((each) => isFaithful(each, depth + 1))
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
		Object.values(value).every((each) => isFaithful(each, depth + 1))
	);
}
