import { type Disposes, makeDisposable } from '../disposable.js';
import { PerfError } from '../errors.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import { MAX_TIMEOUT } from '../timers.js';
import { acquire, closed } from './acquire.js';
import { isBack, takeBack, throwAway } from './give-back.js';
import { nextSample, registryOf, report, type Trace, traceOf } from './leaks.js';
import { Lease, releaseOnce } from './lease.js';
import { Misuse } from './misuse.js';
import { type ObjectPoolStats, objectStats } from './object-stats.js';
import { type AcquireOptions, amountOf, functionOf, integerOf, type ObjectPoolOptions } from './options.js';
import { Overdue } from './overdue.js';
import type { Slot } from './slot.js';
import { Stock } from './stock.js';
import { ADVICE } from './waiters.js';

/** A bound beyond which nobody means what they write. */
const MOST = 1_000_000;

/**
 * Objects that are expensive to make, lent to one holder at a time.
 *
 * The most recently used one is lent first. Those who wait are served by priority, and in the order they came within
 * one. Double release, use after release and foreign objects throw and leave the pool as it was. Whatever hook fails,
 * no capacity is lost; failures are counted. Strings cannot be pooled in JavaScript: they never change.
 */
// biome-ignore lint/correctness/noUnusedVariables: an interface and the class it merges with have the same parameters.
export interface ObjectPool<T extends object> extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class ObjectPool<T extends object> {
	/** @internal */
	readonly _stock: Stock<T, Lease<T>>;
	/** @internal */
	readonly _misuse = new Misuse();
	/** @internal */
	readonly _maxWaiting: number;
	/** @internal */
	readonly _overdue: Overdue<T> | undefined;
	/** @internal */
	readonly _sampling: number;
	/** @internal Leases until the next one that is sampled. */
	_untilSample: number;
	/** @internal Tells of sampled leases that were collected. */
	readonly _registry: FinalizationRegistry<Loan<T>> | undefined;
	/** @internal */
	readonly _onLeak: ObjectPoolOptions<T>['onLeak'];

	/** @throws RangeError or TypeError for an option that cannot be, naming it */
	constructor(options: ObjectPoolOptions<T>) {
		makeDisposable<ObjectPool<object>>(ObjectPool.prototype, dispose);
		makeDisposable<Lease<object>>(Lease.prototype, releaseOnce);
		if (typeof options?.create !== 'function') {
			throw new TypeError('create: expected a function that makes an object');
		}
		functionOf('destroy', options.destroy);
		functionOf('reset', options.reset);
		functionOf('validate', options.validate);
		this._onLeak = functionOf('onLeak', options.onLeak);
		const maxSize = integerOf('maxSize', options.maxSize, 100, 1, MOST);
		const maxIdle = integerOf('maxIdle', options.maxIdle, maxSize, 0, maxSize);
		const prefill = integerOf('prefill', options.prefill, 0, 0, maxIdle);
		const maxLeaseMs = amountOf('maxLeaseMs', options.maxLeaseMs, Infinity, 1);
		this._maxWaiting = integerOf('maxWaiting', options.maxWaiting, 1000, 0, MOST);
		this._sampling = integerOf('leakSampling', options.leakSampling, 1000, 0, 2 ** 30);
		this._untilSample = nextSample(this._sampling);
		this._stock = new Stock<T, Lease<T>>(
			this,
			{ ...options },
			{ _maxSize: maxSize, _maxIdle: maxIdle, _maxIdleMs: amountOf('maxIdleMs', options.maxIdleMs, 60_000, 1) },
		);
		this._overdue = maxLeaseMs < Infinity ? new Overdue(this, maxLeaseMs) : undefined;
		this._registry = this._sampling
			? registryOf(({ _slot, _generation, _value }) => {
					_slot._generation === _generation && this._leaked(_slot, _value.deref());
				})
			: undefined;
		for (let made = 0; made < prefill; made++) {
			this._stock._make();
		}
	}

	/**
	 * Leases an object, waiting for one if need be. O(log n) in the callers that wait.
	 *
	 * @throws {@link PerfError} as rejection: `ABORTED`, `TIMEOUT`, `QUEUE_FULL`, `DISPOSED`; and what `create` throws
	 */
	acquire(options: AcquireOptions = {}): Promise<Lease<T>> {
		return acquire(this, options, this.acquire);
	}

	/**
	 * Leases an object that is idle, or can be made at once; otherwise gives undefined. O(1).
	 *
	 * @throws what `create` throws
	 */
	tryAcquire(): Lease<T> | undefined {
		return this._tryAcquire(this.tryAcquire);
	}

	/**
	 * The same for those who cannot do without: the fast path of pools whose `create` and `validate` give no promises.
	 *
	 * @throws {@link PerfError} `EXHAUSTED` when all are lent, `DISPOSED`; and what `create` throws
	 */
	lease(): Lease<T> {
		const lease = this._tryAcquire(this.lease);
		if (!lease) {
			if (this._stock._isClosed) {
				throw closed();
			}
			throw new PerfError(
				'EXHAUSTED',
				this._stock._makesLater
					? 'No object is idle, and create makes them by promises: use acquire(), which waits.'
					: `All ${this._stock._bounds._maxSize} objects are lent: use acquire(), which waits; ${ADVICE}`,
			);
		}
		return lease;
	}

