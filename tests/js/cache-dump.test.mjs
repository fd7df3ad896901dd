import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache } from '@code-mesh/perf';

for (const loaded of [false, true]) {
	test(`a cache begins again where it was, ${loaded ? 'with the policy of the module' : 'as LRU'}`, async () => {
		if (loaded) await load();
		let now = 1000;
		const options = { l1Size: 50, l2Size: 50, ttl: 10_000, now: () => now };
		const cache = new MultiLevelCache(options);
		for (let i = 0; i < 400; i++) cache.get(i % 90) ?? cache.set(i % 90, { i }, { tags: [`t${i % 3}`] });
		cache.set('long'.repeat(1000), 'kept').set({ object: true }, 'kept too').set('brief', 1, { ttl: 50 });
		const before = new Map(cache.entries());
		const dump = JSON.parse(JSON.stringify(cache.dump()));
		now += 100;

		const other = new MultiLevelCache(options);
		assert.equal(other.restore(dump), cache.size - 1, 'what expired meanwhile stays away');
		before.delete('brief');
		assert.deepEqual(
			dump.entries.map(({ key }) => key).filter((key) => key !== 'brief'),
			order(other),
		);
		assert.deepEqual(new Map([...other.entries()].sort()), new Map([...before].sort()));
		assert.equal(other.get('long'.repeat(1000)), 'kept');
		assert.equal(other.get({ object: true }), 'kept too');
		assert.equal(other.stats().policy, loaded ? 'w-tinylfu' : 'lru');
		assert.ok(other.deleteTag('t1') > 10);

		const twin = new MultiLevelCache(options);
		twin.restore(dump);
		assert.deepEqual(twin.dump().sketch, dump.sketch, 'how often what was asked for is kept');
		assert.equal(dump.sketch !== undefined, loaded);
		cache.purgeExpired();
		// What is least recently used is known from the order alone; which window does best has to be learnt anew.
		for (let i = 0; i < 2000; i++) {
			const key = (i * i) % 307;
			const [one, two] = [cache, twin].map((each) => each.get(key));
			for (const each of [cache, twin]) if (each.peek(key) === undefined) each.set(key, { i });
			if (!loaded) assert.deepEqual(one, two, `step ${i}`);
		}
		now += 20_000;
		assert.deepEqual([...twin.entries()], [], 'times are kept');
	});
}

test('of another seed, long keys stay away; what is there stays', () => {
	const [one, other] = [new MultiLevelCache(), new MultiLevelCache()];
	one.set('a'.repeat(2000), 1).set('b', 2).set('c', 3);
	other.set('d'.repeat(2000), 4).set('b', 5);
	assert.equal(other.restore(one.dump()), 1);
	assert.deepEqual([other.get('a'.repeat(2000)), other.get('b'), other.get('c')], [undefined, 5, 3]);
});

test('errors are not dumped, and what is no dump is refused whole', async () => {
	const cache = new MultiLevelCache({ negativeTtl: 1000 });
	await assert.rejects(cache.getOrSet('bad', () => Promise.reject(new Error('no'))));
	assert.deepEqual(cache.dump().entries, []);
	const good = new MultiLevelCache().set('a', 1).dump();
	for (const bad of [
		null,
		{},
		{ ...good, version: 2 },
		{ ...good, entries: [...good.entries, { key: {} }] },
		{ ...good, seed: 'x' },
	]) {
		assert.throws(() => cache.restore(bad), { name: 'PerfError', code: 'SNAPSHOT' });
	}
	assert.equal(cache.get('a'), undefined);
});

test('a smaller cache takes what fits', async () => {
	await load();
	const cache = new MultiLevelCache({ l1Size: 100 });
	for (let i = 0; i < 100; i++) cache.set(i, i);
	const small = new MultiLevelCache({ l1Size: 10 });
	assert.equal(small.restore(cache.dump()), 10);
	assert.equal(small.size, 10);
});

function order(cache) {
	return cache.dump().entries.map(({ key }) => key);
}
