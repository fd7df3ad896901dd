import { COUNTER, type Core, DURATIONS, GAUGE, type Kind, VALUES } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Series } from '../series.js';
import type { ExactSum, OperationSnapshot, Snapshot, ValueSnapshot } from '../snapshot.js';
import { epochOf } from './clock.js';
import { parseKey } from './key.js';

/** What a snapshot adds, in the wire form. */
export interface Additions {
	readonly records: Float64Array;
	readonly losses: [rejected: number, dropped: number, overflowed: number, expired: number];
}

/** Adds what a snapshot adds. */
export function add(core: Core, registry: number, { records, losses }: Additions): void {
	core.merge(registry, records);
	core.addLosses(registry, ...losses);
}

/** A snapshot as the core takes it, under the handles that this monitor gives its series. */
export function additionsOf(monitor: WasmPerformanceMonitor, snapshot: Snapshot): Additions {
	const now = performance.now();
	const epoch = epochOf(now) - now;
	const wire: number[] = [];
	const entry = (kind: Kind, key: string, atMs: number, body: number[], unit?: string) => {
		wire.push(find(monitor, kind, key, unit)._handle, kind, 0, atMs - epoch, ...body);
	};
	const { counters, exactCounters = {}, gauges, gaugeTimes, series } = snapshot;
	for (const [kind, entries] of [
		[DURATIONS, snapshot.operations],
		[VALUES, snapshot.histograms],
	] as const) {
		for (const [key, histogram] of Object.entries(entries)) {
			// A total is what its parts add up to; merging both would count twice.
			if (!histogram.total && histogram.count) {
				entry(kind, key, histogram.lastAt, histogramBody(histogram), (histogram as ValueSnapshot).unit);
			}
		}
	}
	const keys = Object.keys(counters);
	const totals = new Set(keys.map((key) => parseKey(key).name).filter((name, at) => name !== keys[at]));
	for (const key of keys) {
		if (!totals.has(key)) {
			const exact = Object.hasOwn(exactCounters, key) && exactCounters[key];
			const { exponent, limbs } = exact || exactSum(counters[key] as number);
			entry(COUNTER, key, epoch + now, [0, limbs.length, exponent, ...limbs]);
		}
	}
	for (const [key, value] of Object.entries(gauges)) {
		entry(GAUGE, key, Object.hasOwn(gaugeTimes, key) ? (gaugeTimes[key] as number) : snapshot.takenAt, [value]);
	}
	return {
		records: Float64Array.from(wire),
		losses: [snapshot.rejected, snapshot.dropped, series.overflowed, series.expired],
	};
}

function find(monitor: WasmPerformanceMonitor, kind: Kind, key: string, unit: string | undefined): Series {
	const overflow = monitor._overflow[kind] as Series;
	const { name, labels } = parseKey(key);
	return key === overflow.key ? overflow : monitor._intern(kind, name, labels, unit ? { unit } : {});
}

function histogramBody(histogram: OperationSnapshot): number[] {
	const { count, sum, min, max, p50, p95, p99, errors, aborted, zero, underflow, overflow } = histogram;
	const { indices, counts } = histogram.buckets;
	const { exponent, limbs } = histogram.sumExact;
	const sizes = [indices.length, limbs.length, exponent, 0];
	// The last number is the length of a window: that of another process means nothing here.
	const numbers = [count, sum, min, max, p50, p95, p99, errors, aborted, zero, underflow, overflow];
	return numbers.concat(sizes, indices, counts, limbs, 0);
}

/** A finite number of at least 0 as an exact sum. Beyond 2^53 snapshots hold one already. */
function exactSum(value: number): ExactSum {
	// Each step is exact: a double times or divided by a power of two.
	let exponent = -18;
	let integer = Math.min(value, 1e300) * 2 ** 18;
	for (; integer % 1; exponent -= 32) {
		integer *= 2 ** 32;
	}
	const limbs: number[] = [];
	for (; integer; integer = Math.floor(integer / 2 ** 32)) {
		limbs.push(integer % 2 ** 32);
	}
	return { exponent, limbs };
}
