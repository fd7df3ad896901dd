// The listener is told of what goes, after the call, with the cause, and whatever it does harms nobody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MultiLevelCache } from '@code-mesh/perf';

const told = () => new Promise((resolve) => setImmediate(resolve));

test('what went, why, and not before the call is over', async () => {
	const seen = [];
	let now = 1;
	const onEvict = (value, key, cause) => seen.push([key, value, cause]);
	const cache = new MultiLevelCache({ l1Size: 2, now: () => now, onEvict });
	cache.set('a', 1).set('b', 2).set('c', 3).set('c', 4).set({ o: 1 }, 5, { ttl: 10 });
	now += 10;
	cache.get({ o: 1 });
	cache.delete('c');
	cache.set(null, 6);
	cache.clear();
	cache.delete('nothing');
	assert.deepEqual(seen, []);
	await told();
	assert.deepEqual(seen, [
		['a', 1, 'size'],
		['c', 3, 'replaced'],
		['b', 2, 'size'],
		[{ o: 1 }, 5, 'expired'],
		['c', 4, 'deleted'],
		[null, 6, 'deleted'],
	]);
	assert.deepEqual(cache.stats().evictions, { size: 2, expired: 1, deleted: 2, replaced: 1, damaged: 0 });
});

test('values of the second level come as values, and long keys only where they are kept', async () => {
	for (const verify of [false, true]) {
		const seen = [];
		const onEvict = (value, key) => seen.push([key, value]);
		const cache = new MultiLevelCache({ l1Size: 1, l2Size: 5, verify, onEvict });
		const long = 'k'.repeat(5000);
		cache
			.set(long, { warm: [1] })
			.set('hot', 1)
			.clear();
		await told();
		assert.deepEqual(seen[0], [verify ? long : undefined, { warm: [1] }]);
	}
});

test('one that throws harms nobody, and is counted', async () => {
	const seen = [];
	const onEvict = (_value, key) => {
		seen.push(key);
		if (key % 2) throw new Error('of the listener');
	};
	const cache = new MultiLevelCache({ onEvict });
	for (let i = 0; i < 10; i++) cache.set(i, i);
	cache.clear();
	await told();
	assert.deepEqual([seen.length, cache.stats().listenerErrors, cache.stats().listenerDropped], [10, 5, 0]);
});

test('one that calls back into the cache', async () => {
	let calls = 0;
	const cache = new MultiLevelCache({
		l1Size: 3,
		onEvict(value, key, cause) {
			calls++;
			if (cause === 'size' && calls < 50) cache.set(key, value);
			cache.get(key);
			cache.delete('never');
		},
	});
	for (let i = 0; i < 10; i++) cache.set(i, i);
	await told();
	assert.equal(cache.size, 3);
	assert.ok(calls >= 50, `${calls}`);
	assert.equal([...cache.entries()].length, 3);
});

test('of more than 10,000 at once it is not told, and that is counted', async () => {
	let calls = 0;
	const cache = new MultiLevelCache({ l1Size: 20_000, onEvict: () => calls++ });
	for (let i = 0; i < 15_000; i++) cache.set(i, i);
	cache.clear();
	await told();
	assert.deepEqual([calls, cache.stats().listenerDropped, cache.stats().evictions.deleted], [10_000, 5000, 15_000]);
	cache.set(1, 1).delete(1);
	await told();
	assert.equal(calls, 10_001, 'and of what comes later again');
});

test('errors that are kept are nobody’s value', async () => {
	const seen = [];
	const cache = new MultiLevelCache({ negativeTtl: 1e6, onEvict: (value) => seen.push(value) });
	const fail = () => Promise.reject(new Error('kept'));
	await assert.rejects(cache.getOrSet('key', fail));
	cache.set('key', 1).delete('key');
	await told();
	assert.deepEqual(seen, [1]);
	cache.dispose();
});

test('entries() goes on while entries come and go', () => {
	const cache = new MultiLevelCache({ l1Size: 100 });
	for (let i = 0; i < 100; i++) cache.set(i, i);
	const seen = [];
	for (const [key, value] of cache.entries()) {
		assert.equal(key, value);
		seen.push(key);
		cache.delete(key);
		cache.delete(key + 1);
		if (seen.length === 10) cache.set(1000, 1000);
		if (seen.length === 20) cache.clear();
	}
	assert.deepEqual([seen.length, seen[19], cache.size], [20, 38, 0]);
});
