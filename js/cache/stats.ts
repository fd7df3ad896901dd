import type { Beyond } from './beyond.js';
import type { Loads } from './loads.js';
import type { Memory } from './memory.js';
import type { EvictionCause } from './options.js';
import type { InvalidationStats } from './store/bus.js';
import type { StoreStats } from './store/cache-store.js';

/** Counts of one level. */
export interface LevelStats {
	readonly entries: number;
	/** As `sizeOf` tells; 0 where no bytes are bounded. */
	readonly bytes: number;
	readonly hits: number;
}

/** What a cache did since it was made, as plain data. */
export interface CacheStats {
	/**
	 * What decides which entries go: least recently used until the module is loaded and where it cannot load, W-TinyLFU
	 * with an adaptive window from then on.
	 */
	readonly policy: 'lru' | 'w-tinylfu';
	/** Entries now. */
	readonly entries: number;
	/** Entries at most. */
	readonly capacity: number;
	/** Lookups that found a fresh value in memory. */
	readonly hits: number;
	/** Lookups that did not. */
	readonly misses: number;
	/** Share of the lookups that were hits, 0 to 1; 0 while there were none. */
	readonly hitRatio: number;
	readonly l1: LevelStats;
	readonly l2: LevelStats & {
		/** Entries of this level that have no compact form. */
		readonly asTheyAre: number;
	};
	/** Lookups that got a stale value while a new one was loaded, or after that failed. */
	readonly stale: number;
	/** Loads that failed and left a stale value in use. */
	readonly grace: number;
	/** Lookups that waited for the load of another one. */
	readonly coalesced: number;
	/** Lookups that got an error that was kept. */
	readonly negative: number;
	/** Loads that ended, one way or another; their time together and the longest, in ms. */
	readonly loads: number;
	readonly loadMs: number;
	readonly longestLoadMs: number;
	/** Loads that failed, and loads that were given up because nobody waited any more. */
	readonly loadErrors: number;
	readonly loadsCancelled: number;
	/** Loads under way. */
	readonly loading: number;
	/** Entries that went, by cause. */
	readonly evictions: Readonly<Record<EvictionCause, number>>;
	/** Values that were not kept because they alone are larger than may be. */
	readonly tooHeavy: number;
	/** Listeners that threw, and events of which they were not told: too many waited, or the value could not be read. */
	readonly listenerErrors: number;
	readonly listenerDropped: number;
	/** The third level, where there is a store and its code is loaded. */
	readonly l3?: StoreStats;
	/** What went to other caches and came from them, where there is a bus. */
	readonly bus?: InvalidationStats;
	/** Writes that never reached the third level because its code did not load; only where there were some. */
	readonly lostWrites?: number;
}

/** What another size, or plain LRU, would have given, as a sample of the requests tells. */
export interface Advice {
	readonly entries: number;
	readonly policy: 'lru' | 'w-tinylfu';
	/** Share of the requests that would have found their key, 0 to 1: good for comparing rows, less so by itself. */
	readonly hitRatio: number;
	/** Standard error of that; Infinity while there is too little to tell. */
	readonly standardError: number;
}

/** @internal The counts of a cache as they stand. */
export function statsOf(memory: Memory, loads: Loads, beyond: Beyond | undefined): CacheStats {
	const { _levels: levels, _evictions: evictions, _hits: hot, _warmHits: warm, _misses: misses } = memory;
	const entries = memory._map.size;
	const hits = hot + warm;
	return {
		policy: memory._policy._name,
		entries,
		capacity: memory._capacity,
		hits,
		misses,
		hitRatio: hits / (hits + misses || 1),
		l1: { entries: levels ? levels._hot : entries, bytes: levels ? levels._hotBytes : memory._bytes, hits: hot },
		l2: {
			entries: levels ? entries - levels._hot : 0,
			bytes: levels?._warmBytes ?? 0,
			hits: warm,
			asTheyAre: levels?._asTheyAre ?? 0,
		},
		stale: loads._stale,
		grace: loads._grace,
		coalesced: loads._coalesced,
		negative: loads._negative,
		loads: loads._loads,
		loadMs: loads._ms,
		longestLoadMs: loads._longestMs,
		loadErrors: loads._errors,
		loadsCancelled: loads._cancelled,
		loading: loads._flights._map.size,
		evictions: { ...evictions._counts },
		tooHeavy: memory._tooHeavy,
		listenerErrors: evictions._failed,
		listenerDropped: evictions._untold,
		...(beyond?._level?._tier && { l3: beyond._level._tier._stats() }),
		...(beyond?._level?._others && { bus: beyond._level._others._stats() }),
		...(beyond?._lost && { lostWrites: beyond._lost }),
	};
}
