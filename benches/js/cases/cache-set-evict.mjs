/** A set of a key that is not there, for which another one goes, among 10,000 entries with bound and time. */
import { interleave } from '../harness.mjs';
import { cacheOf, keysOf, setEvicting, verify } from '../our-caches.mjs';
import { ready } from '../ours.mjs';
import { LRU_CACHE, syncCaches } from '../peers/caches.mjs';
import { atMost, compare } from '../result.mjs';

const ENTRIES = 10_000;
const KEYS = 200_000;

export const unit = 'ns';
export const goal = `<= 1 x ${LRU_CACHE}`;

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const keys = keysOf(KEYS);
	const ours = setEvicting('ours', cacheOf(ENTRIES), keys);
	const { Map: _, ...bounded } = syncCaches(ENTRIES);
	const peers = Object.entries(bounded).map(([name, cache]) => setEvicting(name, cache, keys));
	const result = compare(await interleave([ours, ...peers], plan, progress));
	verify({ cache: ours.cache }, engine);
	const { evictions } = ours.cache.stats();
	if (evictions.size === 0) throw new Error('nothing had to go');
	return { ...result, checks: [atMost(`ratio to ${LRU_CACHE}`, result.ratios[LRU_CACHE].median, 1)] };
}
