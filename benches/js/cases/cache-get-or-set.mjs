/** An awaited lookup with a loader, which hits, among 10,000 entries. */
import { interleave } from '../harness.mjs';
import { awaitHits, cacheOf, keysOf, verify } from '../our-caches.mjs';
import { ready } from '../ours.mjs';
import { asyncCaches } from '../peers/caches.mjs';
import { atMost, compare } from '../result.mjs';

const ENTRIES = 10_000;

export const unit = 'ns';
export const goal = '<= 1,000 ns';

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const keys = keysOf(ENTRIES);
	const loader = async (key) => ({ key });
	const cache = cacheOf(ENTRIES);
	const contenders = [
		['ours', (key) => cache.getOrSet(key, () => loader(key))],
		...Object.entries(asyncCaches(ENTRIES, loader)),
	];
	// Filled first, so that only hits are measured.
	for (const [, get] of contenders) for (const key of keys) await get(key);
	const { misses } = cache.stats();
	const lanes = contenders.map(([name, get]) => awaitHits(name, get, keys));
	const result = compare(await interleave(lanes, plan, progress));
	verify({ cache }, engine);
	if (cache.stats().misses !== misses) throw new Error('a lookup missed');
	return { ...result, checks: [atMost('ours', result.ours, 1000)] };
}
