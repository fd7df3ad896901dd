// The cache with a store behind it and a bus beside it: what is in memory, what is in the store, and who hears of what.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { channelBus, load, MultiLevelCache, WasmPerformanceMonitor } from '@code-mesh/perf';
import Keyv from 'keyv';
import { until } from './support/until.mjs';

const LONG = 'question '.repeat(500);
const KEYS = ['a', '#hash', 7, 7n, true, null, { q: [1] }, LONG, { long: LONG }];

/** Two caches that share a store, as two processes do, or one after a restart. */
function pair(options = {}) {
	const store = new Map();
	const make = () => new MultiLevelCache({ store, l1Size: 10, ...options });
	return { store, one: make(), other: make() };
}

test('what one cache keeps, another one with the same store finds, whatever the key', async () => {
	const { store, one, other } = pair();
	await one.setMany(KEYS.map((key, index) => [key, { index }]));
	assert.equal(store.size, KEYS.length);
	for (const [index, key] of KEYS.entries()) {
		const { value, outcome } = await other.lookup(key, () => assert.fail('it is in the store'));
		assert.deepEqual([value, outcome], [{ index }, 'store']);
		assert.deepEqual(other.peek(key), { index }, 'it is in memory from now on');
	}
	assert.deepEqual([...(await one.getMany([...KEYS, 'absent'])).keys()], KEYS);
	const third = new MultiLevelCache({ store });
	assert.deepEqual([...(await third.getMany([...KEYS, 'absent'])).keys()], KEYS);
	assert.equal(third.stats().l3.hits, KEYS.length);
});

test('what goes from memory for want of room is still in the store', async () => {
	const { one } = pair({ l1Size: 2 });
	await one.setMany(Array.from({ length: 20 }, (_, index) => [index, index]));
	assert.ok(one.size <= 2);
	for (let i = 0; i < 20; i++) assert.equal(await one.getOrSet(i, () => assert.fail()), i);
});

test('deletes, tags and clear reach the store', async () => {
	const { store, one, other } = pair();
	await one.setMany([
		['a', 1],
		['b', 2],
	]);
	await one.setMany(
		[
			['c', 3],
			['d', 4],
		],
		{ tags: ['t'] },
	);
	one.delete('a');
	assert.equal(one.deleteTag('t'), 2);
	await one.flush();
	const load = async (key) => (await other.lookup(key, () => 'loaded')).outcome;
	assert.deepEqual([await load('a'), await load('b'), await load('c')], ['miss', 'store', 'miss']);
	await one.setMany([['d', 5]], { tags: ['t'] });
	assert.equal(await other.getOrSet('d', () => assert.fail()), 5, 'what is written after the tag was deleted counts');
	one.clear();
	await one.flush();
	assert.equal(store.size, 0);
});

test('times are kept across the store: fresh, stale, and gone', async () => {
	const { store, one, other } = pair({ ttl: 1500, staleIfError: 60_000 });
	await one.setMany([['a', 'old']]);
	assert.equal((await other.lookup('a', () => 'new')).outcome, 'store');
	// The store goes by the date, which is a few ms coarse.
	const end = Date.now() + 1500;
	await until(() => other.get('a') === undefined && Date.now() > end);
	const third = new MultiLevelCache({ store, staleIfError: 60_000, ttl: 1500 });
	const stale = await third.lookup('a', () => Promise.reject(new Error('down')));
	assert.deepEqual(stale, { value: 'old', outcome: 'grace' });
});

test('a value that no store can carry stays in memory', async () => {
	const { store, one } = pair();
	await one.setMany([['a', new Map([[1, 2]])]]);
	assert.equal(store.size, 0);
	assert.equal(one.get('a').get(1), 2);
	assert.equal(one.stats().l3.unstorable, 1);
	// Forty times twice the same: as JSON that would be a text of a million million parts.
	const shared = Array.from({ length: 40 }).reduce((part) => [part, part], 1);
	await one.setMany([['b', shared]]);
	assert.equal(one.get('b'), shared);
	assert.equal(one.stats().l3.unstorable, 2);
});

