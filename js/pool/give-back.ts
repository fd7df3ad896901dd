import type { ObjectPool } from './object-pool.js';
import { isPromise } from './options.js';
import type { Slot } from './slot.js';

/** @internal Takes back what is out. */
export function takeBack<T extends object>(pool: ObjectPool<T>, slot: Slot<T>, value: T): void {
	const stock = pool._stock;
	const { reset } = stock._hooks;
	isBack(pool, slot);
	if (!reset) {
		stock._inUse--;
		stock._put(slot, value);
		return;
	}
	const failed = () => {
		stock._counts._failures.reset++;
		stock._discard(slot, value, 'unreset');
	};
	let resetting: unknown;
	try {
		resetting = reset(value);
	} catch {
		stock._inUse--;
		failed();
		return;
	}
	stock._inUse--;
	if (isPromise(resetting)) {
		stock._resetting++;
		resetting.then(
			() => {
				stock._resetting--;
				stock._put(slot, value);
			},
			() => {
				stock._resetting--;
				failed();
			},
		);
	} else {
		stock._put(slot, value);
	}
}

/** @internal Takes back what is out, and ends it. */
export function throwAway<T extends object>(
	pool: ObjectPool<T>,
	slot: Slot<T>,
	value: T,
	cause: 'asked' | 'failed' = 'asked',
): void {
	isBack(pool, slot);
	pool._stock._inUse--;
	pool._stock._discard(slot, value, cause);
}

/** @internal Forgets what is out. */
export function letGo<T extends object>(pool: ObjectPool<T>, slot: Slot<T>, value: T): void {
	isBack(pool, slot);
	pool._stock._inUse--;
	pool._stock._counts._detached++;
	pool._stock._drop(slot, value);
	pool._stock._freed();
}

/** @internal Its leases are void. */
export function isBack<T extends object>(pool: ObjectPool<T>, slot: Slot<T>): void {
	slot._generation++;
	slot._isOut = false;
	if (slot._trace) {
		slot._trace = undefined;
	}
	if (slot._isReported) {
		slot._isReported = false;
	}
	pool._overdue?._slots.delete(slot);
}
