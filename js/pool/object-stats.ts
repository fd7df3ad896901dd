import type { Misuse, MisuseStats } from './misuse.js';
import type { Stock } from './stock.js';

/** What an `ObjectPool` has done since it was made, as plain data. `size` is `idle + inUse + busy`, always. */
export interface ObjectPoolStats {
	/** Objects there are, those being made included. */
	readonly size: number;
	/** Objects there are at most. */
	readonly maxSize: number;
	/** Objects that wait for a holder. */
	readonly idle: number;
	/** Objects that are lent. */
	readonly inUse: number;
	/** Objects that are being made, validated or reset by a promise. */
	readonly busy: number;
	/** The most that were lent at the same time. */
	readonly peak: number;
	/** The part of `maxSize` that is lent, 0 to 1. */
	readonly utilisation: number;
	/** Leases given. */
	readonly leases: number;
	/** Those of them that needed no new object. */
	readonly hits: number;
	/** Objects made. */
	readonly created: number;
	/** Objects taken out by `detach`. */
	readonly detached: number;
	/** Objects that were given up, by cause. */
	readonly discarded: {
		/** By `discard`. */
		readonly asked: number;
		/** The function given to `with` failed. */
		readonly failed: number;
		/** They were not valid, or could not be asked. */
		readonly invalid: number;
		/** They could not be reset. */
		readonly unreset: number;
		/** They were idle for too long. */
		readonly aged: number;
		/** Enough others were idle. */
		readonly surplus: number;
		/** The pool was drained or disposed. */
		readonly closed: number;
	};
	/** Hooks that threw or rejected. */
	readonly failures: {
		readonly create: number;
		readonly destroy: number;
		readonly reset: number;
		readonly validate: number;
	};
	/** Callers that wait now. */
	readonly waiting: number;
	/** Waits that ended, however they did. */
	readonly waits: {
		readonly count: number;
		readonly totalMs: number;
		/** 0 where nobody waited. */
		readonly meanMs: number;
		readonly maxMs: number;
		readonly aborted: number;
		readonly timedOut: number;
		/** Refused, because `maxWaiting` waited. */
		readonly refused: number;
	};
	/** Leases that nobody can return any more, as far as it is known: finalizers may never run. */
	readonly leaked: number;
	/** Leases that lasted longer than `maxLeaseMs`. */
	readonly overdue: number;
	readonly misuse: MisuseStats;
}

/** @internal The counts of a pool, which only grow. */
export class ObjectCounts {
	_peak = 0;
	_leases = 0;
	_fresh = 0;
	_created = 0;
	_detached = 0;
	_leaked = 0;
	_overdue = 0;
	_aborted = 0;
	_timedOut = 0;
	_refused = 0;
	_waits = 0;
	_waitedMs = 0;
	_longestMs = 0;
	readonly _discarded = { asked: 0, failed: 0, invalid: 0, unreset: 0, aged: 0, surplus: 0, closed: 0 };
	readonly _failures = { create: 0, destroy: 0, reset: 0, validate: 0 };

	_waited(since: number): void {
		const ms = performance.now() - since;
		this._waits++;
		this._waitedMs += ms;
		this._longestMs = Math.max(this._longestMs, ms);
	}
}

/** @internal */
export type Cause = keyof ObjectPoolStats['discarded'];

/** @internal The counts and what there is, as plain data. */
export function objectStats<T extends object, L>(stock: Stock<T, L>, misuse: Misuse): ObjectPoolStats {
	const { _counts: counts, _idle, _inUse: inUse } = stock;
	const maxSize = stock._bounds._maxSize;
	return {
		size: stock._size(),
		maxSize,
		idle: _idle.length,
		inUse,
		busy: stock._busy(),
		peak: counts._peak,
		utilisation: inUse / maxSize,
		leases: counts._leases,
		hits: counts._leases - counts._fresh,
		created: counts._created,
		detached: counts._detached,
		discarded: { ...counts._discarded },
		failures: { ...counts._failures },
		waiting: stock._waiters._heap.length,
		waits: {
			count: counts._waits,
			totalMs: counts._waitedMs,
			meanMs: counts._waits && counts._waitedMs / counts._waits,
			maxMs: counts._longestMs,
			aborted: counts._aborted,
			timedOut: counts._timedOut,
			refused: counts._refused,
		},
		leaked: counts._leaked,
		overdue: counts._overdue,
		misuse: misuse._stats(),
	};
}
