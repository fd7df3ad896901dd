// What a monitor observes is in each of its snapshots.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BufferPool, load, ObjectPool, WasmPerformanceMonitor } from '@code-mesh/perf';
import { runForJson } from './support/child.mjs';

test('all numbers of both pools are gauges, as they are at the snapshot', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const pool = new ObjectPool({ create: () => ({}), maxSize: 4 });
	const buffers = new BufferPool();
	const stop = pool.observe(monitor, 'objects');
	buffers.observe(monitor, 'buffers');
	const reader = monitor.reader();
	const lease = pool.lease();
	buffers.lease(5000).release();
	const { gauges, rejected } = monitor.snapshot();
	const flat = (name, stats) =>
		Object.entries(stats).flatMap(([key, value]) =>
			typeof value === 'object' ? flat(`${name}.${key}`, value) : [[`${name}.${key}`, value]],
		);
	assert.deepEqual(gauges, Object.fromEntries([...flat('objects', pool.stats()), ...flat('buffers', buffers.stats())]));
	assert.equal(rejected, 0);
	assert.deepEqual(
		[gauges['objects.inUse'], gauges['objects.utilisation'], gauges['buffers.retainedBytes']],
		[1, 0.25, 8192],
	);
	assert.equal(gauges['objects.discarded.aged'], 0);
	lease.release();
	assert.equal(monitor.snapshot().gauges['objects.idle'], 1);
	assert.equal(reader.snapshot().gauges['objects.inUse'], 0);
	stop();
	pool.lease();
	assert.equal(monitor.snapshot().gauges['objects.inUse'], 0);
});

test('a source that fails is counted and harms nobody, one that looks itself is not asked again', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const ring = { n: 1 };
	ring.ring = ring;
	monitor.observe('bad', () => {
		throw new Error('mine');
	});
	monitor.observe('none', () => undefined);
	monitor.observe('self', () => monitor.snapshot().series);
	monitor.observe('good', () => ({ a: 1, b: { c: 2 }, text: 'x', none: null }));
	monitor.observe('ring', () => ring);
	const { gauges, rejected } = monitor.snapshot();
	assert.deepEqual([gauges['good.a'], gauges['good.b.c'], gauges['good.text']], [1, 2, undefined]);
	assert.equal(gauges['self.limit'], 2000);
	assert.equal(gauges['ring.ring.n'], 1);
	assert.equal(rejected, 2);
});

test('it works with the JavaScript form and the slim entry too', async () => {
	const gauges = await runForJson(`
		import { BufferPool, load, ObjectPool, WasmPerformanceMonitor } from '@code-mesh/perf/slim';
		const monitor = new WasmPerformanceMonitor();
		new BufferPool().observe(monitor, 'b');
		new ObjectPool({ create: () => ({}), prefill: 2 }).observe(monitor, 'o');
		await load({ engine: 'js' });
		console.log(JSON.stringify(monitor.snapshot().gauges));
	`);
	assert.deepEqual([gauges['b.leases'], gauges['o.idle']], [0, 2]);
});
