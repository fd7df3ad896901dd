import { List } from './list.mjs';

/**
 * Hits of SIEVE (Zhang et al.: "SIEVE is Simpler than LRU", NSDI 2024): a queue in which a hit only marks, and a hand that
 * goes from old to new, takes marks away, and lets go of the first key without one. Parameters as for `lru`.
 */
export function sieve(keys, distinct, size) {
	const list = new List(distinct);
	const held = new Uint8Array(distinct);
	const marked = new Uint8Array(distinct);
	let hand = -1;
	let hits = 0;
	for (const key of keys) {
		if (held[key] === 1) {
			hits += 1;
			marked[key] = 1;
			continue;
		}
		if (list.length === size) {
			let victim = hand === -1 ? list.tail : hand;
			while (marked[victim] === 1) {
				marked[victim] = 0;
				victim = list.newer(victim);
				if (victim === -1) victim = list.tail;
			}
			hand = list.newer(victim);
			list.remove(victim);
			held[victim] = 0;
		}
		held[key] = 1;
		marked[key] = 0;
		list.push(key);
	}
	return hits;
}
