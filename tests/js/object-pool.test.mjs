// Leases, their ends, and what is wrong with them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectPool } from '@code-mesh/perf';
import { transform } from 'esbuild';
import { runForJson } from './support/child.mjs';
import { codeOf, until } from './support/until.mjs';

const numbered = (options = {}) => {
	const made = [];
	const destroyed = [];
	const pool = new ObjectPool({
		create() {
			const value = { number: made.length };
			made.push(value);
			return value;
		},
		destroy: (value) => destroyed.push(value.number),
		...options,
	});
	return { pool, made, destroyed };
};

test('an object comes back and is lent again, the last one first', async () => {
	const { pool, made } = numbered();
	const [a, b] = [pool.lease(), await pool.acquire()];
	assert.deepEqual([a.value.number, b.value.number], [0, 1]);
	a.release();
	pool.release(b.value);
	const again = pool.tryAcquire();
	assert.equal(again.value, made[1]);
	const { leases, hits, created, idle, inUse, peak, size, utilisation } = pool.stats();
	assert.deepEqual([leases, hits, created, idle, inUse, peak, size, utilisation], [3, 1, 2, 1, 1, 2, 2, 0.01]);
});

test('with gives the result, and discards the object when the work fails', async () => {
	const { pool, destroyed } = numbered();
	assert.equal(await pool.with(async ({ number }) => number + 40), 40);
	await assert.rejects(
		pool.with(() => {
			throw new Error('mine');
		}),
		/mine/,
	);
	assert.deepEqual(destroyed, [0]);
	const { inUse, size, discarded } = pool.stats();
	assert.deepEqual([inUse, size, discarded.failed], [0, 0, 1]);
});

test('using gives it back at the end of the block, unless that was done before', async () => {
	const { code } = await transform(
		`import { ObjectPool, BufferPool } from '@code-mesh/perf';
		const pool = new ObjectPool({ create: () => ({}), maxSize: 2 });
		const buffers = new BufferPool();
		for (let i = 0; i < 5; i++) {
			using lease = pool.lease();
			using bytes = buffers.lease(100);
			if (i === 1) lease.release();
			if (i === 2) lease.discard();
			if (i === 3) bytes.detach();
		}
		const early = pool.lease();
		{ using gone = pool; }
		let code;
		try { pool.lease(); } catch (error) { code = error.code; }
		early.release();
		const { inUse, size, misuse } = pool.stats();
		console.log(JSON.stringify([inUse, size, misuse, buffers.stats().inUse, code]));`,
		{ target: 'es2022', format: 'esm' },
	);
	const none = { doubleRelease: 0, useAfterRelease: 0, foreign: 0 };
	assert.deepEqual(await runForJson(code), [0, 0, none, 0, 'DISPOSED']);
});

test('double release, use after release and foreign objects throw, count, and leave the pool as it was', async () => {
	const { pool, made } = numbered({ maxSize: 2 });
	const other = numbered().pool;
	const lease = pool.lease();
	lease.release();
	const next = pool.lease();
	assert.equal(next.value, made[0]);
	// The object has another holder now, so a late release of the first must not give it to a third.
	assert.throws(() => lease.release(), { code: 'RELEASED', message: /once/ });
	assert.throws(() => pool.release(lease), { code: 'RELEASED' });
	assert.throws(() => lease.discard(), { code: 'RELEASED' });
	assert.throws(() => lease.detach(), { code: 'RELEASED' });
	assert.throws(() => lease.value, { code: 'RELEASED', message: /new lease/ });
	assert.throws(() => pool.release({}), { code: 'FOREIGN', message: /came from/ });
	assert.throws(() => pool.release(5), { code: 'FOREIGN' });
	assert.throws(() => pool.release(undefined), { code: 'FOREIGN' });
	assert.throws(() => pool.release(other.lease()), { code: 'FOREIGN' });
	assert.equal(next.value, made[0]);
	assert.notEqual(pool.lease().value, next.value);
	pool.release(next.value);
	assert.throws(() => pool.release(made[0]), { code: 'RELEASED' });
	assert.throws(() => next.value, { code: 'RELEASED' });
	const kept = pool.lease().detach();
	assert.throws(() => pool.release(kept), { code: 'FOREIGN' });
	const { misuse, size, inUse, detached } = pool.stats();
	assert.deepEqual([misuse.doubleRelease, misuse.useAfterRelease, misuse.foreign], [5, 2, 5]);
	assert.deepEqual([size, inUse, detached], [1, 1, 1]);
});

test('those who wait are served by priority, and in their order within one', async () => {
	const { pool } = numbered({ maxSize: 1 });
	const held = pool.lease();
	const order = [];
	const waits = [0, 5, 0, -1, 5, 2].map((priority, index) =>
		pool.acquire({ priority }).then((lease) => {
			order.push(index);
			lease.release();
		}),
	);
	assert.equal(pool.tryAcquire(), undefined);
	assert.throws(() => pool.lease(), { code: 'EXHAUSTED', message: /acquire\(\)/ });
	assert.equal(pool.stats().waiting, 6);
	held.release();
	await Promise.all(waits);
	assert.deepEqual(order, [1, 4, 5, 0, 2, 3]);
	const { waits: ended, waiting, created } = pool.stats();
	assert.deepEqual([ended.count, waiting, created], [6, 0, 1]);
	assert.ok(ended.maxMs >= ended.meanMs && ended.totalMs >= ended.maxMs);
});

