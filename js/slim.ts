import { type LoadOptions, load as loadFrom, type Status } from './load.js';
import type { CompiledModule, FetchResponse, UrlObject } from './platform-types.js';

export type { CacheDump, DumpedEntry } from './cache/dump.js';
export { CacheFactory } from './cache/factory.js';
export type {
	LoadContext,
	Loader,
	LoadOptions as CacheLoadOptions,
	Lookup,
	Outcome,
	SetOptions,
} from './cache/loads.js';
export { MultiLevelCache } from './cache/multi-level-cache.js';
export type { CacheOptions, EvictionCause } from './cache/options.js';
export type { Advice, CacheStats, LevelStats } from './cache/stats.js';
export type { Bus, InvalidationStats } from './cache/store/bus.js';
export type {
	BreakerOptions,
	BreakerState,
	CacheStore,
	StoreCodec,
	StoreEntry,
	StoreOptions,
	StoreStats,
} from './cache/store/cache-store.js';
export { channelBus } from './cache/store/channel-bus.js';
export { type IdbStore, type IdbStoreOptions, idbStore } from './cache/store/idb-store.js';
export { type RedisBusOptions, type RedisClient, redisBus } from './cache/store/redis-bus.js';
export type { WarmCodec } from './cache/warm.js';
export { Counter, Gauge, Histogram, MetricsCollector } from './collector.js';
export { PerfError, type PerfErrorCode } from './errors.js';
export type { SeriesOptions } from './interner.js';
export type { Labels } from './labels.js';
export { type LoadOptions, type Status, status } from './load.js';
export { type BeaconOptions, type MonitorOptions, WasmPerformanceMonitor } from './monitor.js';
export type { Operation } from './operation.js';
export type { BufferLease } from './pool/buffer-lease.js';
export { BufferPool } from './pool/buffer-pool.js';
export type { BufferPoolStats } from './pool/buffer-stats.js';
export type { LeakReport } from './pool/leaks.js';
export type { Lease } from './pool/lease.js';
export type { MisuseStats } from './pool/misuse.js';
export { ObjectPool } from './pool/object-pool.js';
export type { ObjectPoolStats } from './pool/object-stats.js';
export type { AcquireOptions, BufferPoolOptions, LeakOptions, ObjectPoolOptions } from './pool/options.js';
export type { Reader } from './reader.js';
export type {
	Buckets,
	ExactSum,
	HistogramCounts,
	OperationSnapshot,
	Snapshot,
	ValueSnapshot,
	WindowSnapshot,
} from './snapshot.js';
export type { Span } from './span.js';
export { PerformanceTracker } from './tracker.js';

/** Where the module comes from: a URL, a response, bytes, or a compiled module. */
export type WasmSource = string | UrlObject | FetchResponse | ArrayBuffer | ArrayBufferView | CompiledModule;

/** Options of {@link load}, which in this entry says where the module is. */
export interface SlimLoadOptions extends LoadOptions {
	/** The module (`@code-mesh/perf/perf.wasm`): its URL, a response, its bytes, compiled, or a promise of these. */
	readonly wasm?: WasmSource | PromiseLike<WasmSource>;
	/** Subresource integrity of the file behind a URL, for example `sha256-…`. */
	readonly integrity?: string;
}

/**
 * Loads the core from where `wasm` says. However many ask, it is loaded once; a failed load is forgotten, and the next
 * call, also with another `wasm`, tries again. Where WebAssembly is missing or forbidden, the JavaScript form of the
 * core takes over.
 *
 * @throws {@link PerfError} `NO_SOURCE`, `FETCH`, `NOT_WASM`, `COMPILE`, `LINK`, `TIMEOUT`, `ABORTED` (as rejection)
 */
export const load: (options?: SlimLoadOptions) => Promise<Status> = loadFrom;
