import { MAX_TIMEOUT, unref } from '../timers.js';
import { weak } from '../weak.js';
import type { Clock } from './clock.js';
import { grown } from './lru-policy.js';
import type { Memory } from './memory.js';
import { NONE } from './policy.js';

/** Expired entries are never served, so that taking them out can wait and be done for many at once. */
const SWEEP_EVERY_MS = 100;

/** Slots one sweep takes out or looks at before it lets others run. */
const SWEEP_MOST = 4096;

/** When entries expire, by slot: only where something does. Times are those of the clock, in ms. */
export class Expiry {
	/** Up to here an entry is fresh. */
	_fresh: Float64Array;
	/** Up to here it may be served stale; the same array where nothing is ever served stale. */
	_hard: Float64Array;
	/** When it was last asked for; only where entries expire by that. */
	_used: Float64Array | undefined;
	readonly _idleTtl: number;
	readonly _clock: Clock;
	readonly _memory: Memory;
	_timer: unknown;
	/** For what the timer was set: nothing that is due before waits for it. */
	_armed = Infinity;
	/** Without a wheel a sweep looks at slot after slot, from here on. */
	_at = 0;
	/** When the first of those entries goes that such a round saw, and of those that came since it began. */
	_first = Infinity;

	constructor(memory: Memory, clock: Clock, idleTtl: number, length: number) {
		this._memory = memory;
		this._clock = clock;
		this._idleTtl = idleTtl;
		this._fresh = new Float64Array(length).fill(Infinity);
		this._hard = this._fresh;
		this._used = idleTtl < Infinity ? new Float64Array(length).fill(Infinity) : undefined;
	}

	/** Says until when the entry in a slot is fresh, and until when it may be served stale. */
	_setAt(slot: number, fresh: number, hard: number, now: number): void {
		this._grow(slot + 1);
		if (hard > fresh && this._hard === this._fresh) {
			this._hard = this._fresh.slice();
		}
		this._hard[slot] = hard;
		this._fresh[slot] = fresh;
		if (this._used) {
			this._used[slot] = now;
		}
		const due = this._end(slot);
		if (due < Infinity) {
			this._first = Math.min(this._first, due);
			this._memory._policy._schedule(slot, due);
			this._arm(due, now);
		}
	}

	/** Whether the entry may be served as fresh. */
	_isFresh(slot: number): boolean {
		const now = this._clock();
		const used = this._used;
		return now < (this._fresh[slot] as number) && !(used && !(now < (used[slot] as number) + this._idleTtl));
	}

	/** The entry was asked for. */
	_touch(slot: number): void {
		if (this._used) {
			this._used[slot] = this._clock();
		}
	}

	/** Whether it may not even be served stale. */
	_isOver(slot: number): boolean {
		return !(this._clock() < this._end(slot));
	}

	/** Ms for which the entry is fresh yet; negative since when it is not. */
	_left(slot: number): number {
		return (this._fresh[slot] as number) - this._clock();
	}

	/** The entry is stale from now on, and goes when a stale one does. */
	_makeStale(slot: number, staleFor: number): void {
		this._grow(slot + 1);
		const now = this._clock();
		const fresh = Math.min(this._fresh[slot] as number, now);
		this._setAt(slot, fresh, Math.min(this._hard[slot] as number, fresh + staleFor), now);
	}

	/** When the entry goes, if it is not asked for before. */
	_end(slot: number): number {
		const hard = this._hard[slot] as number;
		return this._used ? Math.min(hard, (this._used[slot] as number) + this._idleTtl) : hard;
	}

	_free(slot: number): void {
		this._hard[slot] = this._fresh[slot] = Infinity;
		if (this._used) {
			this._used[slot] = Infinity;
		}
	}

	/** Takes out all that expired. */
	_purge(): void {
		this._at = 0;
		// A wheel gives a slot a few times until it is due; the bound is against a clock that makes no sense.
		for (let left = 8 * this._memory._slots; left > 0 && this._sweep(SWEEP_MOST); left -= SWEEP_MOST) {
			// Until nothing is left that expired.
		}
	}

	/** Takes out what expired; gives whether there may be more. */
	_sweep(most: number): boolean {
		const { _memory: memory } = this;
		const { _policy: policy } = memory;
		if (!policy._due) {
			return this._sweepSlots(most);
		}
		const now = this._clock();
		for (let left = most; left > 0; left--) {
			const slot = policy._due(now);
			if (slot === NONE) {
				return false;
			}
			if (this._isOver(slot)) {
				memory._drop(slot, 'expired');
			} else if (this._end(slot) < Infinity) {
				policy._schedule(slot, this._end(slot));
			}
		}
		return true;
	}

	_stop(): void {
		clearTimeout(this._timer as number);
		this._armed = Infinity;
	}

	/** Without a wheel: looks at so many slots. Those that are free never end. */
	_sweepSlots(most: number): boolean {
		const { _memory: memory } = this;
		const now = this._clock();
		const slots = Math.min(memory._slots, this._fresh.length);
		const end = Math.min(this._at + most, slots);
		if (this._at === 0) {
			this._first = Infinity;
		}
		for (; this._at < end; this._at++) {
			const due = this._end(this._at);
			if (now < due) {
				this._first = Math.min(this._first, due);
			} else {
				memory._drop(this._at, 'expired');
			}
		}
		this._at = end < slots ? end : 0;
		return end < slots;
	}

	/** One timer for all: some time after the first entry is due, so that others go with it. */
	_arm(due: number, now: number, pause = SWEEP_EVERY_MS): void {
		if (due >= this._armed) {
			return;
		}
		clearTimeout(this._timer as number);
		const delay = Math.min(Math.max(due - now, 0) + pause, MAX_TIMEOUT);
		// Not of the delay: rounding would set it anew for each of many that are due at once.
		this._armed = due;
		this._timer = setTimeout(tick, delay, weak(this));
		unref(this._timer);
	}

	_tick(): void {
		this._armed = Infinity;
		const more = this._sweep(SWEEP_MOST);
		const now = this._clock();
		if (more) {
			// As soon as others ran, or what expires faster than this would pile up.
			this._arm(now, now, 0);
			return;
		}
		const next = this._nextDue();
		if (next < Infinity) {
			this._arm(Math.max(next, now), now);
		}
	}

	_nextDue(): number {
		const { _policy: policy } = this._memory;
		return policy._nextDue ? policy._nextDue() : this._first;
	}

	_grow(length: number): void {
		const before = this._fresh.length;
		if (length > before) {
			const longer = Math.min(Math.max(length, before * 2), this._memory._capacity + 1);
			const same = this._hard === this._fresh;
			this._fresh = grown(this._fresh, longer).fill(Infinity, before);
			this._hard = same ? this._fresh : grown(this._hard, longer).fill(Infinity, before);
			this._used = this._used && grown(this._used, longer).fill(Infinity, before);
		}
	}
}

/** Weak, so that the timer of a forgotten cache holds nothing; unref'd, so that it keeps no process alive. */
function tick(expiry: { deref(): Expiry | undefined }): void {
	expiry.deref()?._tick();
}