test('the queue is bounded; what leaves it makes room', async () => {
	const { pool } = numbered({ maxSize: 1, maxWaiting: 2 });
	const held = pool.lease();
	const waits = [pool.acquire(), pool.acquire()];
	assert.equal(await codeOf(() => pool.acquire()), 'QUEUE_FULL');
	held.release();
	(await waits[0]).release();
	(await waits[1]).release();
	const { waits: ended, inUse, idle } = pool.stats();
	assert.deepEqual([ended.refused, inUse, idle], [1, 0, 1]);
});

test('asynchronous create: acquire waits, others never wait', async () => {
	let resolve;
	const pool = new ObjectPool({
		create: () =>
			new Promise((each) => {
				resolve = each;
			}),
		maxSize: 1,
		maxWaiting: 0,
	});
	assert.equal(pool.tryAcquire(), undefined);
	assert.throws(() => pool.lease(), { code: 'EXHAUSTED', message: /promises/ });
	assert.equal(pool.stats().busy, 1);
	const waiting = pool.acquire();
	// The one who waits for an object that is being made is not in the queue that maxWaiting bounds.
	assert.equal(await codeOf(() => pool.acquire()), 'QUEUE_FULL');
	resolve({});
	(await waiting).release();
	pool.lease().release();
	assert.equal(pool.stats().created, 1);
});

test('failing hooks lose no capacity and are counted', async () => {
	let fail = { create: true };
	const thrower = (name, result) => () => {
		if (fail[name] === 'reject') return Promise.reject(new Error(name));
		if (fail[name]) throw new Error(name);
		return result?.();
	};
	const pool = new ObjectPool({
		create: thrower('create', () => ({})),
		destroy: thrower('destroy'),
		reset: thrower('reset'),
		validate: thrower('validate', () => true),
		maxSize: 2,
	});
	assert.throws(() => pool.lease(), /create/);
	assert.throws(() => pool.tryAcquire(), /create/);
	await assert.rejects(pool.acquire(), /create/);
	fail = { create: 'reject' };
	await assert.rejects(pool.acquire(), /create/);
	fail = {};
	const [a, b] = await Promise.all([pool.acquire(), pool.acquire()]);
	const waiting = pool.acquire();
	fail = { reset: true, destroy: true };
	a.release();
	(await waiting).release();
	fail = { reset: 'reject', destroy: 'reject' };
	b.release();
	await until(() => pool.stats().size === 0 && pool.stats().failures.destroy === 3);
	fail = {};
	const c = await pool.acquire();
	c.release();
	fail = { validate: true };
	(await pool.acquire()).release();
	fail = { validate: 'reject' };
	(await pool.acquire()).release();
	const { failures, discarded, size, busy, inUse, idle } = pool.stats();
	assert.deepEqual(failures, { create: 4, destroy: 3, reset: 3, validate: 2 });
	assert.deepEqual([discarded.unreset, discarded.invalid], [3, 2]);
	assert.deepEqual([size, busy, inUse, idle], [1, 0, 0, 1]);
});

test('a reset that takes time holds the object back until it is done', async () => {
	let done;
	const { pool } = numbered({
		maxSize: 1,
		reset: () =>
			new Promise((resolve) => {
				done = resolve;
			}),
	});
	pool.lease().release();
	assert.equal(pool.tryAcquire(), undefined);
	assert.equal(pool.stats().busy, 1);
	done();
	await until(() => pool.stats().idle === 1);
	assert.equal(pool.lease().value.number, 0);
});

test('an asynchronous validate is for those who can wait', async () => {
	const { pool } = numbered({ validate: async ({ number }) => number > 0, maxSize: 1 });
	pool.lease().release();
	assert.throws(() => pool.lease(), { name: 'TypeError', message: /^validate: .*acquire/ });
	assert.equal(pool.stats().idle, 1);
	assert.equal((await pool.acquire()).value.number, 1);
	assert.equal(pool.stats().discarded.invalid, 1);
});

test('create has to give another object each time', async () => {
	const same = {};
	const pool = new ObjectPool({ create: () => same });
	const lease = pool.lease();
	assert.throws(() => pool.lease(), { name: 'TypeError', message: /^create: .*another/ });
	assert.equal(await codeOf(() => pool.acquire()), 'TypeError');
	lease.release();
	assert.equal(pool.lease().value, same);
	const texts = new ObjectPool({ create: () => 'text' });
	assert.throws(() => texts.lease(), { name: 'TypeError', message: /^create: expected an object, got text/ });
	assert.deepEqual([texts.stats().size, pool.stats().size], [0, 1]);
});

