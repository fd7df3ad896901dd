import { MAX_TIMEOUT, unref } from '../timers.js';
import { report } from './leaks.js';
import type { ObjectPool } from './object-pool.js';
import type { Slot } from './slot.js';

/** @internal Watches over leases that last too long, by one timer for the oldest of them. */
export class Overdue<T extends object> {
	readonly _pool: ObjectPool<T>;
	readonly _maxMs: number;
	/** What is out and not reported, oldest first, with the object where somebody still holds it. */
	readonly _slots = new Map<Slot<T>, WeakRef<T>>();
	_isWatching = false;

	constructor(pool: ObjectPool<T>, maxMs: number) {
		this._pool = pool;
		this._maxMs = maxMs;
	}

	_add(slot: Slot<T>, value: T): void {
		slot._lentAt = performance.now();
		this._slots.set(slot, new WeakRef(value));
		if (!this._isWatching) {
			this._isWatching = true;
			this._watch(this._maxMs);
		}
	}

	_watch(ms: number): void {
		unref(setTimeout(() => this._look(), Math.min(ms, MAX_TIMEOUT)));
	}

	_look(): void {
		for (const [slot, value] of this._slots) {
			const left = slot._lentAt + this._maxMs - performance.now();
			if (left > 0) {
				this._watch(left);
				return;
			}
			this._slots.delete(slot);
			this._pool._stock._counts._overdue++;
			report(this._pool._onLeak, 'overdue', slot._trace, slot._lentAt, value.deref());
		}
		this._isWatching = false;
	}
}
