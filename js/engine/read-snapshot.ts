import { COUNTER, DURATIONS, MAX_INDEX } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { HistogramCounts, Snapshot, ValueSnapshot } from '../snapshot.js';
import { readBuckets } from './buckets.js';
import { clockResolution, epochOf } from './clock.js';
import { ENTRY, HEADER, histogramEnd, OWN, TOTAL } from './wire.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A snapshot in the wire form as plain data. */
export function readSnapshot(wire: Float64Array, monitor: WasmPerformanceMonitor): Snapshot {
	const [, , startMs = 0, nowMs = 0, rejected = 0, dropped = 0, overflowed = 0, expired = 0, active = 0] = wire;
	const takenAt = epochOf(nowMs);
	const startedAt = takenAt - (nowMs - startMs);
	const epoch = takenAt - nowMs;
	const elapsed = takenAt - startedAt;
	const operations = record();
	const histograms = record();
	const counters = record();
	const exactCounters = record();
	const gauges = record();
	const gaugeTimes = record();
	let at = HEADER;
	while (at < wire.length) {
		const [handle, kind, role, lastMs] = [wire[at], wire[at + 1], wire[at + 2], wire[at + 3]] as [
			number,
			number,
			number,
			number,
		];
		const series = monitor._series[handle & MAX_INDEX];
		const key = `${series?.key}${role === OWN ? '{}' : ''}`;
		const lastAt = epoch + lastMs;
		at += ENTRY;
		if (kind < COUNTER) {
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
				operation.window = Object.assign(window, { seconds: windowMs / 1e3 });
			}
			(kind === DURATIONS ? operations : histograms)[key] = operation;
		} else if (kind === COUNTER) {
			const [value = 0, length = 0, exponent = 0] = wire.subarray(at, at + 3);
			const limbs = list(wire, at + 3, length);
			at += 3 + length;
			counters[key] = value;
			if (!isWhole(value, exponent, limbs)) {
				exactCounters[key] = { exponent, limbs };
			}
		} else {
			gauges[key] = wire[at++];
			gaugeTimes[key] = lastAt;
		}
	}
	return {
		schemaVersion: 1,
		startedAt,
		takenAt,
		clock: { resolution: clockResolution() },
		operations: { ...operations },
		histograms: { ...histograms },
		counters: { ...counters },
		...(Object.keys(exactCounters).length && { exactCounters: { ...exactCounters } }),
		gauges: { ...gauges },
		gaugeTimes: { ...gaugeTimes },
		rejected,
		dropped,
		series: { active, limit: monitor._maxSeries, overflowed, expired },
	};
}

/** Without a prototype while it is filled, so that a series may be named `__proto__`; copied, it is an ordinary object. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the entries is that of the snapshot's field.
function record(): Record<string, any> {
	return Object.create(null);
}

function readHistogram(wire: Float64Array, at: number, elapsedMs: number): [HistogramCounts, number] {
	const end = histogramEnd(wire, at);
	const limbsFrom = end - (wire[at + 13] as number);
	const number = (place: number) => wire[at + place] as number;
	const count = number(0);
	const sum = number(1);
	const min = number(2);
	const max = number(3);
	const counts: HistogramCounts = {
		count,
		sum,
		rate: elapsedMs > 0 ? (count * 1e3) / elapsedMs : 0,
		errors: number(7),
		aborted: number(8),
		zero: number(9),
		underflow: number(10),
		overflow: number(11),
		scale: 6,
		// Made when first read, and then plain data: most readers want the percentiles only, and two long lists for each
		// series cost more than all the rest of a snapshot.
		get buckets() {
			const value = readBuckets(wire, at);
			Object.defineProperty(this, 'buckets', { value, enumerable: true, writable: true, configurable: true });
			return value;
		},
		sumExact: { exponent: number(14), limbs: list(wire, limbsFrom, end - limbsFrom) },
	};
	if (count) {
		const mean = Math.min(Math.max(sum / count, min), max);
		Object.assign(counts, { mean, min, max, p50: number(4), p95: number(5), p99: number(6) });
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
