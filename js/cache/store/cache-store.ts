/**
 * A third level for a cache: Redis, IndexedDB, a file. It has the shape of Keyv, so that a `Keyv` and an adapter made
 * for it (`new KeyvRedis(url)`) fit as they are; so does a `Map`, which forgets nothing by itself, for tests.
 *
 * Answers may come at once or as promises. A store may fail, be late and lose what it was given: who calls it here
 * treats every failure as a miss. `npm run test:store` tells whether a store keeps what this shape promises.
 */
export interface CacheStore {
	/** The text kept under a key; undefined or null where there is none, or where it has expired. */
	get(key: string): unknown;
	/**
	 * Keeps a text under a key, in place of what was there, for `ttlMs` (a whole number above 0; without it, for good).
	 * An answer of `false` says that it was refused.
	 */
	set(key: string, value: string, ttlMs?: number): unknown;
	/** Forgets a key. What it answers is not looked at. */
	delete(key: string): unknown;
	/** Whether a key is kept. */
	has?(key: string): unknown;
	/** The texts of several keys, in the order of the keys, with undefined or null for those that are not there. */
	getMany?(keys: string[]): unknown;
	/** Keeps several texts; an answer of booleans says which were refused. */
	setMany?(entries: StoreEntry[]): unknown;
	/** Forgets several keys. */
	deleteMany?(keys: string[]): unknown;
	/** Forgets everything, or everything of its namespace where it has one. */
	clear?(): unknown;
	/** Everything that is kept, as pairs of key and text: an iterator, an async iterator, or a promise of one. */
	iterator?: unknown;
	/** Ends connections; with `force`, without waiting for what is on its way. */
	disconnect?(force?: boolean): unknown;
	/** Tells of failures; a listener is attached, so that none of them ends the process. */
	on?(event: 'error', listener: (error: unknown) => void): unknown;
}

/** One of the entries given to {@link CacheStore.setMany}. */
export interface StoreEntry {
	key: string;
	value: string;
	/** For how many ms; without it, for good. */
	ttl?: number;
}

/** What the third level keeps of an entry. Times are ms since the Unix epoch; Infinity is never. */
export interface Stored {
	readonly value: unknown;
	/** From when on it may no longer be given out. */
	readonly expiresAt: number;
	/** From when on it is stale. */
	readonly freshUntil?: number;
	/** When it was made, as a version (`Versions` makes them); what comes back always has one. */
	readonly version?: number;
	readonly tags?: readonly string[];
}

/** Makes texts of values that JSON does not carry, and values of those texts. */
export interface StoreCodec {
	/** The text of a value. What it throws counts as `unstorable`. */
	encode(value: never): string;
	/** The value of a text. What it throws counts as `damaged`, and is a miss. */
	decode(text: string): unknown;
}

/** Options of the third level. */
export interface StoreOptions {
	/**
	 * How long one call of the store is waited for, in ms, 1 to 60,000. What takes longer is a miss, and a failure for the
	 * breaker; a write that takes longer goes on without anybody waiting for it.
	 * @default 100
	 */
	readonly timeout?: number;
	/**
	 * `through`: a write is waited for (within `timeout`). `behind`: it is not, and what comes within `batchDelay` goes
	 * together. Either way the writes of one key take effect in their order.
	 * @default 'through'
	 */
	readonly write?: 'through' | 'behind';
	/**
	 * For how many ms writes are gathered where `write` is `behind`, 0 to 60,000.
	 * @default 20
	 */
	readonly batchDelay?: number;
	/**
	 * Writes that may wait, 1 to 1,000,000. Of more, the oldest is dropped and counted.
	 * @default 1000
	 */
	readonly maxPending?: number;
	/**
	 * Characters of those writes together, 1,024 to 2^30.
	 * @default 16777216
	 */
	readonly maxPendingSize?: number;
	/** When a store that fails is left alone. */
	readonly breaker?: BreakerOptions;
	/**
	 * What the keys in the store begin with: 1 to 64 letters, digits, dots, underscores and hyphens. Caches that share a
	 * store need one each.
	 * @default 'perf'
	 */
	readonly namespace?: string;
	/** For values that JSON does not carry faithfully. Without it those are not stored, and are counted. */
	readonly codec?: StoreCodec;
	/** Is told of every failure of the store, beside the counts. What it throws is ignored. */
	readonly onError?: (error: unknown) => void;
}

/** Options of the circuit breaker before the store. */
export interface BreakerOptions {
	/**
	 * After so many failures in a row the store is left alone, 1 to 1,000.
	 * @default 5
	 */
	readonly failures?: number;
	/**
	 * For how many ms, 1 to 3,600,000; then one call tries it again.
	 * @default 1000
	 */
	readonly cooldownMs?: number;
}

/** What a cache's third level did so far. */
export interface StoreStats {
	/** Reads that gave a value. */
	readonly hits: number;
	/** Reads that gave none, for whatever reason. */
	readonly misses: number;
	/** Calls that took longer than `timeout`. */
	readonly timeouts: number;
	/** Calls that failed, and failures that the store told of by itself. */
	readonly errors: number;
	/** Reads that were not made because the breaker was open. */
	readonly skipped: number;
	/** Texts found in the store that are none of ours, or broken. */
	readonly damaged: number;
	/** Entries written. */
	readonly writes: number;
	/** Keys deleted. */
	readonly deletes: number;
	/** Entries that the store refused, for example for want of room. */
	readonly refused: number;
	/** Entries whose value cannot be stored. */
	readonly unstorable: number;
	/** Writes that wait now. */
	readonly pending: number;
	/** Writes that were dropped because too many waited. */
	readonly dropped: number;
	/** Whether the store is asked (`closed`), left alone (`open`), or tried by one call (`half-open`). */
	readonly breaker: BreakerState;
	/** The message of the last failure. */
	readonly lastError: string | undefined;
}

/** See {@link StoreStats.breaker}. */
export type BreakerState = 'closed' | 'open' | 'half-open';
