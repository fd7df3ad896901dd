/** A lookup that hits among 10,000 entries with bound and time. */
import { interleave } from '../harness.mjs';
import { cacheOf, getHits, keysOf, verify } from '../our-caches.mjs';
import { ready } from '../ours.mjs';
import { LRU_CACHE, syncCaches } from '../peers/caches.mjs';
import { atMost, compare } from '../result.mjs';

const ENTRIES = 10_000;

export const unit = 'ns';
export const goal = `<= 1 x ${LRU_CACHE}`;

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const keys = keysOf(ENTRIES);
	const ours = getHits('ours', cacheOf(ENTRIES), keys);
	const peers = Object.entries(syncCaches(ENTRIES)).map(([name, cache]) => getHits(name, cache, keys));
	const result = compare(await interleave([ours, ...peers], plan, progress));
	verify(ours, engine);
	return { ...result, checks: [atMost(`ratio to ${LRU_CACHE}`, result.ratios[LRU_CACHE].median, 1)] };
}
