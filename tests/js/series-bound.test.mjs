// The number of series is bounded; idle ones give way, and a handle never comes to mean another series.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MetricsCollector, WasmPerformanceMonitor } from '@code-mesh/perf';

const OVERFLOW = '{otel.metric.overflow="true"}';

for (const when of ['before', 'after']) {
	test(`what comes for more names than maxSeries goes to the overflow series (named ${when} the load)`, async () => {
		const monitor = new WasmPerformanceMonitor({ maxSeries: 3 });
		const metrics = new MetricsCollector(monitor);
		if (when === 'after') {
			await load();
		}
		for (let name = 0; name < 5; name++) {
			monitor.record(`name-${name}`, name);
			metrics.histogram(`name-${name}`).record(name);
			monitor.increment(`name-${name}`, name);
			monitor.gauge(`name-${name}`, name);
		}
		monitor.operation('more', { a: 'b' }).record(9);
		await load();
		const snapshot = monitor.snapshot();
		assert.deepEqual(Object.keys(snapshot.operations).sort(), ['name-0', OVERFLOW].sort());
		assert.deepEqual(Object.keys(snapshot.histograms).sort(), ['name-0', OVERFLOW].sort());
		assert.deepEqual([snapshot.operations[OVERFLOW].count, snapshot.operations[OVERFLOW].max], [5, 9]);
		assert.deepEqual([snapshot.histograms[OVERFLOW].count, snapshot.counters[OVERFLOW]], [4, 10]);
		assert.deepEqual([snapshot.gauges, snapshot.gaugeTimes], [{}, {}]);
		// Five operations, four histograms, four or five counters, all gauges.
		assert.equal(snapshot.series.overflowed, 13);
		assert.equal(snapshot.dropped, 18);
		assert.equal(monitor.quantile(OVERFLOW, 1), 9);
		assert.deepEqual([snapshot.series.active, snapshot.series.limit], [3, 3]);
	});
}

test('an idle series gives way; its old handle overflows', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor({ maxSeries: 2, idleExpiryMs: 20 });
	const old = monitor.operation('old');
	old.record(1);
	const busy = monitor.operation('busy');
	monitor.snapshot();
	await new Promise((resolve) => setTimeout(resolve, 40));
	busy.record(2);
	monitor.record('new', 3);
	old.record(4);
	monitor.record('old', 5);
	const { operations, series } = monitor.snapshot();
	assert.equal(operations.new.max, 3);
	assert.equal(operations.old, undefined);
	assert.deepEqual([operations[OVERFLOW].min, operations[OVERFLOW].max], [4, 5]);
	assert.ok(series.expired >= 1);
	assert.equal(series.active, 2);
});

test('a bound that is reached costs no search per name', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor({ maxSeries: 100, idleExpiryMs: 60_000 });
	const start = performance.now();
	for (let name = 0; name < 20_000; name++) {
		monitor.record(`name-${name}`, 1);
	}
	assert.ok(performance.now() - start < 2000);
	assert.equal(monitor.snapshot().dropped, 19_900);
});

test('the data of an expired labelled series stays in the total', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor({ idleExpiryMs: 10 });
	monitor.operation('n', { l: 'x' }).record(7);
	monitor.snapshot();
	await new Promise((resolve) => setTimeout(resolve, 25));
	monitor.record('other', 1);
	monitor.snapshot();
	monitor.record('n', 1);
	const { operations } = monitor.snapshot();
	assert.equal(operations['n{l="x"}'], undefined);
	assert.ok(operations.n.count >= 1);
});
