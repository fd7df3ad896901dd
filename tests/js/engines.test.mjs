// The module and its JavaScript form give the same snapshots for the same random operations, bit by bit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MetricsCollector, WasmPerformanceMonitor } from '@code-mesh/perf';
import { javascriptCore } from '../../dist/without-wasm.js';
import { ManualClock, Random } from './support/random-operations.mjs';

const shared = globalThis[Symbol.for('@code-mesh/perf/2')];

await load();
const cores = [shared.core, javascriptCore()];

/** Does the same with a monitor on either core, and compares all that the steps return. */
function compare(seed, options, steps) {
	const [inWasm, inJavaScript] = cores.map((core) => {
		shared.core = core;
		const clock = new ManualClock();
		try {
			const monitor = new WasmPerformanceMonitor(options);
			return steps(monitor, clock, new Random(seed));
		} finally {
			clock.restore();
			shared.core = cores[0];
		}
	});
	assert.deepEqual(inJavaScript, inWasm, `seed ${seed}`);
	return inWasm;
}

const ADVERSARIAL = [
	0,
	-0,
	5e-324,
	Number.MIN_VALUE * 3,
	2 ** -1022,
	1e-300,
	2 ** -30 * 1e3,
	2 ** -30 * 1e3 * (1 + 2 ** -52),
	1e-9,
	0.1,
	1 / 3,
	1,
	1 - 2 ** -53,
	1 + 2 ** -52,
	1000,
	1024,
	2 ** 53,
	2 ** 53 * 1e3,
	2 ** 53 * 1e3 * (1 + 2 ** -52),
	1e200,
	1e300,
	Number.MAX_VALUE,
];

/** Values of all sizes, near bucket boundaries, and what no histogram can hold. */
function value(random) {
	switch (random.below(6)) {
		case 0:
			return ADVERSARIAL[random.below(ADVERSARIAL.length)];
		case 1:
			return 2 ** (random.below(100) - 40) * (1 + (random.below(3) - 1) * 2 ** -52);
		case 2:
			return [Number.NaN, Number.POSITIVE_INFINITY, -1, -5e-324][random.below(4)];
		case 3:
			return 2 ** (random.below(128) / 64) * 1000;
		default:
			return (random.next() / 2 ** 32) * 10 ** (random.below(9) - 3);
	}
}

/** At most 2^40 missed values: a double counts to 2^53 exactly, and several of them add up. */
function expected(operation, ms, intervalMs) {
	operation.recordWithExpectedInterval(ms, ms / intervalMs > 2 ** 40 ? ms / 2 ** 40 : intervalMs);
}

for (let seed = 1; seed <= 12; seed++) {
	test(`random operations agree (seed ${seed})`, () => {
		const options = seed % 3 === 0 ? { maxSeries: 9, idleExpiryMs: 3000 } : {};
		compare(seed, options, (monitor, clock, random) => {
			const seen = [];
			const readers = [];
			const metrics = new MetricsCollector(monitor);
			const name = () => `n${random.below(5)}`;
			const labels = () => (random.below(3) ? { l: random.below(3), m: 'x' } : undefined);
			for (let step = 0; step < 400; step++) {
				switch (random.below(16)) {
					case 0:
						monitor.operation(`w${random.below(2)}`, labels(), { window: 2000, slices: 5 }).record(value(random));
						break;
					case 1:
						expected(monitor.operation(name(), labels()), value(random), value(random));
						break;
					case 2:
						metrics.histogram(name(), labels(), { unit: 'u' }).record(value(random));
						break;
					case 3:
						metrics.counter(name(), labels()).increment(value(random));
						break;
					case 4:
						monitor.gauge(name(), value(random) - 5, labels());
						break;
					case 5:
						clock.ms += random.below(900);
						break;
					case 6:
						seen.push(
							monitor.quantile(name(), random.next() / 2 ** 32),
							monitor.quantile(`w${random.below(2)}`, random.below(101) / 100),
						);
						break;
					case 7:
						if (readers.length < 3) {
							readers.push(monitor.reader());
						} else if (random.below(4) === 0) {
							readers.splice(random.below(3), 1)[0].dispose();
						}
						break;
					case 8:
						seen.push(...readers.slice(0, 1).map((reader) => reader.snapshot()));
						break;
					case 9:
						seen.push(monitor.snapshot());
						break;
					case 10: {
						const span = monitor.operation(name(), labels()).start();
						clock.ms += random.below(50);
						span.fail();
						break;
					}
					case 11:
						if (random.below(60) === 0) {
							monitor.reset();
						} else if (random.below(20) === 0) {
							monitor.merge(monitor.snapshot());
						}
						break;
					default:
						monitor.record(name(), value(random));
				}
			}
			seen.push(monitor.snapshot(), ...readers.map((reader) => reader.snapshot()));
			return JSON.parse(JSON.stringify(seen));
		});
	});
}

test('every bucket boundary, one step below and one above, falls into the same bucket', () => {
	compare(0, {}, (monitor) => {
		const metrics = new MetricsCollector(monitor);
		const histogram = metrics.histogram('h');
		const bits = new DataView(new ArrayBuffer(8));
		const step = (number, by) => {
			bits.setFloat64(0, number);
			bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(by));
			return bits.getFloat64(0);
		};
		for (let index = -30 * 64; index <= 53 * 64; index++) {
			for (const by of [-2, -1, 0, 1, 2]) {
				histogram.record(step(2 ** (index / 64), by));
			}
		}
		return JSON.parse(JSON.stringify(monitor.snapshot()));
	});
});

test('a series that is given a window later keeps its data', () => {
	const { operations } = compare(0, {}, (monitor, clock) => {
		monitor.record('late', 1);
		monitor.operation('late', { a: 'b' }).record(2);
		monitor.snapshot();
		monitor.operation('late', undefined, { window: 5000 }).record(3);
		monitor.operation('late', { a: 'b' }, { window: 5000 }).record(4);
		clock.ms += 10;
		return JSON.parse(JSON.stringify(monitor.snapshot()));
	});
	assert.deepEqual([operations.late.count, operations['late{}'].count, operations['late{a="b"}'].count], [4, 2, 2]);
	assert.deepEqual(
		[operations.late.window.count, operations['late{}'].window.max, operations['late{a="b"}'].window.min],
		[2, 3, 4],
	);
});
