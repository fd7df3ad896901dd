import { EXPECTED_INTERVAL, FAILED } from './core.js';
import { Series } from './series.js';
import { Span } from './span.js';

/**
 * One operation, bound to its labels: the fastest way to record. Get it from `monitor.operation(name, labels)` and
 * keep it. All times are in milliseconds.
 *
 * Recording never throws; what cannot be a duration is rejected and counted in `snapshot().rejected`.
 */
export class Operation extends Series {
	/** Records a duration in ms, 0 or more. */
	record(ms: number): void {
		this._ring._push(this._handle, ms, Number.NaN);
	}

	/**
	 * Records a duration and, if it exceeds the interval at which the operation was expected to run, also the durations
	 * that a stalled caller could not measure: `ms - intervalMs`, `ms - 2 * intervalMs`, … (HdrHistogram's correction
	 * for coordinated omission). An interval that is not positive and finite corrects nothing.
	 */
	recordWithExpectedInterval(ms: number, intervalMs: number): void {
		const interval = typeof intervalMs === 'number' ? intervalMs : Number.NaN;
		this._ring._push(this._handle | EXPECTED_INTERVAL, ms, interval);
	}

	/** The time now, to be given to {@link Operation.endTimer}; NaN while the monitor is disabled. */
	startTimer(): number {
		return this._ring._on ? performance.now() : Number.NaN;
	}

	/** Records the time since `timer` and returns it in ms; NaN while the monitor is disabled. */
	endTimer(timer: number): number {
		if (!this._ring._on) {
			return Number.NaN;
		}
		const end = performance.now();
		const ms = typeof timer === 'number' ? end - timer : Number.NaN;
		this._ring._push(this._handle, ms, end);
		return ms;
	}

	/** Begins a measurement that ends with `finish()`, with `fail()`, or with the block of `using`. */
	start(): Span {
		return new Span(this, 0);
	}

	/** Runs `work` and records how long it took. What it throws is counted as an error and thrown on. */
	time<T>(work: () => T): T {
		const start = this.startTimer();
		let flag = FAILED;
		try {
			const result = work();
			flag = 0;
			return result;
		} finally {
			this._ended(start, flag);
		}
	}

	/** The same for work that is done when a promise settles. */
	async timeAsync<T>(work: () => T | PromiseLike<T>): Promise<T> {
		const start = this.startTimer();
		let flag = FAILED;
		try {
			const result = await work();
			flag = 0;
			return result;
		} finally {
			this._ended(start, flag);
		}
	}

	/** @internal */
	_ended(start: number, flag: number): void {
		if (this._ring._on) {
			const end = performance.now();
			this._ring._push(this._handle | flag, end - start, end);
		}
	}
}
