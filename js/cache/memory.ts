import { load } from '../load.js';
import { ready, shared } from '../shared.js';
import { unref } from '../timers.js';
import { coarseClock, exactClock, steady } from './clock.js';
import { Evictions } from './evictions.js';
import { Expiry } from './expiry.js';
import { hashOf, type MapKey } from './hash.js';
import { HitRing } from './hit-ring.js';
import { Keys, LONGEST } from './keys.js';
import { Levels } from './levels.js';
import { grown, LruPolicy } from './lru-policy.js';
import { Negative } from './negative.js';
import type { CheckedOptions, EvictionCause } from './options.js';
import { NONE, type Policy, TOO_HEAVY } from './policy.js';
import { sizeOf } from './size-of.js';
import { Tags } from './tags.js';
import { Warm } from './warm.js';

/** A load of the module that failed is tried again after so long, if entries have to go. */
const RETRY_MS = 60_000;

/** What an error counts for that is kept; `sizeOf` knows values only. */
const NEGATIVE_BYTES = 200;

/** Entries the arrays begin with; they double up to what the cache may hold. */
const FIRST_CAPACITY = 64;

/**
 * The levels of a cache that are in memory. Keys and values lie in arrays, by slot; what goes is decided over slots by a
 * {@link Policy}, which is told of hits by a {@link HitRing}.
 */
export class Memory {
	readonly _map = new Map<MapKey, number>();
	_mapKeys: MapKey[] = [];
	_values: unknown[] = [];
	/** Bytes of the values, where they are bounded. */
	_weights: Uint32Array | undefined;
	/** Their sum. */
	_bytes = 0;
	/** Whole keys by slot, where fingerprints are verified. */
	readonly _longs: Map<number, string> | undefined;
	/** Versions of the entries by slot, where other processes tell of theirs. */
	_versions: Map<number, number> | undefined;
	readonly _keys = new Keys();
	readonly _tags = new Tags();
	readonly _options: CheckedOptions;
	readonly _capacity: number;
	readonly _maxWeight: number;
	/** Slots that are free again. */
	readonly _free: number[] = [];
	/** Slots that were ever used. */
	_slots = 0;
	/** Slots that the arrays have. */
	_length = 0;
	readonly _ring = new HitRing();
	_policy: Policy;
	_expiry: Expiry | undefined;
	readonly _levels: Levels | undefined;
	readonly _evictions: Evictions;
	readonly _clock: () => number;
	/** For how long an entry that is not fresh any more is of some use. */
	readonly _staleFor: number;
	/** Whether errors may lie among the values. */
	readonly _mayBeNegative: boolean;
	_hits = 0;
	_warmHits = 0;
	_misses = 0;
	/** Values that weighed more than a level may. */
	_tooHeavy = 0;
	_asked = false;

	constructor(options: CheckedOptions) {
		this._options = options;
		const { l1Size, l2Size, l1Bytes, l2Bytes } = options;
		this._capacity = l1Size + l2Size;
		this._maxWeight = l2Size ? l1Bytes + l2Bytes : l1Bytes;
		this._weights = l1Bytes < Infinity || l2Bytes < Infinity ? new Uint32Array(0) : undefined;
		this._longs = options.verify ? new Map() : undefined;
		this._staleFor = Math.max(options.staleWhileRevalidate, options.staleIfError);
		this._mayBeNegative = options.negativeTtl > 0;
		this._clock = options.now ? steady(options.now) : options.exactTime ? exactClock : coarseClock;
		this._evictions = new Evictions(options, this._keys);
		this._levels = l2Size ? new Levels(this, options.codec, 0) : undefined;
		if (options.ttl < Infinity || options.idleTtl < Infinity) {
			this._expiring();
		}
		this._policy = ready()?._cachePolicy(this) ?? this._lru();
	}

	/** The slot of a key, expired or not. */
	_find(key: unknown): number {
		return this._findMapKey(this._keyOf(key));
	}

	_findMapKey(mapKey: MapKey): number {
		const slot = this._map.get(mapKey);
		return slot === undefined || (this._longs && !this._isSame(slot, mapKey)) ? NONE : slot;
	}

	/** The fresh value of a key, which counts as asked for. */
	_get(key: unknown): unknown {
		const slot = this._find(key);
		const value = slot !== NONE && this._isFresh(slot) ? this._hit(slot) : undefined;
		if (value === undefined) {
			this._misses++;
		}
		return value;
	}

	/** Whether the entry may be given out as fresh, without counting as asked for; what expired for good is dropped. */
	_isFresh(slot: number): boolean {
		const expiry = this._expiry;
		if (expiry && !expiry._isFresh(slot)) {
			if (expiry._isOver(slot)) {
				this._drop(slot, 'expired');
			}
			return false;
		}
		return !(this._mayBeNegative && this._values[slot] instanceof Negative);
	}

