import type { Signal } from '../platform-types.js';
import type { Beyond } from './beyond.js';
import { type Flight, Flights, type Landed } from './flights.js';
import type { MapKey } from './hash.js';
import type { Memory } from './memory.js';
import { Negative } from './negative.js';
import { shown } from './options.js';
import { NONE } from './policy.js';

/** What a loader is told. */
export interface LoadContext<K> {
	readonly key: K;
	/** Fires when nobody waits for the value any more. */
	readonly signal: Signal;
	/** The value that is there, but is no longer fresh. */
	readonly stale: unknown;
}

/** Gets a value that is not there; undefined is given to who asked, and not kept. */
export type Loader<K, V> = (context: LoadContext<K>) => V | Promise<V>;

/** Options of {@link MultiLevelCache.set}. */
export interface SetOptions {
	/**
	 * For how long the entry is fresh, in ms.
	 * @default the `ttl` of the cache
	 */
	readonly ttl?: number;
	/** By which the entry can be deleted together with others; at most 64. */
	readonly tags?: readonly string[];
}

/** Options of {@link MultiLevelCache.getOrSet}. */
export interface LoadOptions extends SetOptions {
	/** Gives up waiting; others who wait for the same value go on, and the load is cancelled when nobody is left. */
	readonly signal?: Signal;
	/**
	 * Loads anew although there is a fresh value.
	 * @default false
	 */
	readonly forceRefresh?: boolean;
}

/**
 * How a lookup went: the entry was fresh (`hit`); it was served while a new one is loaded (`stale`), or because that
 * failed (`grace`); it was loaded (`miss`), by somebody who asked before (`coalesced`), or came from the third level
 * (`store`).
 */
export type Outcome = 'hit' | 'stale' | 'grace' | 'miss' | 'coalesced' | 'store';

/** A value, and where it came from. */
export interface Lookup<V> {
	readonly value: V;
	readonly outcome: Outcome;
}

/** After loading in the place of a stale value failed, the next load is not tried sooner. */
const PAUSE_MS = 1000;

/** Of so many keys it is remembered that they pause. */
const MOST_PAUSES = 1000;

/** @internal Loading what is not there: one load for a key at a time, stale values, and errors that are kept. */
export class Loads {
	readonly _flights = new Flights();
	/** Until when keys with a stale value are not loaded again. */
	readonly _pauses = new Map<MapKey, number>();
	readonly _memory: Memory;
	readonly _beyond: () => Beyond | undefined;
	readonly _random: () => number;
	_stale = 0;
	_coalesced = 0;
	_negative = 0;
	_grace = 0;
	_loads = 0;
	_errors = 0;
	_cancelled = 0;
	_ms = 0;
	_longestMs = 0;

	constructor(memory: Memory, beyond: () => Beyond | undefined, random: () => number) {
		this._memory = memory;
		this._beyond = beyond;
		this._random = random;
	}

	/** The value of a key, loaded if need be. */
	_lookup<K, V>(key: K, loader: Loader<K, V>, options: LoadOptions): Promise<Lookup<V>> {
		const memory = this._memory;
		const slot = memory._find(key);
		const { staleWhileRevalidate, refreshAhead } = memory._options;
		if (slot !== NONE && !options.forceRefresh) {
			// Values are read before a load begins: the loader may call back and change what is in the slot.
			if (memory._isFresh(slot)) {
				const isOld = refreshAhead && this._left(slot) < refreshAhead;
				const value = memory._hit(slot);
				if (value !== undefined) {
					isOld && this._refresh(key, loader, options);
					return Promise.resolve({ value: value as V, outcome: 'hit' });
				}
			} else if (memory._values[slot] instanceof Negative) {
				if (memory._expiry?._isFresh(slot)) {
					memory._misses++;
					this._negative++;
					return Promise.reject((memory._values[slot] as Negative)._error);
				}
			} else if (memory._find(key) === slot) {
				const pauses = this._isPausing(key);
				const value = pauses || -this._left(slot) < staleWhileRevalidate ? memory._use(slot) : undefined;
				if (value !== undefined) {
					memory._misses++;
					this._stale++;
					pauses || this._refresh(key, loader, options);
					return Promise.resolve({ value: value as V, outcome: pauses ? 'grace' : 'stale' });
				}
			}
		}
		memory._misses++;
		const signal = options.signal as AbortSignal | undefined;
		if (signal?.aborted) {
			return Promise.reject(signal.reason);
		}
		const mapKey = memory._keyOf(key);
		const under = this._flights._map.get(mapKey);
		if (under) {
			this._coalesced++;
		}
		const flight = under ?? this._start(mapKey, key, loader, options);
		return this._flights._join(mapKey, flight, signal).then(({ _value: value, _outcome: outcome }) => ({
			value: value as V,
			outcome: under && outcome !== 'grace' ? 'coalesced' : outcome,
		}));
	}

	/** Something else was written under a key, or it was deleted: that wins over a load under way. */
	_overtake(key: unknown): void {
		if (this._flights._map.size) {
			this._flights._overtake(this._memory._keyOf(key));
		}
	}

	/** The same for those that have a tag, and those whose values are to get it. */
	_overtakeTag(tag: string, slots: readonly number[]): void {
		this._flights._overtakeTag(tag);
		for (const slot of slots) {
			this._flights._overtake(this._memory._mapKeys[slot]);
		}
	}

	/** No load under way is kept, and none pauses. */
	_clear(): void {
		this._flights._overtakeAll();
		this._pauses.clear();
	}

	/** Puts a value under a key with the times of the cache. */
	_putPlain(key: unknown, value: unknown): void {
		const { jitter, ttl } = this._memory._options;
		const lasts = jitter ? ttl * (1 - jitter * this._random()) : ttl;
		this._memory._set(key, value, lasts, this._memory._staleFor, true);
	}

