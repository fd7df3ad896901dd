/**
 * What a monitor needs from the core, whether it runs as WebAssembly or in its JavaScript form: integers and doubles
 * only. Copies of this package in one program share one core through this interface, so its names are never mangled,
 * and a change to it needs a new number in the key of `shared.ts`.
 */
export interface Core {
	readonly kind: 'wasm' | 'js';
	/** Bytes of linear memory; 0 where there is none. */
	memoryBytes(): number;
	/** A new, empty registry of series. Times are monotonic milliseconds of any origin; Infinity keeps idle series. */
	registryNew(startMs: number, idleExpiryMs: number): number;
	registryFree(registry: number): void;
	/**
	 * Says what a handle means. `parent` is {@link NO_PARENT} or the handle of the bare name; `windowMs` 0 is no window.
	 * Said again with a window, the series gets that window and keeps its data.
	 */
	define(registry: number, handle: number, kind: Kind, parent: number, windowMs: number, slices: number): void;
	/** Takes in records: three columns of equal length, in the order of recording. */
	drain(registry: number, handles: Uint32Array, values: Float64Array, times: Float64Array, now: number): void;
	/** Adds to the counts of what was not kept. */
	addLosses(registry: number, rejected: number, dropped: number, overflowed: number, expired: number): void;
	/** Everything (reader -1), or what came since that reader last looked, in the wire form of `engine/wire.ts`. */
	snapshot(registry: number, now: number, reader: number): Float64Array;
	/** NaN while the series is empty. */
	quantile(registry: number, handle: number, q: number): number;
	/** Drops the data and keeps the definitions. */
	reset(registry: number, now: number): void;
	/** Adds series records in the wire form, without a header; returns how many were refused. */
	merge(registry: number, records: Float64Array): number;
	/** The id of a new reader, or -1 when there are too many. */
	readerNew(registry: number, now: number): number;
	readerFree(registry: number, reader: number): void;
	/** The handle of a series that was idle for too long and whose index is now free, or -1. */
	recycle(registry: number, now: number): number;
	/** What decides for caches; only the module has it. */
	readonly caches?: CacheCore;
}

/** What a cache needs from the module, over slots whose keys and values JavaScript holds. */
export interface CacheCore {
	/** A new cache; `maxWeight` 0 is no bound. Ticks are ms of any origin. */
	cacheNew(capacity: number, maxWeight: number, now: number): number;
	cacheFree(cache: number): void;
	/** Takes in a free slot; gives the first that goes for it, -1: none, -2: it is too heavy and was not taken in. */
	cacheInsert(cache: number, slot: number, hash: number, weight: number): number;
	/** The slot has another weight; gives victims as `cacheInsert` does, the slot itself among them where it must. */
	cacheReweigh(cache: number, slot: number, weight: number): number;
	/** The next slot that goes, or -1. */
	cacheVictim(cache: number): number;
	/** The slot was asked for. */
	cacheHit(cache: number, slot: number): void;
	/** The first `count` slots were asked for, in this order. */
	cacheHits(cache: number, slots: Uint32Array, count: number): void;
	cacheRemove(cache: number, slot: number): void;
	/** Takes over rows of slot, hash, weight and segment; gives how many of them found room. */
	cacheRestore(cache: number, rows: Uint32Array): number;
	/** All slots, the ones that would go first at the beginning, as `segment << 24 | slot`. */
	cacheOrder(cache: number): Uint32Array;
	/** How often what was asked for lately, as opaque numbers for `cacheRestoreSketch` of a cache of the same capacity. */
	cacheSketch(cache: number): Uint32Array;
	/** Half as many as there are numbers. */
	cacheSketchLength(cache: number): number;
	cacheRestoreSketch(cache: number, words: Uint32Array): void;
	/** How much of the cache is its window, in percent. */
	cacheWindow(cache: number): number;
	/** Five rows of entries, whether LRU, hit ratio, standard error; the best first. */
	cacheAdvise(cache: number): Float64Array;
	cacheSchedule(cache: number, slot: number, due: number): void;
	/** A slot that may be due by now, or -1. */
	cacheDue(cache: number, now: number): number;
	/** No slot is due before; Infinity where none is. */
	cacheNextTick(cache: number): number;
	/** Four words that stand for a text under a seed of four words. */
	fingerprint(text: string, seed: Uint32Array): Uint32Array;
	/** The bytes as one block of LZ4; undefined where that saves less than an eighth. */
	compress(bytes: Uint8Array): Uint8Array | undefined;
	/** The `length` bytes of which a block was made; undefined where it is damaged. */
	decompress(block: Uint8Array, length: number): Uint8Array | undefined;
}

/** What a series holds: durations in ms (bucketed in seconds), values as given, an exact sum, the last value set. */
export type Kind = 0 | 1 | 2 | 3;

export const DURATIONS = 0;
export const VALUES = 1;
export const COUNTER = 2;
export const GAUGE = 3;

/** A handle is 18 bits of index and 12 of generation; the two above them are the flags of one record. */
export const INDEX_BITS = 18;
export const MAX_INDEX = (1 << INDEX_BITS) - 1;
export const MAX_GENERATION = (1 << 12) - 1;

/** Indices 0 to 2 are the overflow series of operations, value histograms and counters. */
export const RESERVED = 3;

export const ABORTED = 1 << 30;
export const FAILED = 1 << 31;
/** Both flags: the time column carries the interval at which values were expected. */
export const EXPECTED_INTERVAL = ABORTED | FAILED;

export const NO_PARENT = 0xffffffff;

/** A handle that no series ever has, so that the core counts what comes under it as dropped. */
export const NO_SERIES = 0x3fffffff;
