import type { Bus } from './store/bus.js';
import type { CacheStore, StoreOptions } from './store/cache-store.js';
import type { WarmCodec } from './warm.js';

/** Options of a cache; all of them can be left out. Times are in ms, Infinity is "no bound". */
export interface CacheOptions<V = unknown> {
	/**
	 * Entries kept as they are, 1 to 16,777,215.
	 * @default 1000
	 */
	readonly l1Size?: number;
	/**
	 * Entries kept beside them in compact form, 0 to 16,777,215 less `l1Size`: JSON, compressed where that pays. What JSON
	 * cannot hold (Dates, Maps, class instances, …) stays as it is. A value that comes back from there is equal to the one
	 * that was set, and another object.
	 * @default 0: none
	 */
	readonly l2Size?: number;
	/**
	 * Bytes of the values in the first level, as `sizeOf` tells them. A larger value goes to the second level, or is not
	 * kept.
	 * @default Infinity
	 */
	readonly l1Bytes?: number;
	/**
	 * Bytes of the values in the second level.
	 * @default Infinity
	 */
	readonly l2Bytes?: number;
	/**
	 * How many bytes a value takes, at least 1; asked when it is set, where bytes are bounded.
	 * @default an estimate: texts and buffers by length, objects by what they hold
	 */
	readonly sizeOf?: (value: V) => number;
	/**
	 * For how long an entry is fresh.
	 * @default Infinity
	 */
	readonly ttl?: number;
	/**
	 * For how long an entry is kept that nobody asks for.
	 * @default Infinity
	 */
	readonly idleTtl?: number;
	/**
	 * By which share the `ttl` of each entry is shortened at random, 0 to 1: what was set together does not expire together.
	 * @default 0
	 */
	readonly jitter?: number;
	/**
	 * For how long after its `ttl` an entry is served while a new one is loaded in the background.
	 * @default 0
	 */
	readonly staleWhileRevalidate?: number;
	/**
	 * For how long after its `ttl` an entry is served when loading a new one fails.
	 * @default 0
	 */
	readonly staleIfError?: number;
	/**
	 * How long before the end of its `ttl` an entry that is asked for is loaded anew in the background.
	 * @default 0
	 */
	readonly refreshAhead?: number;
	/**
	 * For how long an error of a loader is kept and given to whoever asks, in place of asking the loader again.
	 * @default 0: errors are not kept
	 */
	readonly negativeTtl?: number;
	/**
	 * Which errors are kept, where `negativeTtl` is given.
	 * @default all of them
	 */
	readonly cacheError?: (error: unknown) => boolean;
	/**
	 * Reads the clock at each call. Otherwise it is read at most once in a turn of the event loop, within which time stands
	 * still.
	 * @default false
	 */
	readonly exactTime?: boolean;
	/**
	 * A clock in ms in the place of the platform's, for tests; it is read at each call.
	 */
	readonly now?: () => number;
	/**
	 * Keeps keys of more than 1,024 characters and compares them. Otherwise 128-bit fingerprints stand for them, keyed at
	 * random: among a billion keys two are the same with a probability of 10^-21.
	 * @default false
	 */
	readonly verify?: boolean;
	/** Makes bytes of values for the second level, and values of bytes. */
	readonly codec?: WarmCodec<V>;
	/**
	 * A third level, of any size and shared by processes: what memory does not have is looked for there by `getOrSet`,
	 * `lookup` and `getMany`, and what is set or loaded is written there. A store that fails or is slow slows nothing else:
	 * see `storeOptions`. A `Keyv`, an adapter made for it, or {@link idbStore} in a page.
	 */
	readonly store?: CacheStore;
	/** How the store is used: its time limit, its circuit breaker, when it is written. */
	readonly storeOptions?: StoreOptions;
	/**
	 * Tells the caches of other processes, tabs or threads what was written or deleted here, and hears of theirs:
	 * {@link redisBus}, {@link channelBus}.
	 */
	readonly bus?: Bus;
	/** Told of entries that went, after the call that caused it; one that throws harms nobody and is counted. */
	readonly onEvict?: (value: V, key: unknown, cause: EvictionCause) => void;
}

