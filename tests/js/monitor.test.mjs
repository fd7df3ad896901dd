import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MetricsCollector, PerfError, PerformanceTracker, status, WasmPerformanceMonitor } from '@code-mesh/perf';

const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

test('a monitor is usable right after new; reads say what to await', async () => {
	const monitor = new WasmPerformanceMonitor();
	assert.equal(status().engine, 'none');
	const timer = monitor.startTimer('early');
	assert.ok(monitor.endTimer('early', timer) >= 0);
	monitor.record('early', 12.5);
	assert.equal(monitor.waiting, 2);
	for (const read of [() => monitor.snapshot(), () => monitor.quantile('early', 0.5), () => monitor.merge({})]) {
		assert.throws(
			read,
			(error) => PerfError.is(error) && error.code === 'NOT_LOADED' && /await load\(\)/.test(error.message),
		);
	}
	assert.equal(status().state, 'loading', 'a read starts the load');
	const snapshot = await monitor.snapshotAsync();
	assert.equal(snapshot.operations.early.count, 2);
	assert.equal(snapshot.operations.early.max, 12.5);
	assert.deepEqual([status().engine, status().state, status().restarts], ['wasm', 'ready', 0]);
	assert.ok(status().memoryBytes >= 65_536);
});

test('a snapshot holds what the documentation lists', async () => {
	const monitor = new WasmPerformanceMonitor();
	for (const ms of [1, 2, 3, 4]) {
		monitor.record('work', ms);
	}
	monitor.increment('hits');
	monitor.increment('hits', 2);
	monitor.increment('part', 0.1);
	monitor.gauge('level', -3.5);
	const before = Date.now();
	const snapshot = await monitor.snapshotAsync();
	const { work } = snapshot.operations;
	assert.equal(snapshot.schemaVersion, 1);
	assert.deepEqual([work.count, work.sum, work.mean, work.min, work.max], [4, 10, 2.5, 1, 4]);
	assert.ok(Math.abs(work.p50 / 2 - 1) <= 0.00542);
	assert.equal(work.p99, 4);
	assert.equal(work.rate, (work.count * 1000) / (snapshot.takenAt - snapshot.startedAt));
	assert.ok(Math.abs(snapshot.takenAt - before) < 1000 && work.lastAt <= snapshot.takenAt);
	assert.deepEqual([work.errors, work.aborted, work.zero, work.underflow, work.overflow], [0, 0, 0, 0, 0]);
	assert.equal(work.buckets.indices.length, work.buckets.counts.length);
	assert.deepEqual(snapshot.counters, { hits: 3, part: 0.1 });
	assert.deepEqual(Object.keys(snapshot.exactCounters), ['part']);
	assert.deepEqual(snapshot.gauges, { level: -3.5 });
	assert.ok(snapshot.gaugeTimes.level <= snapshot.takenAt);
	assert.ok(snapshot.clock.resolution > 0 && snapshot.clock.resolution < 2);
	assert.deepEqual([snapshot.rejected, snapshot.dropped], [0, 0]);
	assert.deepEqual(snapshot.series, { active: 4, limit: 2000, overflowed: 0, expired: 0 });
	assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot, 'it is plain data');
});

