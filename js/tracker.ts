import { ABORTED } from './core.js';
import type { Labels } from './labels.js';
import { WasmPerformanceMonitor } from './monitor.js';
import { shared } from './shared.js';
import type { Snapshot } from './snapshot.js';
import { Span } from './span.js';

/**
 * Tracks operations from their start to their end: a guard that is disposed of unfinished is recorded too, as aborted.
 */
export class PerformanceTracker {
	/** The monitor that it records to. */
	readonly monitor: WasmPerformanceMonitor;

	/** A tracker that records to `monitor`, or to one of its own. */
	constructor(monitor = new WasmPerformanceMonitor()) {
		this.monitor = monitor;
	}

	/** The one tracker of the whole program, also where several copies of this package are in it. */
	static global(): PerformanceTracker {
		shared.tracker ??= new PerformanceTracker();
		return shared.tracker as PerformanceTracker;
	}

	/**
	 * Begins an operation. End the guard with `finish()` or `fail()`; with `using`, leaving the block without either
	 * counts it as aborted.
	 */
	startOperation(name: string, labels?: Labels): Span {
		return new Span(this.monitor.operation(name, labels), ABORTED);
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
