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
export { Counter, Gauge, Histogram, MetricsCollector } from './collector.js';
export { PerfError, type PerfErrorCode } from './errors.js';
export type { SeriesOptions } from './interner.js';
export type { Labels } from './labels.js';
export { type LoadOptions, load, type Status, status } from './load.js';
export { type BeaconOptions, type MonitorOptions, WasmPerformanceMonitor } from './monitor.js';
export type { Operation } from './operation.js';
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
