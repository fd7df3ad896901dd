// The end of a wait in every phase: nothing is lost, and nothing stays behind at the signal or among the timers.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { ObjectPool } from '@code-mesh/perf';
import { codeOf, until } from './support/until.mjs';

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** A pool whose create and validate wait until they are let go. */
function slow() {
	const gates = [];
	const gate = (result) => () => new Promise((resolve) => gates.push(() => resolve(result())));
	const pool = new ObjectPool({ create: gate(() => ({})), validate: gate(() => true), maxSize: 1 });
	return { pool, open: () => gates.shift()?.() };
}

for (const [phase, prepare] of [
	['before the call', ({ controller }) => controller.abort(new Error('why'))],
	['while an object is made', () => {}],
	[
		'while an object is validated',
		async ({ pool, open }) => {
			const first = pool.acquire();
			open();
			(await first).release();
		},
	],
	[
		'while all are lent',
		async ({ pool, open }) => {
			const first = pool.acquire();
			open();
			const lease = await first;
			return () => lease.release();
		},
	],
]) {
	for (const how of ['abort', 'timeout']) {
		if (how === 'timeout' && phase === 'before the call') continue;
		test(`${how} ${phase}`, async () => {
			const before = timers();
			const { pool, open } = slow();
			const controller = new AbortController();
			const { signal } = controller;
			const finish = await prepare({ pool, open, controller });
			const waiting = pool.acquire({ signal, timeout: how === 'timeout' ? 1 : 1e6 });
			waiting.catch(() => {});
			how === 'abort' && controller.abort(new Error('why'));
			await assert.rejects(waiting, (error) => {
				assert.equal(error.code, how === 'abort' ? 'ABORTED' : 'TIMEOUT');
				assert.equal(error.cause?.message, how === 'abort' ? 'why' : undefined);
				return true;
			});
			assert.equal(getEventListeners(signal, 'abort').length, 0);
			assert.equal(timers(), before);
			finish?.();
			// Whatever was under way ends up idle, and the next one gets it.
			const next = pool.acquire();
			await until(() => {
				open();
				return pool.stats().inUse === 1;
			});
			(await next).release();
			const { size, inUse, waiting: left, waits } = pool.stats();
			assert.deepEqual([size, inUse, left, waits.aborted, waits.timedOut].slice(0, 3), [1, 0, 0]);
			assert.equal(how === 'abort' ? waits.aborted : waits.timedOut, 1);
		});
	}
}

test('after a lease, a refusal or a failure no listener and no timer is left', async () => {
	const before = timers();
	const { signal } = new AbortController();
	let fails = false;
	const pool = new ObjectPool({
		create: async () => {
			if (fails) throw new Error('create');
			return {};
		},
		maxSize: 1,
		maxWaiting: 1,
	});
	const options = { signal, timeout: 1e6 };
	const first = await pool.acquire(options);
	const second = pool.acquire(options);
	assert.equal(await codeOf(() => pool.acquire(options)), 'QUEUE_FULL');
	assert.equal(getEventListeners(signal, 'abort').length, 1);
	fails = true;
	first.discard();
	await assert.rejects(second, /create/);
	const third = pool.acquire(options);
	pool.dispose();
	assert.equal(await codeOf(() => third), 'DISPOSED');
	assert.equal(getEventListeners(signal, 'abort').length, 0);
	assert.equal(timers(), before);
});

test('a thousand waits on one signal leave nothing at it', async () => {
	const controller = new AbortController();
	const pool = new ObjectPool({ create: () => ({}), maxSize: 3 });
	const held = [pool.lease(), pool.lease(), pool.lease()];
	const waits = Array.from({ length: 1000 }, () => pool.acquire({ signal: controller.signal }));
	for (const lease of held) lease.release();
	for (const lease of await Promise.all(waits.slice(0, 3))) lease.release();
	for (const wait of waits) wait.catch(() => {});
	controller.abort();
	const outcomes = await Promise.allSettled(waits);
	for (const { value } of outcomes.slice(3)) value?.release();
	assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
	const { size, idle, waiting, waits: ended } = pool.stats();
	assert.deepEqual([size, idle, waiting], [3, 3, 0]);
	assert.equal(ended.aborted, outcomes.filter(({ status }) => status === 'rejected').length);
});
