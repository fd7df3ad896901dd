import { EXPECTED_INTERVAL } from './core.js';
import { load } from './load.js';
import type { WasmPerformanceMonitor } from './monitor.js';
import { MAX_TIMEOUT, unref } from './timers.js';

/** Records a buffer begins with; when they are full the load starts by itself. */
const FIRST_CAPACITY = 4096;

/** Records a buffer grows to before the core is there; later ones are dropped and counted. */
const MAX_CAPACITY = 131072;

/** Makes room for a record: the core takes those that wait, or the buffer grows, or the record is lost. */
export function makeRoom(monitor: WasmPerformanceMonitor): boolean {
	const ring = monitor._ring;
	if (monitor._engine()?._drain(monitor)) {
		return true;
	}
	const capacity = ring._handles.length;
	// Whenever it grows, and now and then once it cannot: a load that failed is tried again.
	if (capacity && !(monitor._dropped % MAX_CAPACITY)) {
		loadWhenIdle(monitor);
	}
	if (capacity < MAX_CAPACITY) {
		ring._resize(capacity * 2 || FIRST_CAPACITY);
		return true;
	}
	monitor._dropped++;
	return false;
}

/** Sees to it that records of a windowed series are told their time at least once a slice. One timer for all. */
export function watchWindow(monitor: WasmPerformanceMonitor, sliceMs: number): void {
	if (sliceMs < monitor._sliceMs && !monitor._disposed) {
		monitor._sliceMs = sliceMs;
		clearInterval(monitor._timer as number);
		// Weak, so that the timer of a forgotten monitor ends; unref'd, so that it keeps no process alive.
		const weak = globalThis.WeakRef ? new WeakRef(monitor) : { deref: () => monitor };
		const timer = setInterval(
			() => {
				const alive = weak.deref();
				alive ? tick(alive) : clearInterval(timer);
			},
			Math.min(sliceMs, MAX_TIMEOUT),
		);
		unref(timer);
		monitor._timer = timer;
	}
}

function tick(monitor: WasmPerformanceMonitor): void {
	const ring = monitor._ring;
	if (ring._length && !monitor._engine()?._drain(monitor)) {
		const now = performance.now();
		for (let at = monitor._stamped; at < ring._length; at++) {
			if (Number.isNaN(ring._times[at]) && (ring._handles[at] as number) < EXPECTED_INTERVAL >>> 0) {
				ring._times[at] = now;
			}
		}
		monitor._stamped = ring._length;
	}
}

function loadWhenIdle(monitor: WasmPerformanceMonitor): void {
	const begin = () =>
		load()
			.then(() => monitor.flush())
			.catch(() => {});
	if (typeof requestIdleCallback === 'function') {
		requestIdleCallback(begin, { timeout: 2000 });
	} else {
		unref(setTimeout(begin));
	}
}