	/** Puts a value under a key with the times that the options say; done when the third level has it too. */
	_put(key: unknown, value: unknown, options: SetOptions, isUse: boolean): Promise<void> | undefined {
		const memory = this._memory;
		const { ttl, tags } = this._checked(options);
		const { jitter } = memory._options;
		const lasts = jitter ? ttl * (1 - jitter * this._random()) : ttl;
		const slot = memory._set(key, value, lasts, memory._staleFor, isUse);
		if (tags && slot !== NONE) {
			memory._tags._set(slot, tags);
		}
		const beyond = this._beyond();
		if (!beyond) {
			return undefined;
		}
		const freshUntil = Date.now() + lasts;
		const stored = { value, freshUntil, expiresAt: freshUntil + memory._staleFor, ...(tags && { tags }) };
		return beyond._tell((level) => level._keep(key, stored));
	}

	/** @throws RangeError or TypeError that names the option */
	_checked(options: SetOptions): { ttl: number; tags: readonly string[] | undefined } {
		const { ttl = this._memory._options.ttl, tags } = options;
		if (typeof ttl !== 'number' || !(ttl > 0)) {
			throw new RangeError(`ttl: expected a number of milliseconds above 0, got ${shown(ttl)}`);
		}
		if (tags !== undefined) {
			this._memory._tags._check(tags);
		}
		return { ttl, tags };
	}

	/** Loads in the background what is there, once. */
	_refresh<K, V>(key: K, loader: Loader<K, V>, options: LoadOptions): void {
		const mapKey = this._memory._keyOf(key);
		if (!this._flights._map.has(mapKey)) {
			const flight = this._start(mapKey, key, loader, options);
			flight._waiters++;
			flight._landing.catch(() => {});
		}
	}

	_start<K, V>(mapKey: MapKey, key: K, loader: Loader<K, V>, options: LoadOptions): Flight {
		// Now, or what a loader got would be refused in the end.
		const { tags } = this._checked(options);
		if (typeof loader !== 'function') {
			throw new TypeError(`loader: expected a function, got ${shown(loader)}`);
		}
		return this._flights._start(mapKey, tags ? [...tags] : [], (flight) => this._fly(flight, key, loader, options));
	}

	async _fly<K, V>(flight: Flight, key: K, loader: Loader<K, V>, options: LoadOptions): Promise<Landed> {
		const memory = this._memory;
		const beyond = this._beyond();
		const began = beyond?._begin() ?? 0;
		if (beyond && !options.forceRefresh && memory._find(key) === NONE) {
			const found = await beyond._fetch(key);
			if (found && !flight._overtaken) {
				found._fill();
			}
			if (found?._isFresh) {
				return { _value: found._value, _outcome: 'store' };
			}
			// Nobody waits any more: the loader need not begin.
			flight._controller.signal.throwIfAborted();
		}
		const start = performance.now();
		try {
			const value = await loader({ key, signal: flight._controller.signal as Signal, stale: this._staleOf(key) });
			this._pauses.delete(memory._keyOf(key));
			const mayKeep = !beyond || beyond._mayKeep(key, began, flight._tags);
			if (!flight._overtaken && value !== undefined && mayKeep) {
				await this._put(key, value, options, false);
			}
			return { _value: value, _outcome: 'miss' };
		} catch (error) {
			if (flight._controller.signal.aborted) {
				throw error;
			}
			this._errors++;
			return this._failed(flight, key, error);
		} finally {
			const ms = performance.now() - start;
			this._loads++;
			this._cancelled += flight._controller.signal.aborted ? 1 : 0;
			this._ms += ms;
			this._longestMs = Math.max(this._longestMs, ms);
		}
	}

	/** A load failed: a stale value may do, or the error is kept for those who ask next. */
	_failed(flight: Flight, key: unknown, error: unknown): Landed {
		const memory = this._memory;
		const { staleIfError, negativeTtl, cacheError } = memory._options;
		const slot = memory._find(key);
		const isThere = slot !== NONE && !memory._expiry?._isOver(slot);
		if (isThere && !(memory._values[slot] instanceof Negative)) {
			const value = staleIfError && -this._left(slot) < staleIfError ? memory._peek(slot) : undefined;
			if (value !== undefined) {
				this._grace++;
				this._pause(key);
				return { _value: value, _outcome: 'grace' };
			}
		} else if (negativeTtl && !flight._overtaken && keeps(cacheError, error)) {
			memory._set(key, new Negative(error), negativeTtl, 0, false);
		}
		throw error;
	}

	_staleOf(key: unknown): unknown {
		const slot = this._memory._find(key);
		const value = slot === NONE ? undefined : this._memory._peek(slot);
		return value instanceof Negative ? undefined : value;
	}

	_pause(key: unknown): void {
		if (this._pauses.size >= MOST_PAUSES) {
			this._pauses.clear();
		}
		this._pauses.set(this._memory._keyOf(key), this._memory._clock() + PAUSE_MS);
	}

	_isPausing(key: unknown): boolean {
		const mapKey = this._memory._keyOf(key);
		const until = this._pauses.size ? this._pauses.get(mapKey) : undefined;
		if (until !== undefined && this._memory._clock() >= until) {
			this._pauses.delete(mapKey);
			return false;
		}
		return until !== undefined;
	}

	/** Ms for which the entry is fresh yet; where nothing expires, for ever. */
	_left(slot: number): number {
		return this._memory._expiry?._left(slot) ?? Infinity;
	}
}

function keeps(cacheError: (error: unknown) => boolean, error: unknown): boolean {
	try {
		return cacheError(error);
	} catch {
		return false;
	}
}