	/**
	 * Runs `work` with an object, and gives what it gives. When it fails, the object is discarded, since nobody knows in
	 * which state it is; where you do know, use `acquire` and `using`.
	 *
	 * @throws as `acquire`, and what `work` throws
	 */
	async with<R>(work: (value: T) => R | PromiseLike<R>, options: AcquireOptions = {}): Promise<Awaited<R>> {
		const lease = await acquire(this, options, this.with);
		try {
			const result = await work(lease.value);
			lease._isOpen() && lease.release();
			return result;
		} catch (error) {
			lease._isOpen() && throwAway(this, lease._slot, lease._end(), 'failed');
			throw error;
		}
	}

	/**
	 * Takes back a lease, or the object itself. O(1).
	 *
	 * @throws {@link PerfError} `RELEASED` when that was done before, `FOREIGN` for what the pool has not lent
	 */
	release(lent: Lease<T> | T): void {
		const [slot, value] = this._find(lent);
		takeBack(this, slot, value);
	}

	/**
	 * Takes back a lease, or the object itself, as unusable.
	 *
	 * @throws as `release`
	 */
	discard(lent: Lease<T> | T): void {
		const [slot, value] = this._find(lent);
		throwAway(this, slot, value);
	}

	/**
	 * Ends the pool in order: new callers are refused, those who wait are still served, and the promise resolves when
	 * all objects came back and are destroyed. `timeout`: give up waiting for that after so many ms.
	 *
	 * @throws {@link PerfError} as rejection: `TIMEOUT`, which says how many are still lent
	 */
	drain({ timeout = Infinity }: { readonly timeout?: number } = {}): Promise<void> {
		return new Promise((resolve, reject) => {
			amountOf('timeout', timeout, Infinity, 0);
			const lent = () =>
				`${this._stock._inUse} objects are still lent after ${timeout} ms: give them back, or dispose.`;
			const timer =
				timeout < Infinity &&
				setTimeout(() => reject(new PerfError('TIMEOUT', lent())), Math.min(timeout, MAX_TIMEOUT));
			this._stock._whenEmpty.push(() => {
				clearTimeout(timer as unknown as number);
				resolve();
			});
			this._stock._close();
		});
	}

	/** Ends the pool now: those who wait are refused, idle objects destroyed, and lent ones when they come back. */
	dispose(): void {
		this._stock._close();
		for (let waiter = this._stock._waiters._take(); waiter; waiter = this._stock._waiters._take()) {
			this._stock._counts._waited(waiter._since);
			waiter._reject(closed());
		}
		this._stock._settle();
	}

	/** What it has done so far, and what there is now, as plain data. */
	stats(): ObjectPoolStats {
		return objectStats(this._stock, this._misuse);
	}

	/** Adds all numbers of `stats` to the snapshots of a monitor, as gauges named `name.…`. Returns what stops it. */
	observe(monitor: WasmPerformanceMonitor, name: string): () => void {
		return monitor.observe(name, () => this.stats());
	}

	/** @internal */
	_tryAcquire(entry: (...args: never[]) => unknown): Lease<T> | undefined {
		const stock = this._stock;
		if (stock._isClosed) {
			return undefined;
		}
		const slot = stock._takeIdle() ?? stock._makeNow();
		return slot && this._lend(slot, slot._value as T, this._sample(entry));
	}

	/** @internal The place of this call, for one in so many. */
	_sample(entry: (...args: never[]) => unknown): Trace | undefined {
		if (--this._untilSample) {
			return undefined;
		}
		this._untilSample = nextSample(this._sampling);
		return traceOf(entry);
	}

	/** @internal */
	_lend(slot: Slot<T>, value: T, trace: Trace | undefined): Lease<T> {
		const { _stock: stock, _overdue: overdue } = this;
		const counts = stock._counts;
		slot._value = undefined;
		slot._isOut = true;
		const lease = new Lease(this, slot, value);
		counts._leases++;
		if (!slot._generation && slot._idleSince < 0) {
			counts._fresh++;
		}
		if (++stock._inUse > counts._peak) {
			counts._peak = stock._inUse;
		}
		if (trace) {
			slot._trace = trace;
			this._registry?.register(lease, {
				_slot: slot,
				_generation: slot._generation,
				_value: new WeakRef(value),
			});
		}
		overdue?._add(slot, value);
		return lease;
	}

	/** @internal The object of a lease that is not over, or of the value it lent. */
	_find(lent: Lease<T> | T): [Slot<T>, T] {
		if (lent instanceof Lease) {
			if (lent._pool !== this) {
				throw this._misuse._stranger();
			}
			return [lent._slot, lent._end()];
		}
		const slot = this._stock._slots.get(lent);
		if (!slot) {
			throw this._misuse._stranger();
		}
		if (!slot._isOut) {
			throw this._misuse._again();
		}
		return [slot, lent];
	}

	/** @internal The object was collected, so that its place is free for another. */
	_lost(slot: Slot<T>): void {
		if (slot._isOut) {
			this._leaked(slot, undefined);
			isBack(this, slot);
			this._stock._inUse--;
			this._stock._freed();
		}
	}

	/** @internal Counts and tells, once for each lease. */
	_leaked(slot: Slot<T>, value: T | undefined): void {
		if (!slot._isReported) {
			slot._isReported = true;
			this._stock._counts._leaked++;
			report(this._onLeak, 'collected', slot._trace, slot._lentAt, value);
		}
	}
}

/** What is known of a sampled lease. */
interface Loan<T extends object> {
	readonly _slot: Slot<T>;
	readonly _generation: number;
	readonly _value: WeakRef<T>;
}

// Not in the constructor: there they would hold on to its pool.
function dispose(this: ObjectPool<object>): void {
	this.dispose();
}
