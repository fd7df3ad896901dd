/** What a key is to the map of a cache; see `keys.ts`. */
export type MapKey = string | number | bigint | boolean | null | undefined;

/**
 * A well-mixed 32-bit hash of a key, the same everywhere, by which the policy of the module knows it. Two keys of one
 * hash share their popularity, nothing else.
 */
export function hashOf(key: MapKey): number {
	if (typeof key === 'number' && (key | 0) === key) {
		return mixed(key);
	}
	const text = typeof key === 'string' ? key : String(key);
	// FNV-1a (Fowler, Noll, Vo 1991) over UTF-16 units.
	let hash = 0x811c9dc5;
	for (let at = 0; at < text.length; at++) {
		hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
	}
	return mixed(hash);
}

/** The finaliser of MurmurHash3 (Appleby 2011): every bit of the input touches every bit of the output. */
function mixed(hash: number): number {
	let bits = hash;
	bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
	bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
	return (bits ^ (bits >>> 16)) >>> 0;
}
