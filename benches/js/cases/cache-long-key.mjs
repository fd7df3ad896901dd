/**
 * A lookup by a fresh key of 20 kB among 2,000 entries of the same length, as requests to a model are. Making the key is
 * measured too, for all alike, and by itself beside them.
 */
import { LRUCache } from 'lru-cache';
import { interleave } from '../harness.mjs';
import { cacheOf, verify } from '../our-caches.mjs';
import { ready } from '../ours.mjs';
import { atMost, compare } from '../result.mjs';

const ENTRIES = 2000;
const LENGTH = 20_000;
const BASELINE = 'making the key';

export const unit = 'ns';
export const goal = '<= 15,000 ns without making the key';

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const bytes = new TextEncoder().encode('x'.repeat(LENGTH));
	const decoder = new TextDecoder();
	/** A string of its own each time, of which nobody knows the hash. */
	const keyOf = (n) => {
		new TextEncoder().encodeInto(String(n % ENTRIES).padStart(8, '0'), bytes.subarray(1000));
		return decoder.decode(bytes);
	};
	const ours = lookups('ours', cacheOf(ENTRIES), keyOf);
	const peers = [
		lookups('lru-cache', new LRUCache({ max: ENTRIES }), keyOf),
		lookups('Map', new Map(), keyOf),
		{
			name: BASELINE,
			run(n) {
				let length = 0;
				for (let i = 0; i < n; i += 1) length += keyOf(i * 7).length;
				return length;
			},
		},
	];
	const result = compare(await interleave([ours, ...peers], plan, progress));
	verify(ours, engine);
	const without = result.ours - result.peers[BASELINE];
	return { ...result, checks: [atMost('ours without making the key', without, 15_000)], details: { without } };
}

function lookups(name, cache, keyOf) {
	for (let i = 0; i < ENTRIES; i += 1) cache.set(keyOf(i), i);
	const contender = {
		name,
		cache,
		looked: 0,
		run(n) {
			let found = 0;
			for (let i = 0; i < n; i += 1) found += cache.get(keyOf(i * 7)) === (i * 7) % ENTRIES ? 1 : 0;
			contender.looked += n;
			if (found !== n) throw new Error(`${name}: found ${found} of ${n}`);
			return found;
		},
	};
	return contender;
}
