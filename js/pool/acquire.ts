import { PerfError } from '../errors.js';
import type { Lease } from './lease.js';
import type { ObjectPool } from './object-pool.js';
import { type AcquireOptions, amountOf } from './options.js';
import { ADVICE, aborted, Waiter } from './waiters.js';

/** @internal Leases an object, now or later; `entry` is the public function that was called. */
export function acquire<T extends object>(
	pool: ObjectPool<T>,
	options: AcquireOptions,
	entry: (...args: never[]) => unknown,
): Promise<Lease<T>> {
	try {
		const stock = pool._stock;
		const { signal, timeout, priority = 0 } = options;
		timeout === undefined || amountOf('timeout', timeout, 0, 0);
		amountOf('priority', priority, 0, -Infinity);
		if (stock._isClosed) {
			throw closed();
		}
		if (signal?.aborted) {
			stock._counts._aborted++;
			throw aborted(signal);
		}
		const trace = pool._sample(entry);
		const idle = stock._hooks.validate ? undefined : stock._idle.pop();
		if (idle) {
			return Promise.resolve(pool._lend(idle, idle._value as T, trace));
		}
		const waiter = new Waiter<Lease<T>>(priority, trace);
		stock._waiters._add(waiter);
		stock._pump();
		if (waiter._at >= 0) {
			wait(pool, waiter, options);
		}
		return waiter._promise;
	} catch (error) {
		return Promise.reject(error);
	}
}

/** Bounds a wait. */
function wait<T extends object>(pool: ObjectPool<T>, waiter: Waiter<Lease<T>>, options: AcquireOptions): void {
	const { _waiters, _counts, _coming } = pool._stock;
	const giveUp = (error: PerfError) => {
		if (_waiters._remove(waiter)) {
			_counts._waited(waiter._since);
			if (error.code === 'ABORTED') {
				_counts._aborted++;
			} else {
				_counts._timedOut++;
			}
			waiter._reject(error);
		}
	};
	if (_waiters._heap.length - _coming > pool._maxWaiting) {
		_waiters._remove(waiter);
		_counts._refused++;
		waiter._reject(new PerfError('QUEUE_FULL', `${pool._maxWaiting} callers wait for an object already: ${ADVICE}`));
	} else {
		waiter._watch(options, giveUp);
	}
}

/** @internal */
export function closed(): PerfError {
	return new PerfError('DISPOSED', 'This pool was disposed or is being drained: make a new one.');
}
