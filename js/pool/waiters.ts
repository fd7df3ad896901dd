import { PerfError } from '../errors.js';
import type { Signal } from '../platform-types.js';
import { MAX_TIMEOUT } from '../timers.js';
import type { Trace } from './leaks.js';
import type { AcquireOptions } from './options.js';

/** @internal One who waits. Settled once; then neither its signal nor a timer knows of it. */
export class Waiter<L> {
	readonly _priority: number;
	readonly _trace: Trace | undefined;
	readonly _since = performance.now();
	/** Its number in the order of arrival. */
	_order = 0;
	/** Where it is in the heap; -1 when it is not. */
	_at = -1;
	_resolve!: (lease: L) => void;
	_reject!: (error: unknown) => void;
	readonly _promise = new Promise<L>((resolve, reject) => {
		this._resolve = resolve;
		this._reject = reject;
	});
	_timer?: unknown;
	_signal?: Signal | undefined;
	_abort?: () => void;

	constructor(priority: number, trace: Trace | undefined) {
		this._priority = priority;
		this._trace = trace;
	}

	/** Begins to listen for what may end the wait; `giveUp` is told which it was. */
	_watch({ signal, timeout = Infinity }: AcquireOptions, giveUp: (error: PerfError) => void): void {
		if (timeout < Infinity) {
			this._timer = setTimeout(
				() => giveUp(new PerfError('TIMEOUT', `No object was free within ${timeout} ms: ${ADVICE}`)),
				Math.min(timeout, MAX_TIMEOUT),
			);
		}
		if (signal) {
			this._signal = signal;
			this._abort = () => giveUp(aborted(signal));
			signal.addEventListener('abort', this._abort);
			// A hook of the pool may have fired it just now.
			signal.aborted && this._abort();
		}
	}

	_forget(): void {
		clearTimeout(this._timer as number);
		this._signal?.removeEventListener('abort', this._abort as () => void);
		this._signal = undefined;
	}
}

/** @internal What to do when there are too few objects. */
export const ADVICE = 'raise maxSize, hold leases shorter, or look for leaks with leakSampling: 1.';

/** @internal The error of a wait that its signal ended. */
export function aborted(signal: Signal): PerfError {
	return new PerfError('ABORTED', 'The signal fired before an object was free; nothing was taken.', signal.reason);
}

/**
 * @internal Those who wait, in a binary heap: by priority, and by arrival within one. Everything is O(log n), also the
 * end of a wait in the middle.
 */
export class Waiters<L> {
	readonly _heap: Waiter<L>[] = [];
	_arrived = 0;

	_add(waiter: Waiter<L>): void {
		waiter._order = this._arrived++;
		this._up(waiter, this._heap.length);
	}

	/** Takes out the one whose turn it is. */
	_take(): Waiter<L> | undefined {
		const [first] = this._heap;
		first && this._remove(first);
		return first;
	}

	/** Takes out this one; false when it is no longer in. */
	_remove(waiter: Waiter<L>): boolean {
		const at = waiter._at;
		if (at < 0) {
			return false;
		}
		waiter._at = -1;
		waiter._forget();
		const last = this._heap.pop() as Waiter<L>;
		if (last !== waiter) {
			this._down(last, at);
			this._up(last, last._at);
		}
		return true;
	}

	_up(waiter: Waiter<L>, from: number): void {
		let at = from;
		while (at) {
			const above = (at - 1) >> 1;
			const other = this._heap[above] as Waiter<L>;
			if (!before(waiter, other)) {
				break;
			}
			this._put(other, at);
			at = above;
		}
		this._put(waiter, at);
	}

	_down(waiter: Waiter<L>, from: number): void {
		let at = from;
		for (;;) {
			let below = 2 * at + 1;
			let other = this._heap[below];
			const right = this._heap[below + 1];
			if (other && right && before(right, other)) {
				other = right;
				below++;
			}
			if (!other || !before(other, waiter)) {
				break;
			}
			this._put(other, at);
			at = below;
		}
		this._put(waiter, at);
	}

	_put(waiter: Waiter<L>, at: number): void {
		this._heap[at] = waiter;
		waiter._at = at;
	}
}

function before<L>(a: Waiter<L>, b: Waiter<L>): boolean {
	return a._priority === b._priority ? a._order < b._order : a._priority > b._priority;
}
