import { MAX_TIMEOUT, unref } from '../timers.js';
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
	/** When the timer fires. */
	_armed = Infinity;

	constructor(memory: Memory, clock: Clock, idleTtl: number, length: number) {
		this._memory = memory;
		this._clock = clock;
		this._idleTtl = idleTtl;
		this._fresh = new Float64Array(length).fill(Infinity);
		this._hard = this._fresh;
		this._used = idleTtl < Infinity ? new Float64Array(length) : undefined;
	}

	/** Says until when the entry in a slot is fresh, and how long after that it may be served stale. */
	_set(slot: number, ttl: number, staleFor: number): void {
		this._grow(slot + 1);
		const now = this._clock();
		this._setAt(slot, now + ttl, now + ttl + staleFor, now);
	}

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
			this._memory._policy._schedule(slot, due);
			this._arm(due, now);
		}
	}

	/** Whether the entry may be served as fresh; it counts as used then. */
	_touch(slot: number): boolean {
		const now = this._clock();
		if (!(now < (this._fresh[slot] as number))) {
			return false;
		}
		const used = this._used;
		if (used) {
			if (!(now < (used[slot] as number) + this._idleTtl)) {
				return false;
			}
			used[slot] = now;
		}
		return true;
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
	}

	/** Takes out what expired; gives whether there may be more. */
	_sweep(most: number): boolean {
		const { _memory: memory } = this;
		const { _policy: policy } = memory;
		if (!policy._due) {
			return this._sweepAll();
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

	/** Without a wheel: looks at every slot. */
	_sweepAll(): boolean {
		for (const slot of this._memory._policy._order()) {
			if (this._isOver(slot)) {
				this._memory._drop(slot, 'expired');
			}
		}
		return false;
	}

	/** One timer for all: due when the first entry is, and not sooner than the last sweep allows. */
	_arm(due: number, now: number): void {
		if (due >= this._armed - SWEEP_EVERY_MS) {
			return;
		}
		clearTimeout(this._timer as number);
		const delay = Math.min(Math.max(due - now, 0) + SWEEP_EVERY_MS, MAX_TIMEOUT);
		this._armed = now + delay;
		// Weak, so that the timer of a forgotten cache holds nothing; unref'd, so that it keeps no process alive.
		const weak = globalThis.WeakRef ? new WeakRef(this) : { deref: () => this };
		this._timer = setTimeout(() => weak.deref()?._tick(), delay);
		unref(this._timer);
	}

	_tick(): void {
		this._armed = Infinity;
		const more = this._sweep(SWEEP_MOST);
		const now = this._clock();
		const next = more ? now : this._nextDue();
		if (next < Infinity) {
			this._arm(Math.max(next, now), now);
		}
	}

	_nextDue(): number {
		const { _policy: policy } = this._memory;
		if (policy._nextDue) {
			return policy._nextDue();
		}
		let next = Infinity;
		for (const slot of policy._order()) {
			next = Math.min(next, this._end(slot));
		}
		return next;
	}

	_grow(length: number): void {
		const before = this._fresh.length;
		if (length > before) {
			const longer = Math.min(Math.max(length, before * 2), this._memory._capacity + 1);
			const same = this._hard === this._fresh;
			this._fresh = grown(this._fresh, longer).fill(Infinity, before);
			this._hard = same ? this._fresh : grown(this._hard, longer).fill(Infinity, before);
			this._used = this._used && grown(this._used, longer);
		}
	}
}
