// What is never given back, in processes where the collector can be called.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectPool } from '@code-mesh/perf';
import { runForJson } from './support/child.mjs';
import { until } from './support/until.mjs';

const child = (text) =>
	runForJson(
		`import { BufferPool, ObjectPool } from '@code-mesh/perf';
		const collect = async (isDone) => {
			for (let i = 0; i < 200 && !isDone(); i++) {
				gc();
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		};
		const reports = [];
		const onLeak = (report) => {
			reports.push({ ...report, value: report.value !== undefined });
			throw new Error('a listener that fails');
		};
		${text}`,
		{ flags: ['--expose-gc'] },
	);

test('a lost object is noticed, its place is free again, and the report names the line that took it', async () => {
	const { reports, stats } = await child(`
		const pool = new ObjectPool({ create: () => ({}), maxSize: 1, leakSampling: 1, onLeak });
		function careless() {
			pool.lease();
		}
		careless();
		const waiting = pool.acquire();
		await collect(() => !pool.stats().waiting);
		const lease = await waiting;
		lease.release();
		console.log(JSON.stringify({ reports, stats: pool.stats() }));
	`);
	assert.equal(reports.length, 1);
	const [{ reason, place, stack, heldMs }] = reports;
	assert.equal(reason, 'collected');
	// The child is a module given on the command line; the line is that of pool.lease() in it.
	assert.match(place, /^at careless \(file:.*\[eval1\]:16:\d+\)$/);
	assert.ok(stack.split('\n').length > 1);
	assert.ok(heldMs >= 0);
	assert.deepEqual([stats.leaked, stats.size, stats.idle, stats.inUse, stats.created], [1, 1, 1, 0, 2]);
});

test('unsampled objects are noticed too, without a place', async () => {
	const { reports, stats } = await child(`
		const pool = new ObjectPool({ create: () => ({}), leakSampling: 0, onLeak });
		for (let i = 0; i < 20; i++) (() => pool.lease())();
		await collect(() => pool.stats().leaked === 20);
		console.log(JSON.stringify({ reports, stats: pool.stats() }));
	`);
	assert.deepEqual([stats.leaked, stats.size, reports.length], [20, 0, 20]);
	assert.equal(reports[0].place, undefined);
});

test('a lease that is lost while its object lives on is reported with the object, which can still come back', async () => {
	const { reports, stats, after } = await child(`
		const held = [];
		const pool = new ObjectPool({ create: () => ({}), leakSampling: 1, onLeak });
		async function careless() {
			held.push((await pool.acquire()).value);
		}
		await careless();
		await collect(() => pool.stats().leaked);
		const stats = pool.stats();
		pool.release(held[0]);
		console.log(JSON.stringify({ reports, stats, after: pool.stats() }));
	`);
	assert.deepEqual([stats.leaked, stats.inUse, after.inUse, after.idle], [1, 1, 0, 1]);
	assert.equal(reports[0].value, true);
	assert.match(reports[0].place, /careless.*:17:/);
});

test('what is given back is never reported, and pools that nobody holds are collected', async () => {
	const { reports, collected } = await child(`
		let collected = 0;
		const registry = new FinalizationRegistry(() => collected++);
		await (async () => {
			const pool = new ObjectPool({ create: () => ({}), leakSampling: 1, onLeak, maxIdleMs: Infinity, maxLeaseMs: 5 });
			const buffers = new BufferPool({ leakSampling: 1, onLeak });
			registry.register(pool);
			registry.register(buffers);
			for (let i = 0; i < 1000; i++) {
				pool.lease().release();
				await pool.with(() => {});
				buffers.lease(100).release();
				buffers.release(buffers.acquire(100));
			}
		})();
		await collect(() => collected === 2);
		console.log(JSON.stringify({ reports, collected }));
	`);
	assert.deepEqual([reports, collected], [[], 2]);
});

test('buffers: leases and arrays that are lost', async () => {
	const { reports, stats } = await child(`
		const pool = new BufferPool({ leakSampling: 1, onLeak });
		function loseLease() {
			pool.lease(1000);
		}
		function loseArray() {
			pool.acquire(5000);
		}
		loseLease();
		loseArray();
		await collect(() => pool.stats().leaked === 2);
		console.log(JSON.stringify({ reports, stats: pool.stats() }));
	`);
	assert.deepEqual(reports.map(({ place }) => /lose\w+/.exec(place)[0]).sort(), ['loseArray', 'loseLease']);
	assert.deepEqual([stats.leaked, stats.inUse, stats.inUseBytes], [2, 0, 0]);
});

test('a lease that lasts too long is reported once, and can still be given back', async () => {
	const reports = [];
	const pool = new ObjectPool({
		create: () => ({}),
		maxLeaseMs: 5,
		leakSampling: 1,
		onLeak: (report) => {
			reports.push(report);
			return Promise.reject(new Error('a listener that fails'));
		},
	});
	const lease = pool.lease();
	const quick = pool.lease();
	quick.release();
	await until(() => reports.length);
	pool.lease().release();
	const [{ reason, place, heldMs, value }] = reports;
	assert.deepEqual([reason, value], ['overdue', lease.value]);
	assert.match(place, /pool-leaks\.test\.mjs/);
	assert.ok(heldMs >= 5);
	lease.release();
	assert.deepEqual([pool.stats().overdue, pool.stats().leaked, pool.stats().idle], [1, 0, 2]);
});

test('sampling draws about one in so many', () => {
	let stacks = 0;
	const { captureStackTrace } = Error;
	Error.captureStackTrace = (...args) => {
		stacks++;
		return captureStackTrace(...args);
	};
	try {
		const pool = new ObjectPool({ create: () => ({}), leakSampling: 100 });
		for (let i = 0; i < 100_000; i++) pool.lease().release();
	} finally {
		Error.captureStackTrace = captureStackTrace;
	}
	// The mean is 1000 and its standard deviation about 18.
	assert.ok(stacks > 800 && stacks < 1200, `${stacks}`);
});