/**
 * Why an entry went: there was no room (`size`), its time was over (`expired`), it was deleted or cleared (`deleted`),
 * another value was set (`replaced`), or its compact form could not be read (`damaged`).
 */
export type EvictionCause = 'size' | 'expired' | 'deleted' | 'replaced' | 'damaged';

/** @internal What a cache works with. */
export interface CheckedOptions
	extends Required<Omit<CacheOptions, 'now' | 'codec' | 'onEvict' | 'store' | 'storeOptions' | 'bus'>> {
	readonly now: (() => number) | undefined;
	readonly codec: WarmCodec<unknown> | undefined;
	readonly onEvict: ((value: unknown, key: unknown, cause: EvictionCause) => void) | undefined;
}

/** As many slots as the policy tells apart, less the one for what comes before another one goes. */
const MOST_ENTRIES = (1 << 24) - 1;

/** @internal The options with their defaults. @throws RangeError or TypeError that names the option */
export function checked<V>(options: CacheOptions<V>): CheckedOptions {
	if (typeof options !== 'object' || options === null) {
		throw new TypeError(`options: expected an object, got ${shown(options)}`);
	}
	const number = (name: keyof CacheOptions, fallback: number, least: number, most: number, whole?: 'whole'): number => {
		const value = options[name] ?? fallback;
		if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
			const kind = whole ? 'a whole number' : 'a number';
			throw new RangeError(`${name}: expected ${kind} from ${least} to ${most}, got ${shown(value)}`);
		}
		return value;
	};
	const flag = (name: keyof CacheOptions): boolean => {
		const value = options[name] ?? false;
		if (typeof value !== 'boolean') {
			throw new TypeError(`${name}: expected true or false, got ${shown(value)}`);
		}
		return value;
	};
	const callable = <T>(name: keyof CacheOptions): T | undefined => {
		const value = options[name] ?? undefined;
		if (value !== undefined && typeof value !== 'function') {
			throw new TypeError(`${name}: expected a function, got ${shown(value)}`);
		}
		return value as T | undefined;
	};
	const l1Size = number('l1Size', 1000, 1, MOST_ENTRIES, 'whole');
	const l2Size = number('l2Size', 0, 0, MOST_ENTRIES - l1Size, 'whole');
	if ((options.l2Bytes ?? Infinity) < Infinity && !l2Size) {
		throw new RangeError('l2Bytes: expected it with an l2Size above 0, which says that there is a second level');
	}
	if (options.cacheError && !options.negativeTtl) {
		throw new RangeError('cacheError: expected it with a negativeTtl above 0, which says that errors are kept');
	}
	return {
		l1Size,
		l2Size,
		l1Bytes: number('l1Bytes', Infinity, 1, Infinity),
		l2Bytes: number('l2Bytes', Infinity, 1, Infinity),
		sizeOf: callable('sizeOf') as (value: unknown) => number,
		ttl: number('ttl', Infinity, Number.MIN_VALUE, Infinity),
		idleTtl: number('idleTtl', Infinity, Number.MIN_VALUE, Infinity),
		jitter: number('jitter', 0, 0, 1),
		staleWhileRevalidate: number('staleWhileRevalidate', 0, 0, Infinity),
		staleIfError: number('staleIfError', 0, 0, Infinity),
		refreshAhead: number('refreshAhead', 0, 0, Infinity),
		negativeTtl: number('negativeTtl', 0, 0, Infinity),
		cacheError: callable('cacheError') ?? (() => true),
		exactTime: flag('exactTime'),
		verify: flag('verify'),
		now: callable('now'),
		codec: codecOf(options.codec as WarmCodec<unknown> | undefined),
		onEvict: callable('onEvict'),
	};
}

function codecOf(codec: WarmCodec<unknown> | null | undefined): WarmCodec<unknown> | undefined {
	if (codec && !(typeof codec.encode === 'function' && typeof codec.decode === 'function')) {
		throw new TypeError('codec: expected an object with the functions encode and decode');
	}
	return codec ?? undefined;
}

/** What came, for a message. */
export function shown(value: unknown): string {
	return typeof value === 'string'
		? JSON.stringify(value)
		: typeof value === 'number'
			? `${value}`
			: value === null
				? 'null'
				: typeof value;
}
