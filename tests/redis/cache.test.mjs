// Caches of real processes over one real Redis: what one keeps the other finds, what one changes the other drops, and a
// Redis that dies or hangs harms nobody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../js/support/at-end.mjs';
import { until } from '../js/support/until.mjs';
import { startProcess } from './support/process.mjs';
import { startRedis } from './support/redis-server.mjs';

const PROCESS = fileURLToPath(new URL('support/cache-process.mjs', import.meta.url));

async function pair(t) {
	const redis = await startRedis(atEnd(t));
	const [one, other] = await Promise.all([1, 2].map(() => startProcess(t, PROCESS, [redis.url])));
	return { redis, one, other };
}

test('what one process keeps the other finds; what it changes the other drops', async (t) => {
	const { one, other } = await pair(t);
	await one.set('a', { n: 1 });
	await one.set('t1', 1, { tags: ['t'] });
	await one.set('t2', 2, { tags: ['t'] });
	assert.deepEqual(await other.lookup('a', 'loaded'), { value: { n: 1 }, outcome: 'store' });
	assert.deepEqual(await other.lookup('a', 'loaded'), { value: { n: 1 }, outcome: 'hit' });
	await one.set('a', { n: 2 });
	await until(async () => (await other.get('a')) === null);
	assert.deepEqual(await other.lookup('a', 'loaded'), { value: { n: 2 }, outcome: 'store' });
	await one.delete('a');
	await until(async () => (await other.get('a')) === null);
	assert.equal((await other.lookup('a', 'loaded')).outcome, 'miss');
	for (const key of ['t1', 't2']) assert.equal((await other.lookup(key, 'loaded')).outcome, 'store');
	await one.deleteTag('t');
	await until(async () => (await other.get('t1')) === null && (await other.get('t2')) === null);
	for (const key of ['t1', 't2']) assert.equal((await other.lookup(key, 'loaded')).outcome, 'miss');
	await one.clear();
	await until(async () => (await other.get('t1')) === null);
	assert.equal((await other.lookup('t1', 'again')).outcome, 'miss');
});

test('killed and started again in the middle: memory goes on, and so does the store', async (t) => {
	const { redis, one, other } = await pair(t);
	await one.set('a', 1);
	await other.lookup('a', 'loaded');
	await redis.kill();
	for (let i = 0; i < 20; i++) {
		assert.equal((await one.lookup(`k${i}`, i)).value, i, 'loaded, as nobody has it');
		assert.equal(await one.get('a'), 1, 'memory has it');
	}
	assert.ok((await one.stats()).l3.errors + (await one.stats()).l3.timeouts > 0);
	await redis.start();
	await until(async () => {
		await one.set('back', 'again');
		if ((await other.lookup('back', 'loaded')).value === 'again') return true;
		await other.delete('back');
		return false;
	});
	await until(async () => (await one.stats()).l3.breaker === 'closed');
});

test('hanging in the middle of everything: each call is over in time, and it recovers', async (t) => {
	const { redis, one } = await pair(t);
	await one.set('a', 1);
	redis.pause();
	for (let i = 0; i < 10; i++) assert.equal((await one.lookup(`k${i}`, i)).value, i);
	const { l3 } = await one.stats();
	assert.ok(l3.timeouts >= 3 && l3.skipped > 0, JSON.stringify(l3));
	redis.resume();
	await until(async () => {
		await one.lookup(`probe ${Math.random()}`, 1);
		return (await one.stats()).l3.breaker === 'closed';
	});
});
