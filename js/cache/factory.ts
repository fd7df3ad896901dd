import { MultiLevelCache } from './multi-level-cache.js';
import type { CacheOptions } from './options.js';

// Written out, because bundlers keep what is computed at import, also where nobody uses it.
const MIB = 1_048_576;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Caches for common uses. Each takes options, which go before those of the use. */
export const CacheFactory = {
	/**
	 * Answers of services and models, by request: 500 hot ones in 32 MiB, 5,000 compact ones in 64 MiB, fresh for an hour
	 * and a tenth less at random; for ten minutes more they are served when asking again fails.
	 */
	createResponseCache<K = unknown, V = unknown>(options?: CacheOptions<V>): MultiLevelCache<K, V> {
		return new MultiLevelCache<K, V>({
			l1Size: 500,
			l2Size: 5000,
			l1Bytes: 32 * MIB,
			l2Bytes: 64 * MIB,
			ttl: HOUR,
			jitter: 0.1,
			staleIfError: 10 * MINUTE,
			...options,
		});
	},

	/** Results of tools, by what they were called with: 1,000 in 32 MiB, fresh for five minutes. */
	createToolCache<K = unknown, V = unknown>(options?: CacheOptions<V>): MultiLevelCache<K, V> {
		return new MultiLevelCache<K, V>({ l1Size: 1000, l1Bytes: 32 * MIB, ttl: 5 * MINUTE, ...options });
	},

	/**
	 * Contents of files, by path and time of change: 2,000 in 64 MiB, until nobody asked for ten minutes. A file that
	 * changes is another key, so that nothing else has to expire.
	 */
	createFileCache<K = unknown, V = unknown>(options?: CacheOptions<V>): MultiLevelCache<K, V> {
		return new MultiLevelCache<K, V>({ l1Size: 2000, l1Bytes: 64 * MIB, idleTtl: 10 * MINUTE, ...options });
	},

	/** What is known of who is there, by session: 10,000, for a day, or until nobody asked for half an hour. */
	createSessionCache<K = unknown, V = unknown>(options?: CacheOptions<V>): MultiLevelCache<K, V> {
		return new MultiLevelCache<K, V>({ l1Size: 10_000, ttl: 24 * HOUR, idleTtl: 30 * MINUTE, ...options });
	},
};