test('labels make series of their own, with the total under the bare name', async () => {
	const monitor = new WasmPerformanceMonitor();
	const read = monitor.operation('tool', { tool: 'read' });
	assert.equal(read, monitor.operation('tool', { tool: 'read' }), 'the same labels give the same object');
	assert.equal(read.key, 'tool{tool="read"}');
	assert.equal(monitor.operation('tool', { b: 1, a: true, none: undefined }).key, 'tool{a="true",b="1"}');
	assert.equal(monitor.operation('odd', { 'a b"}': '\\ " \n' }).key, 'odd{a_b__="\\\\ \\" \\n"}');
	assert.equal(monitor.operation('long', { x: 'y'.repeat(999) }).key, `long{x="${'y'.repeat(256)}"}`);
	assert.equal(monitor.operation('torn', { x: `${'y'.repeat(255)}😀` }).key, `torn{x="${'y'.repeat(255)}\ufffd"}`);
	read.record(1);
	monitor.operation('tool', { tool: 'write' }).record(3);
	monitor.record('tool', 8);
	monitor.increment('calls', 2, { code: 200 });
	monitor.increment('calls', 3, { code: 500 });
	const { operations, counters } = await monitor.snapshotAsync();
	assert.deepEqual(Object.keys(operations), ['tool', 'tool{}', 'tool{tool="read"}', 'tool{tool="write"}']);
	assert.deepEqual([operations.tool.total, operations.tool.sum, operations.tool.count], [true, 12, 3]);
	assert.deepEqual([operations['tool{}'].sum, operations['tool{}'].total], [8, undefined]);
	assert.deepEqual(counters, { calls: 5, 'calls{code="200"}': 2, 'calls{code="500"}': 3 });
	assert.equal(monitor.quantile('tool', 1), 8);
	assert.equal(monitor.quantile('tool{tool="write"}', 0), 3);
});

test('errors and aborted operations are counted apart', async () => {
	const monitor = new WasmPerformanceMonitor();
	const operation = monitor.operation('job');
	assert.equal(
		operation.time(() => 7),
		7,
	);
	assert.throws(() => operation.time(() => assert.fail('boom')), /boom/);
	assert.equal(await operation.timeAsync(async () => 8), 8);
	assert.equal(await operation.timeAsync(() => 9), 9);
	await assert.rejects(
		operation.timeAsync(() => Promise.reject(new Error('later'))),
		/later/,
	);
	const span = operation.start();
	assert.ok(span.finish() >= 0);
	assert.ok(Number.isNaN(span.finish()) && Number.isNaN(span.fail()), 'a span ends once');
	operation.start().fail();
	operation.start()[DISPOSE]();
	const tracker = new PerformanceTracker(monitor);
	tracker.startOperation('job')[DISPOSE]();
	const guard = tracker.startOperation('job');
	guard.finish();
	guard[DISPOSE]();
	const { count, errors, aborted } = (await tracker.snapshotAsync()).operations.job;
	assert.deepEqual({ count, errors, aborted }, { count: 10, errors: 3, aborted: 1 });
});

test('the collector and the tracker are faces of the same registry', async () => {
	const monitor = new WasmPerformanceMonitor();
	const metrics = new MetricsCollector(monitor);
	metrics.counter('seen', { kind: 'a' }).increment();
	metrics.counter('seen', { kind: 'a' }).increment(4);
	metrics.gauge('depth').set(3);
	metrics.histogram('size', undefined, { unit: 'bytes' }).record(1024);
	metrics.operation('size').record(5);
	assert.equal(metrics.operation('size'), monitor.operation('size'));
	await load();
	const { operations, histograms, counters, gauges } = metrics.snapshot();
	assert.deepEqual(counters, { seen: 5, 'seen{kind="a"}': 5 });
	assert.deepEqual(gauges, { depth: 3 });
	assert.deepEqual([histograms.size.max, histograms.size.unit], [1024, 'bytes']);
	assert.deepEqual([operations.size.max, operations.size.unit], [5, undefined]);
	assert.equal(PerformanceTracker.global(), PerformanceTracker.global());
	assert.equal(new MetricsCollector().monitor.waiting, 0, 'one without a monitor has its own');
});

test('quantiles are asked for by name, in [0, 1]', async () => {
	const monitor = new WasmPerformanceMonitor();
	for (let value = 1; value <= 1000; value++) {
		monitor.record('q', value);
	}
	new MetricsCollector(monitor).histogram('h').record(5);
	await load();
	assert.equal(monitor.quantile('q', 0), 1);
	assert.equal(monitor.quantile('q', 1), 1000);
	assert.ok(Math.abs(monitor.quantile('q', 0.07) / 70 - 1) <= 0.00542);
	assert.equal(monitor.quantile('h', 0.5), 5);
	assert.ok(Number.isNaN(monitor.quantile('unknown', 0.5)));
	for (const q of [-0.1, 1.01, 95, Number.NaN, '0.5', undefined, 1n]) {
		assert.throws(
			() => monitor.quantile('q', q),
			(error) => error instanceof RangeError && /divide a percentile by 100/.test(error.message),
		);
	}
});