test('prefill, maxIdle and ageing', async () => {
	const { pool, destroyed } = numbered({ maxSize: 4, maxIdle: 2, prefill: 2, maxIdleMs: 20 });
	assert.deepEqual([pool.stats().idle, pool.stats().created], [2, 2]);
	const leases = [pool.lease(), pool.lease(), pool.lease()];
	for (const lease of leases) lease.release();
	assert.deepEqual([pool.stats().idle, pool.stats().discarded.surplus], [2, 1]);
	await until(() => pool.stats().size === 0);
	assert.equal(destroyed.length, 3);
	assert.equal(pool.stats().discarded.aged, 2);
	pool.lease().release();
	await until(() => pool.stats().discarded.aged === 3);
});

test('idle objects do not keep a process alive', async () => {
	const seen = await runForJson(`
		import { ObjectPool } from '@code-mesh/perf';
		const pool = new ObjectPool({ create: () => ({}), maxIdleMs: 1e6, maxLeaseMs: 1e6, prefill: 3 });
		pool.lease();
		console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')));
	`);
	assert.deepEqual(seen, []);
});

test('drain serves those who wait, refuses new ones, and ends when everything is back and destroyed', async () => {
	const ended = [];
	const { pool } = numbered({
		maxSize: 1,
		destroy: async ({ number }) => {
			await Promise.resolve();
			ended.push(number);
		},
	});
	const held = pool.lease();
	const waiting = pool.acquire();
	assert.equal(await codeOf(() => pool.drain({ timeout: 1 })), 'TIMEOUT');
	const drained = pool.drain();
	assert.equal(await codeOf(() => pool.acquire()), 'DISPOSED');
	assert.equal(pool.tryAcquire(), undefined);
	held.release();
	(await waiting).release();
	await drained;
	assert.deepEqual(ended, [0]);
	assert.equal(pool.stats().size, 0);
	await pool.drain();
});

test('dispose refuses those who wait; what is out is destroyed when it comes back, also what is being made', async () => {
	let resolve;
	const destroyed = [];
	const objects = [{ name: 'first' }];
	const pool = new ObjectPool({
		create: () =>
			objects.pop() ??
			new Promise((each) => {
				resolve = each;
			}),
		destroy: ({ name }) => destroyed.push(name),
		maxSize: 2,
	});
	const held = pool.lease();
	const waits = [pool.acquire(), pool.acquire()].map((wait) => codeOf(() => wait));
	pool.dispose();
	assert.deepEqual(await Promise.all(waits), ['DISPOSED', 'DISPOSED']);
	resolve({ name: 'late' });
	held.release();
	await pool.drain();
	assert.deepEqual(destroyed.sort(), ['first', 'late']);
	assert.equal(pool.stats().discarded.closed, 2);
});

test('wrong options are named', async () => {
	const create = () => ({});
	for (const [name, options] of [
		['create', {}],
		['create', { create: 5 }],
		['destroy', { create, destroy: 'x' }],
		['reset', { create, reset: null }],
		['validate', { create, validate: {} }],
		['onLeak', { create, onLeak: 1 }],
		['maxSize', { create, maxSize: 0 }],
		['maxSize', { create, maxSize: Number.NaN }],
		['maxSize', { create, maxSize: 1e9 }],
		['maxSize', { create, maxSize: '5' }],
		['maxIdle', { create, maxIdle: -1 }],
		['maxIdle', { create, maxSize: 5, maxIdle: 6 }],
		['prefill', { create, maxIdle: 5, prefill: 6 }],
		['maxIdleMs', { create, maxIdleMs: Number.NaN }],
		['maxIdleMs', { create, maxIdleMs: -5 }],
		['maxWaiting', { create, maxWaiting: 0.5 }],
		['maxLeaseMs', { create, maxLeaseMs: 0 }],
		['leakSampling', { create, leakSampling: -1 }],
	]) {
		assert.throws(
			() => new ObjectPool(options),
			{ message: new RegExp(`^${name}: expected`) },
			JSON.stringify(options),
		);
	}
	assert.throws(() => new ObjectPool(), { message: /^create: expected/ });
	const pool = new ObjectPool({ create });
	for (const [name, options] of [
		['timeout', { timeout: -1 }],
		['timeout', { timeout: Number.NaN }],
		['timeout', { timeout: '5' }],
		['priority', { priority: Number.NaN }],
		['priority', { priority: 'high' }],
	]) {
		await assert.rejects(pool.acquire(options), { name: 'RangeError', message: new RegExp(`^${name}: expected`) });
	}
	await assert.rejects(pool.drain({ timeout: -1 }), { message: /^timeout: expected/ });
	assert.equal(pool.stats().leases, 0);
});

test('drain ends after the last object is destroyed, also where the first of them is at once', async () => {
	let destroyed = 0;
	const later = () => new Promise((resolve) => setTimeout(resolve)).then(() => destroyed++);
	const pool = new ObjectPool({
		create: () => ({}),
		destroy: () => (destroyed === 0 ? void destroyed++ : later()),
		maxSize: 3,
	});
	const leases = [pool.lease(), pool.lease(), pool.lease()];
	for (const lease of leases) lease.release();
	await pool.drain();
	assert.equal(destroyed, 3);
});
