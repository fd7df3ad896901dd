/** The caches that people use today, as they come: each with `get` and `set`. */
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { Cacheable, CacheableMemory } from 'cacheable';
import { LRUCache } from 'lru-cache';
import { LRUMap } from 'mnemonist';
import QuickLRU from 'quick-lru';
import { TTL } from '../our-caches.mjs';

export const LRU_CACHE = 'lru-cache with ttl';

/** Synchronous caches of so many entries. */
export function syncCaches(entries) {
	return {
		Map: new Map(),
		'lru-cache': new LRUCache({ max: entries }),
		[LRU_CACHE]: new LRUCache({ max: entries, ttl: TTL }),
		'quick-lru': new QuickLRU({ maxSize: entries }),
		'mnemonist LRUMap': new LRUMap(entries),
		'cacheable memory': new CacheableMemory({ lruSize: entries, ttl: TTL }),
	};
}

/** What they offer in the place of `getOrSet`, by name. */
export function asyncCaches(entries, loader) {
	const lru = new LRUCache({ max: entries, ttl: TTL, fetchMethod: loader });
	const cacheable = new Cacheable({ ttl: TTL });
	const bento = new BentoCache({
		default: 'memory',
		stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: entries })) },
	});
	return {
		'lru-cache fetch': (key) => lru.fetch(key),
		'cacheable getOrSet': (key) => cacheable.getOrSet(key, () => loader(key), { ttl: TTL }),
		'bentocache getOrSet': (key) => bento.getOrSet({ key, factory: () => loader(key), ttl: TTL }),
	};
}
