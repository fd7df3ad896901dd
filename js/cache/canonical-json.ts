/** Deeper keys are refused: most likely they contain themselves. */
const DEEPEST = 100;

/**
 * The one JSON text of a value by RFC 8785 (JSON Canonicalization Scheme): members in the order of their names, numbers
 * and strings as ECMAScript writes them. So two objects that say the same are the same key.
 *
 * @throws TypeError for what JSON cannot tell apart from something else: functions, symbols, BigInts, NaN, Maps and the
 * like, circles
 */
export function canonicalJson(value: unknown, depth = 0): string {
	if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
		return JSON.stringify(value);
	}
	if (typeof value === 'number' && Number.isFinite(value)) {
		return JSON.stringify(value);
	}
	if (typeof value !== 'object' || depth > DEEPEST) {
		throw new TypeError(
			`key: expected what JSON can hold, got ${depth > DEEPEST ? 'an object that contains itself' : String(value)}`,
		);
	}
	const { toJSON } = value as { toJSON?: unknown };
	if (typeof toJSON === 'function') {
		return canonicalJson(toJSON.call(value), depth + 1);
	}
	if (Array.isArray(value)) {
		// Not `map`, which leaves holes.
		return `[${Array.from(value, (item) => canonicalJson(item ?? null, depth + 1)).join()}]`;
	}
	const prototype = Object.getPrototypeOf(value);
	if (prototype && Object.getPrototypeOf(prototype)) {
		const name = prototype.constructor?.name;
		throw new TypeError(`key: expected a plain object, got one of ${name}; make a string or plain object of it`);
	}
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	// In the order of UTF-16 units, as RFC 8785 wants it and `<` compares.
	members.sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`).join()}}`;
}
