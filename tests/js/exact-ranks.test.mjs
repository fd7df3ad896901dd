// Quantiles, sums and extremes against the sorted samples themselves, in both engines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MetricsCollector, WasmPerformanceMonitor } from '@code-mesh/perf';
import fc from 'fast-check';
import { javascriptCore } from '../../dist/without-wasm.js';

const BOUND = 0.00542;
const shared = globalThis[Symbol.for('@code-mesh/perf/2')];
await load();
const engines = { wasm: shared.core, js: javascriptCore() };

/** Positive doubles of 2^-30 to 2^53, powers of two and their neighbours among them. */
const inRange = fc.oneof(
	fc.double({ min: 2 ** -30 * (1 + 2 ** -52), max: 2 ** 53, noNaN: true }),
	fc
		.tuple(fc.integer({ min: -29, max: 52 }), fc.constantFrom(1 - 2 ** -53, 1, 1 + 2 ** -52))
		.map(([power, near]) => 2 ** power * near),
	fc.double({ min: 0.1, max: 1000, noNaN: true }),
	fc.constant(0),
);

/** The rank that was meant: exact in big integers, and k where q is the double nearest to k/n. */
function rankOf(q, n) {
	const meant = Math.round(q * n);
	if (meant >= 1 && meant <= n && meant / n === q) {
		return meant;
	}
	// What is below 2^-120 counts as that: it is above 0, and below any rank but the first.
	const scaled = BigInt(Math.ceil(q * 2 ** 60 * 2 ** 60)) * BigInt(n);
	const unit = 1n << 120n;
	const ceiling = Number((scaled + unit - 1n) / unit);
	return Math.min(Math.max(ceiling, 1), n);
}

/** The exact sum of doubles as a multiple of 2^-1074, rounded once. */
function exactSum(values) {
	let total = 0n;
	const view = new DataView(new ArrayBuffer(8));
	for (const value of values) {
		view.setFloat64(0, value);
		const bits = view.getBigUint64(0);
		const exponent = (bits >> 52n) & 2047n;
		const fraction = bits & ((1n << 52n) - 1n);
		total += exponent ? (fraction | (1n << 52n)) << (exponent - 1n) : fraction;
	}
	// Every value here is a multiple of 2^-100 at least, so that this division is exact before it is rounded.
	return Number(total >> 974n) / 2 ** 100;
}

for (const [name, core] of Object.entries(engines)) {
	test(`${name}: any quantile is within 0.542 % of the sample of its rank`, () => {
		const samples = fc.array(inRange, { minLength: 1, maxLength: 300 });
		const quantiles = fc.array(
			fc.oneof(
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.integer({ min: 0, max: 100 }).map((p) => p / 100),
			),
			{ minLength: 5, maxLength: 5 },
		);
		fc.assert(
			fc.property(samples, quantiles, (values, qs) => {
				shared.core = core;
				const monitor = new WasmPerformanceMonitor();
				const histogram = new MetricsCollector(monitor).histogram('h');
				for (const value of values) {
					histogram.record(value);
				}
				const sorted = Float64Array.from(values).sort();
				for (const q of [0, 0.5, 0.95, 0.99, 1, ...qs]) {
					const wanted = sorted[rankOf(q, sorted.length) - 1];
					const got = monitor.quantile('h', q);
					assert.ok(Math.abs(got - wanted) <= BOUND * wanted, `q ${q}: ${got} for ${wanted}`);
				}
				const { count, min, max } = monitor.snapshot().histograms.h;
				assert.deepEqual([count, min, max], [values.length, sorted[0], sorted.at(-1)]);
				monitor.dispose();
			}),
			{ numRuns: 150 },
		);
		shared.core = engines.wasm;
	});

	test(`${name}: sums are exact, rounded once, and merge bit-equal in any order and split`, () => {
		const value = fc.double({ min: 2 ** -40, max: 2 ** 53, noNaN: true });
		fc.assert(
			fc.property(fc.array(value, { maxLength: 60 }), fc.array(value, { maxLength: 60 }), (left, right) => {
				shared.core = core;
				const snapshots = [left, right, [...right, ...left]].map((values) => {
					const monitor = new WasmPerformanceMonitor();
					for (const ms of values) {
						monitor.record('x', ms);
						monitor.increment('c', ms);
					}
					return monitor.snapshot();
				});
				const merged = [
					[snapshots[0], snapshots[1]],
					[snapshots[1], snapshots[0]],
				].map((order) => {
					const monitor = new WasmPerformanceMonitor();
					for (const snapshot of order) {
						monitor.merge(JSON.parse(JSON.stringify(snapshot)));
					}
					const { operations, counters, exactCounters } = monitor.snapshot();
					return { ...operations.x, rate: 0, lastAt: 0, counters, exactCounters };
				});
				const { operations, counters, exactCounters } = snapshots[2];
				assert.deepEqual(merged[0], merged[1]);
				if (left.length + right.length) {
					assert.deepEqual(merged[0], { ...operations.x, rate: 0, lastAt: 0, counters, exactCounters });
					assert.equal(operations.x.sum, exactSum([...left, ...right]));
					assert.equal(counters.c, exactSum([...left, ...right]));
				}
			}),
			{ numRuns: 100 },
		);
		shared.core = engines.wasm;
	});
}

test('bucket boundaries are those of exact integer roots', () => {
	/** floor(sqrt(n)) */
	const root = (n) => {
		let guess = 1n << BigInt((n.toString(2).length + 1) >> 1);
		for (let next = (guess + n / guess) >> 1n; next < guess; next = (guess + n / guess) >> 1n) {
			guess = next;
		}
		return guess;
	};
	for (const core of Object.values(engines)) {
		shared.core = core;
		const monitor = new WasmPerformanceMonitor();
		const histogram = new MetricsCollector(monitor).histogram('h');
		const expected = new Map();
		for (let j = 0; j < 64; j++) {
			let power = 1n << BigInt(52 * 64 + j);
			for (let square = 0; square < 6; square++) {
				power = root(power);
			}
			// The largest double not above 2^(j/64) still belongs to the bucket below; its successor does not.
			const bound = Number(power) / 2 ** 52;
			for (const [value, index] of [
				[bound, j - 1],
				[bound + 2 ** -52, j],
			]) {
				histogram.record(value);
				expected.set(index, (expected.get(index) ?? 0) + 1);
			}
		}
		const { indices, counts } = monitor.snapshot().histograms.h.buckets;
		assert.deepEqual(indices, [...expected.keys()]);
		assert.deepEqual(counts, [...expected.values()]);
	}
	shared.core = engines.wasm;
});