test('a disabled monitor records nothing and reads no clock', async () => {
	const monitor = new WasmPerformanceMonitor({ enabled: false });
	const operation = monitor.operation('off');
	assert.ok(Number.isNaN(monitor.startTimer('off')) && Number.isNaN(operation.startTimer()));
	monitor.endTimer('off', 0);
	operation.endTimer(0);
	operation.record(1);
	operation.start().finish();
	assert.equal(
		operation.time(() => 4),
		4,
	);
	monitor.record('off', 1);
	monitor.increment('off');
	monitor.gauge('off', 1);
	const snapshot = await monitor.snapshotAsync();
	assert.deepEqual([snapshot.operations, snapshot.gauges, snapshot.rejected, snapshot.dropped], [{}, {}, 0, 0]);
	assert.equal(monitor.waiting, 0);
});

test('reset forgets the data and keeps the operations', async () => {
	const monitor = new WasmPerformanceMonitor();
	const operation = monitor.operation('kept');
	operation.record(1);
	await load();
	monitor.snapshot();
	operation.record(2);
	monitor.record('kept', Number.NaN);
	monitor.reset();
	assert.deepEqual(monitor.snapshot().operations, {});
	assert.equal(monitor.snapshot().rejected, 0);
	operation.record(3);
	assert.equal(monitor.snapshot().operations.kept.max, 3);
});

test('a disposed monitor records nothing and says so when read', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const operation = monitor.operation('x', undefined, { window: 1000 });
	operation.record(1);
	monitor.snapshot();
	monitor[DISPOSE]();
	operation.record(1);
	monitor.record('x', 1);
	await monitor.flush();
	monitor.dispose();
	assert.throws(
		() => monitor.snapshot(),
		(error) => PerfError.is(error) && error.code === 'DISPOSED',
	);
});

test('options are checked', () => {
	for (const maxSeries of [0, -1, 1.5, 262_142, Number.NaN, '5', null]) {
		assert.throws(
			() => new WasmPerformanceMonitor({ maxSeries }),
			/maxSeries: expected an integer from 1 to 262141, got/,
		);
	}
	for (const idleExpiryMs of [0, -1, Number.NaN, 'x']) {
		assert.throws(
			() => new WasmPerformanceMonitor({ idleExpiryMs }),
			/idleExpiryMs: expected milliseconds above 0, got/,
		);
	}
	const monitor = new WasmPerformanceMonitor();
	for (const window of [-1, Number.POSITIVE_INFINITY, 'x']) {
		assert.throws(() => monitor.operation('w', undefined, { window }), /window: expected milliseconds above 0, got/);
	}
	assert.throws(
		() => monitor.operation('w', undefined, { window: 1, slices: 601 }),
		/slices: expected an integer from 1 to 600, got 601/,
	);
	new WasmPerformanceMonitor({ maxSeries: 262_141, idleExpiryMs: Number.POSITIVE_INFINITY }).dispose();
});

test('errors are known by their brand, in any copy of the package', () => {
	const error = new PerfError('FETCH', 'text', 'why');
	assert.ok(error instanceof Error && error instanceof PerfError && PerfError.is(error));
	assert.deepEqual([error.name, error.code, error.cause], ['PerfError', 'FETCH', 'why']);
	const foreign = Object.defineProperty(new Error('other copy'), Symbol.for('@code-mesh/perf/error'), { value: true });
	assert.ok(PerfError.is(foreign) && foreign instanceof PerfError);
	for (const other of [null, undefined, 1, 'x', {}, new Error('x')]) {
		assert.ok(!PerfError.is(other) && !(other instanceof PerfError));
	}
});
