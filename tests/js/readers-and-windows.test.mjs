// "Since I last looked" and "the last N seconds".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, PerfError, WasmPerformanceMonitor } from '@code-mesh/perf';
import { runForJson } from './support/child.mjs';
import { ManualClock } from './support/random-operations.mjs';

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('a reader made before the load sees what was recorded after it was made', async () => {
	const monitor = new WasmPerformanceMonitor();
	monitor.record('x', 1);
	monitor.record('bad', -1);
	const first = monitor.reader();
	monitor.record('x', 2);
	const second = monitor.reader();
	monitor.record('x', 3);
	assert.throws(
		() => first.snapshot(),
		(error) => PerfError.is(error) && error.code === 'NOT_LOADED',
	);
	await load();
	assert.deepEqual(range(second.snapshot()), [1, 3, 3]);
	assert.deepEqual(range(first.snapshot()), [2, 2, 3]);
	assert.deepEqual(range(monitor.snapshot()), [3, 1, 3]);
	assert.equal(monitor.snapshot().rejected, 1);
	assert.equal(first.snapshot().operations.x, undefined);
});

function range(snapshot) {
	const { count, min, max } = snapshot.operations.x;
	return [count, min, max];
}

test('several readers do not disturb each other; each delta is complete', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const labelled = monitor.operation('x', { a: 'b' });
	const [one, two] = [monitor.reader(), monitor.reader()];
	labelled.record(5);
	monitor.increment('c', 2);
	monitor.gauge('g', 1);
	monitor.record('x', Number.NaN);
	const delta = one.snapshot();
	assert.deepEqual(
		[delta.operations.x.total, delta.operations.x.max, delta.counters, delta.gauges, delta.rejected],
		[true, 5, { c: 2 }, { g: 1 }, 1],
	);
	await sleep(5);
	labelled.record(1);
	monitor.increment('c', 3);
	const next = one.snapshot();
	assert.deepEqual([next.operations.x.max, next.counters, next.gauges, next.rejected], [1, { c: 3 }, {}, 0]);
	assert.ok(Math.abs(next.startedAt - delta.takenAt) < 0.01, 'it begins where the last one ended');
	const all = two.snapshot();
	assert.deepEqual([all.operations.x.count, all.operations.x.min, all.counters, all.rejected], [2, 1, { c: 5 }, 1]);
	assert.equal(JSON.stringify(one.snapshot().operations), '{}');
});

test('deltas merge to the whole', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const total = new WasmPerformanceMonitor();
	const reader = monitor.reader();
	for (let round = 0; round < 5; round++) {
		for (let i = 0; i < 50; i++) {
			monitor.operation('x', { part: i % 3 }).record(i * 1.1);
			monitor.increment('c', 0.1, { part: i % 2 });
		}
		total.merge(JSON.parse(JSON.stringify(reader.snapshot())));
	}
	const ours = monitor.snapshot();
	const theirs = total.snapshot();
	assert.deepEqual(theirs.counters, ours.counters);
	assert.deepEqual(theirs.exactCounters, ours.exactCounters);
	for (const key of Object.keys(ours.operations)) {
		assert.deepEqual(theirs.operations[key].sumExact, ours.operations[key].sumExact);
		assert.deepEqual(theirs.operations[key].buckets, ours.operations[key].buckets);
	}
});

test('there are at most 16 readers; one that is disposed of makes room', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const readers = Array.from({ length: 16 }, () => monitor.reader());
	for (const reader of readers) {
		reader.snapshot();
	}
	const one = monitor.reader();
	assert.throws(
		() => one.snapshot(),
		(error) => PerfError.is(error) && error.code === 'READERS' && /16/.test(error.message),
	);
	readers[3].dispose();
	assert.ok(one.snapshot());
});

test('a window forgets what is older, the total does not', async () => {
	await load();
	const clock = new ManualClock();
	try {
		const monitor = new WasmPerformanceMonitor();
		const operation = monitor.operation('w', undefined, { window: 200, slices: 4 });
		operation.record(1);
		await monitor.flush();
		clock.ms += 120;
		operation.endTimer(clock.ms - 7);
		const early = monitor.snapshot().operations.w;
		assert.deepEqual([early.window.seconds, early.window.count, early.window.min], [0.2, 2, 1]);
		clock.ms += 110;
		const late = monitor.snapshot().operations.w;
		assert.deepEqual([late.count, late.window.count, late.window.max], [2, 1, 7]);
		clock.ms += 200;
		const { window } = monitor.snapshot().operations.w;
		assert.deepEqual([window.count, window.sum, window.rate, 'min' in window], [0, 0, 0, false]);
		monitor.dispose();
	} finally {
		clock.restore();
	}
});

test('records of a windowed series get their time once a slice, before the load and after it', async () => {
	const result = await runForJson(`
		import { WasmPerformanceMonitor, load } from '@code-mesh/perf';
		const monitor = new WasmPerformanceMonitor();
		const operation = monitor.operation('w', undefined, { window: 900, slices: 6 });
		const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
		operation.record(1);
		operation.recordWithExpectedInterval(5, NaN);
		await sleep(1300);
		operation.record(2);
		await load();
		const before = monitor.snapshot().operations.w;
		operation.record(3);
		await sleep(300);
		const waiting = monitor.waiting;
		await sleep(1000);
		operation.record(4);
		const after = monitor.snapshot().operations.w;
		console.log(JSON.stringify({ before: [before.count, before.window.count, before.window.min], waiting, after: [after.count, after.window.count, after.window.min] }));
	`);
	assert.deepEqual(result, { before: [3, 2, 2], waiting: 0, after: [5, 1, 4] });
});