	/** The value in a slot, which counts as found; undefined where it could not be read. */
	_hit(slot: number): unknown {
		const isWarm = this._levels?._of(slot) === 2;
		const value = this._use(slot);
		if (value !== undefined) {
			isWarm ? this._warmHits++ : this._hits++;
		}
		return value;
	}

	/** The value in a slot, which was asked for. */
	_use(slot: number): unknown {
		this._ring._note(slot, this._policy);
		this._expiry?._touch(slot);
		return this._levels ? this._levels._read(slot) : this._values[slot];
	}

	/** The value in a slot, which does not count. */
	_peek(slot: number): unknown {
		return this._levels ? this._levels._peek(slot) : this._values[slot];
	}

	/**
	 * Puts a value under a key; gives its slot, or {@link NONE} where it is too large to be kept. Whoever writes a value
	 * again uses it; that a load ended is no use.
	 */
	_set(key: unknown, value: unknown, ttl: number, staleFor: number, isUse: boolean): number {
		// First, because it runs code of the user, which may call back and change everything that is found after it.
		const weight = this._weights ? this._weigh(value) : 0;
		const expires = this._expiry || ttl < Infinity;
		const now = expires ? this._clock() : 0;
		const mapKey = this._keyOf(key);
		let slot = this._map.get(mapKey);
		if (slot !== undefined && this._longs && !this._isSame(slot, mapKey)) {
			this._drop(slot, 'size');
			slot = undefined;
		}
		if (slot === undefined) {
			slot = this._insert(mapKey, value, weight);
		} else {
			isUse && this._ring._note(slot, this._policy);
			slot = this._replace(slot, value, weight);
		}
		if (slot !== NONE && expires) {
			this._expiring()._setAt(slot, now + ttl, now + ttl + staleFor, now);
		}
		return slot;
	}

	/** Puts an entry back where it stood in the order; {@link NONE} where there is no room. */
	_restore(mapKey: MapKey, value: unknown, segment: number, long: string | undefined): number {
		const weight = this._weights ? this._weigh(value) : 0;
		const slot = this._free.length ? (this._free.pop() as number) : this._newSlot();
		this._keys._long = long;
		this._fill(slot, mapKey, value, weight);
		if (!this._policy._restore(slot, hashOf(mapKey), weight, segment)) {
			this._map.delete(mapKey);
			this._vacate(slot);
			return NONE;
		}
		this._levels?._enter(slot);
		this._levels?._settle(slot);
		return this._map.get(mapKey) === slot ? slot : NONE;
	}

	/** Takes an entry out, and tells the policy. */
	_drop(slot: number, cause: EvictionCause): void {
		this._takeOut(slot, cause);
		this._policy._remove(slot);
	}

	/** Takes an entry out of which the policy knows. */
	_takeOut(slot: number, cause: EvictionCause): void {
		const mapKey = this._mapKeys[slot] as MapKey;
		this._levels?._leave(slot);
		this._map.delete(mapKey);
		this._evictions._note(cause, mapKey, this._values[slot], this._longs?.get(slot));
		this._vacate(slot);
	}

	_clear(): void {
		for (const slot of this._map.values()) {
			this._drop(slot, 'deleted');
		}
		this._ring._clear();
	}

	/** Of an empty cache: gives back what the policy and the timer hold. */
	_dispose(): void {
		this._expiry?._stop();
		this._policy._dispose();
		// Its number in the module may be another cache's soon.
		this._policy = this._lru();
		this._asked = false;
	}

	/** What the value in a slot weighs; 0 where nothing is weighed. */
	_weightOf(slot: number): number {
		return this._weights ? (this._weights[slot] as number) : 0;
	}

	_weigh(value: unknown): number {
		if (value instanceof Negative) {
			return NEGATIVE_BYTES;
		}
		const bytes = value instanceof Warm ? value._size : (this._options.sizeOf ?? sizeOf)(value);
		if (typeof bytes !== 'number' || !(bytes >= 0)) {
			throw new RangeError(`sizeOf: expected it to give a number of bytes, got ${String(bytes)}`);
		}
		return Math.min(Math.ceil(bytes) || 1, 0xffffffff);
	}

	/** The value in a slot weighs something else now; entries may have to go for it. */
	_reweigh(slot: number, weight: number): void {
		if (this._weights) {
			const before = this._weights[slot] as number;
			this._weights[slot] = weight;
			this._bytes += weight - before;
			this._levels?._reweigh(slot, before, weight);
			if (this._maxWeight < Infinity) {
				this._evict(this._policy._reweigh(slot, weight));
			}
		}
	}

