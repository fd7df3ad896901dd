import type { Signal } from '../platform-types.js';
import type { LeakReport } from './leaks.js';

/** How leases that are never returned are found; options of both pools. */
export interface LeakOptions<T> {
	/**
	 * One lease in so many remembers the place where it was taken, which costs some 20 µs; 1 for all, 0 for none. It is
	 * drawn at random, so that a loop cannot hide from it.
	 * @default 1000 for objects, 10000 for buffers
	 */
	readonly leakSampling?: number;
	/** Hears of leaks. What it throws is ignored. Without it they are only counted. */
	readonly onLeak?: (report: LeakReport<T>) => void;
}

/** Options of `ObjectPool`. */
export interface ObjectPoolOptions<T extends object> extends LeakOptions<T> {
	/** Makes one more object: each time another one, at once or as a promise. */
	readonly create: () => T | PromiseLike<T>;
	/** Ends an object that leaves the pool, except by `detach`. Its failures are counted and change nothing else. */
	readonly destroy?: (value: T) => unknown;
	/**
	 * Makes an object ready for the next holder, when it comes back. When it fails, the object is discarded; when it
	 * gives a promise, the object is free once that is fulfilled.
	 */
	readonly reset?: (value: T) => unknown;
	/**
	 * Whether an object that was idle, or comes from another holder, can still be used; asked before each lease. False,
	 * or a failure, discards it. With a promise as the answer only `acquire` and `with` can be used.
	 */
	readonly validate?: (value: T) => boolean | PromiseLike<boolean>;
	/**
	 * Objects there are at most, idle and lent together: 1 to 1,000,000.
	 * @default 100
	 */
	readonly maxSize?: number;
	/**
	 * Objects kept idle at most, 0 to `maxSize`. Further ones are destroyed when they come back.
	 * @default maxSize
	 */
	readonly maxIdle?: number;
	/**
	 * Objects that were idle for so many ms, and up to a quarter longer, are destroyed. Infinity keeps them.
	 * @default 60000
	 */
	readonly maxIdleMs?: number;
	/**
	 * Objects made at once, 0 to `maxIdle`. One that cannot be made is only counted.
	 * @default 0
	 */
	readonly prefill?: number;
	/**
	 * Callers that may wait for an object at the same time, 0 to 1,000,000; the next one is refused. Those that wait for
	 * an object that is being made do not count.
	 * @default 1000
	 */
	readonly maxWaiting?: number;
	/**
	 * A lease that lasts longer, in ms, is reported to `onLeak` as overdue, once. It reads the clock at each lease.
	 * @default Infinity: never
	 */
	readonly maxLeaseMs?: number;
}

/** Options of `BufferPool`. */
export interface BufferPoolOptions extends LeakOptions<Uint8Array> {
	/**
	 * Bytes kept idle at most, all sizes together: 0 to 2^40.
	 * @default 16 MiB
	 */
	readonly maxBytes?: number;
	/**
	 * Bytes kept idle at most for one size class, 0 to `maxBytes`.
	 * @default a quarter of maxBytes
	 */
	readonly maxBytesPerClass?: number;
	/**
	 * Whether buffers are filled with zeros: never, when lent again, or as soon as they come back, which also takes
	 * secrets out of memory early. New buffers are always zero. With `none` a holder sees what the one before left.
	 * @default 'none'
	 */
	readonly zeroing?: 'none' | 'onLease' | 'onReturn';
}

/** What a caller of `acquire` is ready to do for an object. */
export interface AcquireOptions {
	/** Ends the wait when it fires; the promise then rejects with code `ABORTED`. */
	readonly signal?: Signal;
	/**
	 * Ends the wait after so many ms, 0 or more; the promise then rejects with code `TIMEOUT`.
	 * @default Infinity
	 */
	readonly timeout?: number;
	/**
	 * Higher ones are served first; those of the same in the order they came.
	 * @default 0
	 */
	readonly priority?: number;
}

/** @internal An integer option, or its default. */
export function integerOf(
	name: string,
	value: number | undefined,
	fallback: number,
	low: number,
	high: number,
): number {
	const given = value ?? fallback;
	if (!(Number.isInteger(given) && given >= low && given <= high)) {
		throw new RangeError(`${name}: expected an integer from ${low} to ${high}, got ${shown(given)}`);
	}
	return given;
}

/** @internal A number of at least `low`, which may be Infinity, or its default. */
export function amountOf(name: string, value: number | undefined, fallback: number, low: number): number {
	const given = value ?? fallback;
	if (!(typeof given === 'number' && given >= low)) {
		throw new RangeError(`${name}: expected a number of at least ${low}, got ${shown(given)}`);
	}
	return given;
}

/** @internal A function, or nothing where it is optional. */
export function functionOf<F>(name: string, value: F): F {
	if (value !== undefined && typeof value !== 'function') {
		throw new TypeError(`${name}: expected a function, got ${shown(value)}`);
	}
	return value;
}

/** @internal Any value in a message: short, and without running code of its own. */
export function shown(value: unknown): string {
	return typeof value === 'object' && value ? 'an object' : typeof value === 'function' ? 'a function' : String(value);
}

/** @internal Whether a hook gave a promise. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
	return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
