// Recording never throws, whatever comes; what is refused is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MetricsCollector, PerformanceTracker, WasmPerformanceMonitor } from '@code-mesh/perf';
import fc from 'fast-check';

const hostile = {
	toString() {
		throw new Error('hostile');
	},
	valueOf() {
		throw new Error('hostile');
	},
};
const garbage = fc.oneof(
	fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true, withTypedArray: true }),
	fc.double(),
	fc.string({ unit: 'binary', maxLength: 600 }),
	fc.constantFrom(
		hostile,
		Symbol('s'),
		5n,
		undefined,
		null,
		'__proto__',
		'constructor',
		'toString',
		'',
		'x{}',
		'x{a="b"}',
	),
);
const labels = fc.oneof(
	garbage,
	fc.dictionary(fc.string(), garbage),
	fc.constant(JSON.parse('{"__proto__":"x","a":"y"}')),
);

test('no argument makes recording throw, before and after the load', async () => {
	const monitor = new WasmPerformanceMonitor();
	const metrics = new MetricsCollector(monitor);
	const property = fc.property(garbage, garbage, labels, (name, value, tags) => {
		monitor.record(name, value);
		monitor.endTimer(name, value);
		monitor.endTimer(name, monitor.startTimer(name));
		monitor.increment(name, value, tags);
		monitor.gauge(name, value, tags);
		const operation = monitor.operation(name, tags);
		operation.record(value);
		operation.endTimer(value);
		operation.recordWithExpectedInterval(value, value);
		operation.start().fail();
		metrics.counter(name, tags).increment(value);
		metrics.gauge(name, tags).set(value);
		metrics.histogram(name, tags).record(value);
		new PerformanceTracker(monitor).startOperation(name, tags).finish();
	});
	fc.assert(property, { numRuns: 300 });
	await load();
	fc.assert(property, { numRuns: 300 });
	const text = JSON.stringify(monitor.snapshot());
	assert.equal(JSON.stringify(JSON.parse(text)), text);
	assert.doesNotMatch(text, /\\u[dD][89a-fA-F]/, 'no lone surrogates, which other JSON readers refuse');
});

test('what cannot be recorded is rejected, value by value', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const refused = [
		Number.NaN,
		Number.POSITIVE_INFINITY,
		Number.NEGATIVE_INFINITY,
		-1,
		-Number.MIN_VALUE,
		'5',
		5n,
		Symbol('s'),
		null,
		undefined,
		{},
		[1],
		true,
		hostile,
	];
	for (const value of refused) {
		monitor.record('r', value);
		monitor.increment('c', value === undefined ? Number.NaN : value);
	}
	const notGauges = refused.filter((value) => !Number.isFinite(value));
	for (const value of notGauges) {
		monitor.gauge('g', value);
	}
	for (const name of ['', 5, null, undefined, Symbol('n'), {}, 'x{}', 'x{a="b"}']) {
		monitor.record(name, 1);
	}
	monitor.operation('x', { bad: hostile }).record(1);
	const snapshot = monitor.snapshot();
	assert.equal(snapshot.rejected, refused.length * 2 + notGauges.length + 8 + 1);
	assert.deepEqual([snapshot.operations, snapshot.counters, snapshot.gauges], [{}, { c: 0 }, {}]);
});

test('names of object internals are names like any other', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
		monitor.record(name, 1);
		monitor.increment(name, 2);
		monitor.gauge(name, 3);
		monitor.operation('labelled', { [name]: 'x' }).record(1);
	}
	const snapshot = monitor.snapshot();
	for (const section of ['operations', 'counters', 'gauges', 'gaugeTimes']) {
		assert.equal(Object.getPrototypeOf(snapshot[section]), Object.prototype);
		assert.ok(Object.hasOwn(snapshot[section], '__proto__'));
	}
	assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
	const other = new WasmPerformanceMonitor();
	other.merge(JSON.parse(JSON.stringify(snapshot)));
	assert.equal(Object.getOwnPropertyDescriptor(other.snapshot().counters, '__proto__').value, 2);
	assert.equal({}.count, undefined);
});