	/** The times of the entries, from now on. */
	_expiring(): Expiry {
		this._expiry ??= new Expiry(this, this._clock, this._options.idleTtl, this._length);
		return this._expiry;
	}

	_lru(): LruPolicy {
		return new LruPolicy(this._capacity, this._maxWeight);
	}

	/** The module failed, or is gone: begins anew with what there is, in the order in which it came. None goes for it. */
	_fallBack(): void {
		const lru = this._lru();
		this._policy = lru;
		this._asked = false;
		for (const slot of this._map.values()) {
			lru._take(slot, this._weightOf(slot));
		}
	}

	_hashOf(slot: number): number {
		return hashOf(this._mapKeys[slot] as MapKey);
	}

	_keyOf(key: unknown): MapKey {
		return typeof key === 'number' || (typeof key === 'string' && key.length <= LONGEST && key.charCodeAt(0) !== 0)
			? key
			: this._keys._of(key);
	}

	_isSame(slot: number, mapKey: MapKey): boolean {
		return !this._keys._isFingerprint(mapKey) || this._longs?.get(slot) === this._keys._long;
	}

	_insert(mapKey: MapKey, value: unknown, weight: number): number {
		if (weight > this._options.l1Bytes && !this._levels) {
			this._tooHeavy++;
			return NONE;
		}
		const slot = this._free.length ? (this._free.pop() as number) : this._newSlot();
		// Before it is filled: where the module fails of it, the policy begins anew with what is there.
		this._ring._drain(this._policy);
		this._fill(slot, mapKey, value, weight);
		const victim = this._policy._insert(slot, hashOf(mapKey), weight);
		if (victim === TOO_HEAVY) {
			this._tooHeavy++;
			this._map.delete(mapKey);
			this._vacate(slot);
			return NONE;
		}
		this._levels?._enter(slot);
		this._evict(victim);
		this._levels?._settle(slot);
		return this._map.get(mapKey) === slot ? slot : NONE;
	}

	_replace(slot: number, value: unknown, weight: number): number {
		const mapKey = this._mapKeys[slot] as MapKey;
		this._evictions._note('replaced', mapKey, this._values[slot], this._longs?.get(slot));
		this._tags._remove(slot);
		if (this._levels) {
			this._levels._leave(slot);
			this._values[slot] = value;
			this._levels._enter(slot);
		} else {
			this._values[slot] = value;
		}
		if (weight > this._options.l1Bytes && !this._levels) {
			this._tooHeavy++;
			this._drop(slot, 'size');
			return NONE;
		}
		this._ring._drain(this._policy);
		this._reweigh(slot, weight);
		if (this._map.get(mapKey) !== slot) {
			return NONE;
		}
		this._levels?._settle(slot);
		return this._map.get(mapKey) === slot ? slot : NONE;
	}

	/** Drops what the policy lets go, one after another. */
	_evict(first: number): void {
		for (let slot = first; slot >= 0; slot = this._maxWeight < Infinity ? this._policy._victim() : NONE) {
			this._takeOut(slot, 'size');
			if (this._policy._name === 'lru' && !this._asked) {
				this._ask();
			}
		}
	}

	_fill(slot: number, mapKey: MapKey, value: unknown, weight: number): void {
		this._map.set(mapKey, slot);
		this._mapKeys[slot] = mapKey;
		this._values[slot] = value;
		if (this._weights) {
			this._weights[slot] = weight;
			this._bytes += weight;
		}
		if (this._longs && this._keys._isFingerprint(mapKey)) {
			this._longs.set(slot, this._keys._long as string);
		}
	}

	_vacate(slot: number): void {
		// At once, or what they are would be kept alive.
		this._mapKeys[slot] = this._values[slot] = undefined;
		if (this._weights) {
			this._bytes -= this._weights[slot] as number;
			this._weights[slot] = 0;
		}
		this._longs?.delete(slot);
		this._versions?.delete(slot);
		this._tags._remove(slot);
		this._expiry?._free(slot);
		this._free.push(slot);
	}

	_newSlot(): number {
		if (this._slots === this._length) {
			// One more than it may hold: what comes is taken in before what goes for it is known.
			this._length = Math.min(this._length * 2 || FIRST_CAPACITY, this._capacity + 1);
			this._mapKeys.length = this._values.length = this._length;
			this._weights = this._weights && grown(this._weights, this._length);
		}
		return this._slots++;
	}

	/** Loads the module, now that there is something to decide. */
	_ask(): void {
		this._asked = true;
		if (shared.core?.kind === 'js') {
			return;
		}
		load()
			.then(() => ready()?._handOver(this))
			.catch(() => {
				const again = () => {
					this._asked = false;
				};
				unref(setTimeout(again, RETRY_MS));
			});
	}
}
