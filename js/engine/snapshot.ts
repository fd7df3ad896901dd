import { COUNTER, DURATIONS, MAX_INDEX } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Reader } from '../reader.js';
import type { HistogramCounts, Snapshot, ValueSnapshot } from '../snapshot.js';
import { withCore } from './attach.js';
import { clockResolution, epochOf } from './clock.js';
import { drainTo } from './drain.js';
import { perfError } from './perf-error.js';
import { ENTRY, HEADER, HISTOGRAM, histogramEnd, OWN, TOTAL } from './wire.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything the monitor knows, or what came since the reader last looked. */
export function snapshot(monitor: WasmPerformanceMonitor, reader?: Reader): Snapshot {
	const now = performance.now();
	const wire = withCore(monitor, (core, registry) => {
		drainTo(monitor, core, registry, now);
		if (reader && reader._id < 0) {
			throw perfError('READERS', 'A monitor has at most 16 readers: dispose of one.');
		}
		return core.snapshot(registry, now, reader ? reader._id : -1);
	});
	if (!reader) {
		monitor._kept = wire;
	}
	return read(wire, monitor);
}

/** A snapshot in the wire form as plain data. */
export function read(wire: Float64Array, monitor: WasmPerformanceMonitor): Snapshot {
	const [, , startMs = 0, nowMs = 0, rejected = 0, dropped = 0, overflowed = 0, expired = 0, active = 0] = wire;
	const takenAt = epochOf(nowMs);
	const startedAt = takenAt - (nowMs - startMs);
	const epoch = takenAt - nowMs;
	const elapsed = takenAt - startedAt;
	const operations = {};
	const histograms = {};
	const counters = {};
	const exactCounters = {};
	const gauges = {};
	const gaugeTimes = {};
	let at = HEADER;
	while (at < wire.length) {
		const [handle = 0, kind, role, lastMs = 0] = wire.subarray(at, at + ENTRY);
		const series = monitor._series[handle & MAX_INDEX];
		const key = `${series?.key}${role === OWN ? '{}' : ''}`;
		const lastAt = epoch + lastMs;
		at += ENTRY;
		if ((kind as number) < COUNTER) {
			const [entry, end] = readHistogram(wire, at, elapsed);
			const operation = entry as Writable<ValueSnapshot>;
			at = end + 1;
			operation.lastAt = lastAt;
			if (role === TOTAL) {
				operation.total = true;
			}
			if (series?._unit) {
				operation.unit = series._unit;
			}
			const windowMs = wire[end];
			if (windowMs) {
				const [window, windowEnd] = readHistogram(wire, at, Math.min(windowMs, elapsed));
				at = windowEnd;
				operation.window = { seconds: windowMs / 1e3, ...window };
			}
			put(kind === DURATIONS ? operations : histograms, key, operation);
		} else if (kind === COUNTER) {
			const [value = 0, length = 0, exponent = 0] = wire.subarray(at, at + 3);
			const limbs = list(wire, at + 3, length);
			at += 3 + length;
			put(counters, key, value);
			if (!isWhole(value, exponent, limbs)) {
				put(exactCounters, key, { exponent, limbs });
			}
		} else {
			put(gauges, key, wire[at++] as number);
			put(gaugeTimes, key, lastAt);
		}
	}
	return {
		schemaVersion: 1,
		startedAt,
		takenAt,
		clock: { resolution: clockResolution() },
		operations,
		histograms,
		counters,
		...(Object.keys(exactCounters).length && { exactCounters }),
		gauges,
		gaugeTimes,
		rejected,
		dropped,
		series: { active, limit: monitor._maxSeries, overflowed, expired },
	};
}

function readHistogram(wire: Float64Array, at: number, elapsedMs: number): [HistogramCounts, number] {
	const end = histogramEnd(wire, at);
	const buckets = wire[at + 12] as number;
	const limbsFrom = at + HISTOGRAM + 2 * buckets;
	const [count = 0, sum = 0, min = 0, max = 0, p50 = 0, p95 = 0, p99 = 0, errors = 0, aborted = 0, zero = 0] =
		wire.subarray(at, at + 10);
	const counts: HistogramCounts = {
		count,
		sum,
		rate: elapsedMs > 0 ? (count * 1e3) / elapsedMs : 0,
		errors,
		aborted,
		zero,
		underflow: wire[at + 10] as number,
		overflow: wire[at + 11] as number,
		scale: 6,
		buckets: {
			indices: list(wire, at + HISTOGRAM, buckets),
			counts: list(wire, at + HISTOGRAM + buckets, buckets),
		},
		sumExact: { exponent: wire[at + 14] as number, limbs: list(wire, limbsFrom, end - limbsFrom) },
	};
	if (count) {
		const mean = Math.min(Math.max(sum / count, min), max);
		Object.assign(counts, { mean, min, max, p50, p95, p99 });
	}
	return [counts, end];
}

/** Whether a counter is an integer up to 2^53, so that its value says it all. */
function isWhole(value: number, exponent: number, limbs: readonly number[]): boolean {
	if (value > 2 ** 53 || value % 1) {
		return false;
	}
	// The sum was rounded to an integer where its last bit lies below 1.
	const [limb = 0] = limbs;
	const lowestBit = (limb & -limb) >>> 0;
	return !limb || lowestBit * 2 ** exponent >= 1;
}

function list(wire: Float64Array, from: number, length: number): number[] {
	const numbers = new Array<number>(length);
	for (let at = 0; at < length; at++) {
		numbers[at] = wire[from + at] as number;
	}
	return numbers;
}

/** Sets a property of its own, also for a series that is named `__proto__`. */
function put<T>(object: Record<string, T>, key: string, value: T): void {
	if (key === '__proto__') {
		Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
	} else {
		object[key] = value;
	}
}
