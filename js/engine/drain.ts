import type { Core } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import { shared } from '../shared.js';
import { withCore } from './attach.js';

/**
 * Records that are handed over at once, and the length of the buffer while the core is there: small enough to stay in
 * the processor's cache, large enough that the call does not count.
 */
const BATCH = 2048;

/** Hands all that waits to the core; false where there is none, and then everything waits on. Never throws. */
export function drain(monitor: WasmPerformanceMonitor): boolean {
	try {
		withCore(monitor, (core, registry) => drainTo(monitor, core, registry));
		return true;
	} catch {
		if (!shared.core) {
			return false;
		}
		// What the core failed of twice is not offered a third time.
		monitor._dropped += monitor._ring._length;
		monitor._ring._length = 0;
		return true;
	}
}

/** The time now, but not before the last look of a reader. */
export function timeOf(monitor: WasmPerformanceMonitor): number {
	return Math.max(performance.now(), monitor._looked);
}

/**
 * The time for a reader's look, a microsecond after all that was handed over: clocks are coarse, and a gauge that was
 * set before the look must not be news after it.
 */
export function timeOfLook(monitor: WasmPerformanceMonitor): number {
	monitor._looked = timeOf(monitor) + 1e-3;
	return monitor._looked;
}

/** The same inside a call of the core. */
export function drainTo(monitor: WasmPerformanceMonitor, core: Core, registry: number): void {
	const ring = monitor._ring;
	let now = timeOf(monitor);
	let done = 0;
	const upTo = (end: number) => {
		while (done < end) {
			const next = Math.min(done + BATCH, end);
			const [handles, values, times] = [ring._handles, ring._values, ring._times];
			core.drain(registry, handles.subarray(done, next), values.subarray(done, next), times.subarray(done, next), now);
			done = next;
		}
	};
	const tell = (losses: { _rejected: number; _dropped: number }) => {
		const { _rejected: rejected, _dropped: dropped } = losses;
		if (rejected || dropped) {
			core.addLosses(registry, rejected, dropped, 0, 0);
			monitor._rejected -= rejected;
			monitor._dropped -= dropped;
		}
	};
	// A reader sees what was recorded after it was made, so it begins in between.
	if (monitor._readers.size) {
		for (const reader of [...monitor._readers].sort((a, b) => a._from - b._from)) {
			if (reader._id < 0) {
				upTo(reader._from);
				tell(reader);
				now = timeOfLook(monitor);
				reader._id = core.readerNew(registry, now);
			}
			reader._from = reader._rejected = reader._dropped = 0;
		}
	}
	upTo(ring._length);
	tell(monitor);
	ring._length = monitor._stamped = 0;
	if (ring._handles.length !== BATCH && ring._on) {
		ring._resize(BATCH);
	}
}