test('a dead store slows nothing and loses nothing of what is in memory', async () => {
	const store = {
		get: () => new Promise(() => {}),
		set: () => Promise.reject(new Error('down')),
		delete: () => Promise.reject(new Error('down')),
	};
	const cache = new MultiLevelCache({
		store,
		storeOptions: { timeout: 20, breaker: { failures: 2, cooldownMs: 3_600_000 } },
	});
	for (let i = 0; i < 10; i++) assert.equal(await cache.getOrSet(i, () => i), i);
	for (let i = 0; i < 10; i++) assert.equal(cache.get(i), i);
	const { l3 } = cache.stats();
	assert.equal(l3.breaker, 'open');
	assert.ok(l3.skipped > 0, JSON.stringify(l3));
});

test('a loader whose callers gave up while the store was asked is not begun', async () => {
	let answer;
	const store = Object.assign(new Map(), {
		get: () =>
			new Promise((resolve) => {
				answer = resolve;
			}),
	});
	const cache = new MultiLevelCache({ store, storeOptions: { timeout: 60_000 } });
	const controller = new AbortController();
	const waiting = cache.getOrSet('a', () => assert.fail('nobody waits'), { signal: controller.signal });
	await until(() => answer);
	controller.abort(new Error('enough'));
	await assert.rejects(waiting, { message: 'enough' });
	answer(undefined);
	await until(() => cache.stats().loading === 0);
	assert.equal(cache.stats().loads, 0);
});

test('a write while the store is asked wins over what it had', async () => {
	const { one, other, store } = pair();
	await one.setMany([['a', 'old']]);
	const looking = other.getOrSet('a', () => 'loaded');
	other.set('a', 'new');
	await looking;
	assert.equal(other.get('a'), 'new');
	await other.flush();
	const third = new MultiLevelCache({ store });
	assert.equal(await third.getOrSet('a', () => assert.fail()), 'new');
});

test('a Keyv fits as it is', async () => {
	const store = new Keyv();
	const cache = new MultiLevelCache({ store });
	await cache.setMany([['a', { b: 1 }]], { ttl: 60_000 });
	const other = new MultiLevelCache({ store });
	assert.deepEqual(await other.getOrSet('a', () => assert.fail()), { b: 1 });
});

test('caches on one bus hear of writes, deletes, tags and clear', async () => {
	const bus = channelBus(`test ${Math.random()}`);
	const caches = [1, 2].map(() => new MultiLevelCache({ bus }));
	const [one, other] = caches;
	await Promise.all(caches.map((cache) => cache.flush()));
	for (const cache of caches) for (const key of KEYS) cache.set(key, 'held', { tags: ['t'] });
	await until(() => other.stats().bus.received >= KEYS.length && one.stats().bus.received >= KEYS.length);
	for (const key of KEYS) other.set(key, 'held', { tags: [`tag of ${typeof key}`] });
	await until(() => one.size === 0);
	for (const key of KEYS) one.set(key, 'mine');
	await until(() => other.size === 0);
	for (const key of KEYS) other.set(key, 'theirs', { tags: ['t'] });
	await until(() => one.size === 0);
	one.deleteTag('t');
	await until(() => other.size === 0);
	other.set('x', 1);
	one.clear();
	await until(() => other.size === 0);
	await Promise.all(caches.map((cache) => cache.close()));
});

test('bad options name themselves', () => {
	for (const [options, message] of [
		[{ store: {} }, /^store: expected/],
		[{ store: new Map(), storeOptions: { timeout: -1 } }, /^timeout: expected/],
		[{ storeOptions: {} }, /^storeOptions: expected/],
		[{ bus: {} }, /^bus: expected/],
	]) {
		assert.throws(() => new MultiLevelCache(options), { message });
	}
});

test('the counts of a cache are in the snapshots of a monitor', async () => {
	await load();
	const monitor = new WasmPerformanceMonitor();
	const cache = new MultiLevelCache({ store: new Map() });
	await cache.setMany([['a', 1]]);
	cache.get('a');
	const stop = cache.observe(monitor, 'answers');
	const { gauges } = monitor.snapshot();
	assert.deepEqual([gauges['answers.hits'], gauges['answers.entries'], gauges['answers.l3.writes']], [1, 1, 1]);
	stop();
	cache.get('a');
	assert.equal(monitor.snapshot().gauges['answers.hits'], 1);
});
