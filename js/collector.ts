import { COUNTER, GAUGE, VALUES } from './core.js';
import type { SeriesOptions } from './interner.js';
import type { Labels } from './labels.js';
import { WasmPerformanceMonitor } from './monitor.js';
import type { Operation } from './operation.js';
import type { Series } from './series.js';
import type { Snapshot } from './snapshot.js';

/** A sum that only grows. Get it from `collector.counter(name, labels)` and keep it. */
export class Counter {
	/** @internal */
	readonly _series: Series;

	/** @internal */
	constructor(series: Series) {
		this._series = series;
	}

	/** Adds `by`: finite and not negative. The sum is exact. */
	increment(by = 1): void {
		this._series._push(by);
	}
}

/** A value that was set last. Get it from `collector.gauge(name, labels)` and keep it. */
export class Gauge {
	/** @internal */
	readonly _series: Series;

	/** @internal */
	constructor(series: Series) {
		this._series = series;
	}

	/** Sets it to a finite value. */
	set(value: number): void {
		this._series._push(value);
	}
}

/** A distribution of values other than durations. Get it from `collector.histogram(name, labels, { unit })`. */
export class Histogram {
	/** @internal */
	readonly _series: Series;

	/** @internal */
	constructor(series: Series) {
		this._series = series;
	}

	/** Records a value, finite and not negative, in the unit of the histogram. */
	record(value: number): void {
		this._series._push(value);
	}
}

/** Counters, gauges and histograms by name and labels; the same series as those of its monitor. */
export class MetricsCollector {
	/** The monitor whose series these are: take snapshots there. */
	readonly monitor: WasmPerformanceMonitor;

	/** A collector over the series of `monitor`, or over its own. */
	constructor(monitor = new WasmPerformanceMonitor()) {
		this.monitor = monitor;
	}

	/** A sum that only grows. */
	counter(name: string, labels?: Labels): Counter {
		return new Counter(this.monitor._intern(COUNTER, name, labels));
	}

	/** A value that was set last. */
	gauge(name: string, labels?: Labels): Gauge {
		return new Gauge(this.monitor._intern(GAUGE, name, labels));
	}

	/**
	 * A distribution of values.
	 *
	 * @throws RangeError for a window or slices out of range
	 */
	histogram(name: string, labels?: Labels, options?: SeriesOptions): Histogram {
		return new Histogram(this.monitor._intern(VALUES, name, labels, options));
	}

	/** A distribution of durations in ms: the same object as `monitor.operation`. */
	operation(name: string, labels?: Labels, options?: SeriesOptions): Operation {
		return this.monitor.operation(name, labels, options);
	}

	/** All that the monitor knows; see `monitor.snapshot`. */
	snapshot(): Snapshot {
		return this.monitor.snapshot();
	}

	/** The same, loading the core if need be. */
	snapshotAsync(): Promise<Snapshot> {
		return this.monitor.snapshotAsync();
	}
}
