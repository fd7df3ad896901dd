import { List } from './list.mjs';

/**
 * Hits of a cache that lets go of what was not asked for longest. `keys` are integers from 0 to `distinct` - 1, `size` is
 * in entries, at least 1.
 */
export function lru(keys, distinct, size) {
	const list = new List(distinct);
	const held = new Uint8Array(distinct);
	let hits = 0;
	for (const key of keys) {
		if (held[key] === 1) {
			hits += 1;
			list.renew(key);
			continue;
		}
		if (list.length === size) held[list.pop()] = 0;
		held[key] = 1;
		list.push(key);
	}
	return hits;
}
