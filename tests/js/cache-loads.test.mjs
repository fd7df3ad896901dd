// One load a key however many ask, aborts, failures, and what is written while a load is under way.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { MultiLevelCache } from '@code-mesh/perf';
import { generator } from '../../benches/js/data.mjs';
import { runForJson } from './support/child.mjs';

/** A loader that is answered by hand. */
function deferred() {
	const calls = [];
	const loader = (context) => new Promise((resolve, reject) => calls.push({ ...context, resolve, reject }));
	return { calls, loader };
}

/** Until everything that only waits for settled promises went on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a thousand who ask at once are one load, and say so', async () => {
	const cache = new MultiLevelCache();
	const { calls, loader } = deferred();
	const all = Array.from({ length: 1000 }, () => cache.lookup('key', loader));
	assert.equal(cache.stats().loading, 1);
	calls[0].resolve('value');
	const outcomes = (await Promise.all(all)).map(({ value, outcome }) => `${value} ${outcome}`);
	assert.deepEqual([outcomes[0], new Set(outcomes.slice(1))], ['value miss', new Set(['value coalesced'])]);
	const { coalesced, misses, loads, loading } = cache.stats();
	assert.deepEqual([calls.length, coalesced, misses, loads, loading], [1, 999, 1000, 1, 0]);
	assert.equal(cache.get('key'), 'value');
});

test('some of a thousand give up, before, during and after: the others get the value, and no listener is left', async () => {
	for (let seed = 1; seed <= 5; seed++) {
		const random = generator(seed);
		const cache = new MultiLevelCache();
		const { calls, loader } = deferred();
		const controllers = Array.from({ length: 1000 }, () => new AbortController());
		const early = controllers.filter(() => random() < 0.1);
		for (const controller of early) controller.abort('early');
		const asked = Promise.allSettled(controllers.map(({ signal }) => cache.getOrSet('key', loader, { signal })));
		await settled();
		const during = controllers.filter((controller) => !early.includes(controller) && random() < 0.3);
		for (const controller of during) controller.abort('during');
		assert.equal(calls[0].signal.aborted, false, `seed ${seed}`);
		calls[0].resolve(5);
		const results = await asked;
		for (const controller of controllers) controller.abort('after');
		for (const [index, result] of results.entries()) {
			const reason = [early, during].findIndex((some) => some.includes(controllers[index]));
			const expected = reason < 0 ? 5 : ['early', 'during'][reason];
			assert.equal(result.value ?? result.reason, expected, `seed ${seed}, caller ${index}`);
		}
		assert.deepEqual([calls.length, calls[0].signal.aborted, cache.get('key')], [1, false, 5], `seed ${seed}`);
		for (const { signal } of controllers) assert.equal(getEventListeners(signal, 'abort').length, 0);
	}
});

test('the last one to give up cancels the load at once, with the reason, and what comes of it is not kept', async () => {
	const cache = new MultiLevelCache();
	const { calls, loader } = deferred();
	const [first, second] = [new AbortController(), new AbortController()];
	const asked = [first, second].map(({ signal }) => cache.getOrSet('key', loader, { signal }));
	const results = Promise.allSettled(asked);
	first.abort(new Error('first'));
	assert.equal(calls[0].signal.aborted, false);
	second.abort(new Error('second'));
	assert.deepEqual([calls[0].signal.aborted, calls[0].signal.reason.message], [true, 'second']);
	assert.deepEqual(
		(await results).map(({ reason }) => reason.message),
		['first', 'second'],
	);
	const next = cache.getOrSet('key', loader);
	assert.equal(calls.length, 2, 'who comes next does not wait for what was given up');
	calls[0].resolve('late');
	await settled();
	assert.equal(cache.get('key'), undefined);
	calls[1].resolve('new');
	assert.equal(await next, 'new');
	assert.deepEqual([cache.get('key'), cache.stats().loadsCancelled, cache.stats().loadErrors], ['new', 1, 0]);
	assert.equal(getEventListeners(first.signal, 'abort').length + getEventListeners(second.signal, 'abort').length, 0);
});

test('one that waits without a signal keeps the load going', async () => {
	const cache = new MultiLevelCache();
	const { calls, loader } = deferred();
	const controller = new AbortController();
	const patient = cache.getOrSet('key', loader);
	const hasty = cache.getOrSet('key', loader, { signal: controller.signal });
	controller.abort();
	await assert.rejects(hasty, { name: 'AbortError' });
	assert.equal(calls[0].signal.aborted, false);
	calls[0].resolve(1);
	assert.equal(await patient, 1);
});

test('who has given up already asks no loader, but gets what is there', async () => {
	const cache = new MultiLevelCache();
	let asked = 0;
	const loader = () => ++asked;
	const signal = AbortSignal.abort('no');
	await assert.rejects(cache.getOrSet('key', loader, { signal }), (reason) => reason === 'no');
	assert.deepEqual([asked, cache.stats().loads], [0, 0]);
	cache.set('key', 'there');
	assert.equal(await cache.getOrSet('key', loader, { signal }), 'there');
});

test('a loader that fails, at once or later, rejects for all and keeps nothing', async () => {
	for (const fail of [
		() => {
			throw new Error('no');
		},
		async () => {
			throw new Error('no');
		},
	]) {
		const cache = new MultiLevelCache({ ttl: 1000 });
		let calls = 0;
		const loader = () => {
			calls++;
			return fail();
		};
		const results = await Promise.allSettled(Array.from({ length: 10 }, () => cache.getOrSet('key', loader)));
		assert.ok(results.every(({ reason }) => reason?.message === 'no'));
		assert.deepEqual([calls, cache.size, cache.stats().loadErrors, cache.stats().loading], [1, 0, 1, 0]);
		assert.equal(await cache.getOrSet('key', () => 'better'), 'better');
	}
});

test('a loader is given its key; what it gives is kept unless it is undefined', async () => {
	const cache = new MultiLevelCache();
	for (const value of [0, '', false, null, Number.NaN, 0n, undefined]) {
		const key = { value: String(value), type: typeof value };
		assert.ok(Object.is(await cache.getOrSet(key, (context) => (context.key === key ? value : 'wrong key')), value));
		assert.equal((await cache.lookup(key, () => 'again')).outcome, value === undefined ? 'miss' : 'hit');
	}
});

for (const [what, write, kept] of [
	['set', (cache) => cache.set('key', 'written'), 'written'],
	['delete', (cache) => cache.delete('key'), undefined],
	['set(undefined)', (cache) => cache.set('key', undefined), undefined],
	['clear', (cache) => cache.clear(), undefined],
	['dispose', (cache) => cache.dispose(), undefined],
	['deleteTag of what is being loaded', (cache) => cache.deleteTag('tag'), undefined],
	['expireTag of what is being loaded', (cache) => cache.expireTag('tag'), undefined],
]) {
	for (const end of ['resolve', 'reject']) {
		test(`${what} during a load that will ${end} wins over it`, async () => {
			const cache = new MultiLevelCache({ negativeTtl: 1000 });
			const { calls, loader } = deferred();
			const asked = Promise.allSettled([cache.getOrSet('key', loader, { tags: ['tag'] })]);
			write(cache);
			assert.equal(cache.get('key'), kept);
			calls[0][end]('loaded');
			const [{ value, reason }] = await asked;
			assert.equal(value ?? reason, 'loaded', 'who waited for it gets it');
			assert.equal(cache.get('key'), kept);
			const after = await cache.lookup('key', () => 'new');
			assert.deepEqual(after, kept ? { value: kept, outcome: 'hit' } : { value: 'new', outcome: 'miss' });
		});
	}
}

test('deleteTag during the refresh of an entry that has the tag', async () => {
	const cache = new MultiLevelCache();
	const { calls, loader } = deferred();
	cache.set('key', 'old', { tags: ['tag'] }).set('other', 1, { tags: ['other tag'] });
	const asked = cache.getOrSet('key', loader, { forceRefresh: true });
	assert.equal(cache.deleteTag('tag'), 1);
	calls[0].resolve('read before');
	assert.equal(await asked, 'read before');
	assert.deepEqual([cache.get('key'), cache.get('other')], [undefined, 1]);
});

test('a loader may ask for other keys, and use the cache as it likes', async () => {
	const cache = new MultiLevelCache({ l1Size: 3 });
	const value = await cache.getOrSet('a', async () => {
		cache.set('x', 1).delete('x');
		cache.clear();
		return (await cache.getOrSet('b', () => cache.getOrSet('c', () => 1))) + 1;
	});
	assert.deepEqual([value, cache.get('a'), cache.get('b'), cache.get('c')], [2, undefined, 1, 1], 'a was cleared away');
});

test('a loader that empties or refills the cache never makes it give out another value', async () => {
	let now = 0;
	const meddle = (cache) => () => {
		cache.delete('key');
		cache.set('other', 'foreign');
		return 'new';
	};
	for (const [options, elapsed, outcome] of [
		[{ ttl: 10, staleWhileRevalidate: 100 }, 50, 'stale'],
		[{ ttl: 10, refreshAhead: 9 }, 5, 'hit'],
	]) {
		now = 0;
		const cache = new MultiLevelCache({ ...options, now: () => now });
		cache.set('key', 'own');
		now += elapsed;
		assert.deepEqual(await cache.lookup('key', meddle(cache)), { value: 'own', outcome });
	}
});

test('a loader that asks for its own key at once is told so, also through another one', async () => {
	const cache = new MultiLevelCache();
	const itself = () => cache.getOrSet('key', itself);
	await assert.rejects(cache.getOrSet('key', itself), { message: /^key: expected another one .* wait for itself/ });
	const ping = () => cache.getOrSet('pong', pong);
	const pong = () => cache.getOrSet('ping', ping);
	await assert.rejects(cache.getOrSet('ping', ping), { message: /wait for itself/ });
	assert.deepEqual([cache.stats().loading, cache.size], [0, 0]);
	assert.equal(await cache.getOrSet('key', () => 'straight'), 'straight');
});

test('a loader that waits for its own key later on: who asked can give up, and the key can be freed', async () => {
	const cache = new MultiLevelCache();
	const controller = new AbortController();
	const circular = async () => {
		await settled();
		return cache.getOrSet('key', circular);
	};
	const outer = cache.getOrSet('key', circular, { signal: controller.signal });
	await settled();
	await settled();
	controller.abort(new Error('enough'));
	await assert.rejects(outer, { message: 'enough' });
	cache.delete('key');
	assert.equal(await cache.getOrSet('key', () => 'straight'), 'straight');
});

test('forceRefresh loads what is there anew; where that fails, what is there stays', async () => {
	for (const options of [{}, { ttl: 1000 }, { negativeTtl: 50 }, { ttl: 1000, negativeTtl: 50 }]) {
		const cache = new MultiLevelCache(options);
		cache.set('key', 'old');
		const seen = [];
		const refresh = { forceRefresh: true };
		const fail = ({ stale }) => {
			seen.push(stale);
			throw new Error('no');
		};
		await assert.rejects(cache.getOrSet('key', fail, refresh), { message: 'no' }, JSON.stringify(options));
		assert.equal(cache.get('key'), 'old', JSON.stringify(options));
		assert.deepEqual(await cache.lookup('key', () => 'new', refresh), { value: 'new', outcome: 'miss' });
		assert.deepEqual([cache.get('key'), seen], ['new', ['old']]);
	}
});

test('bad options of a load reject before the loader is asked', async () => {
	const cache = new MultiLevelCache({ negativeTtl: 1000 });
	let asked = 0;
	for (const [options, message] of [
		[{ ttl: -1 }, /^ttl: expected .* got -1/],
		[{ ttl: '5' }, /^ttl: expected .* got "5"/],
		[{ ttl: Number.NaN }, /^ttl: expected .* got NaN/],
		[{ tags: 'tag' }, /^tags: expected .* got string/],
		[{ tags: Array(65).fill('t') }, /^tags: expected at most 64 .* got 65/],
	]) {
		await assert.rejects(
			cache.getOrSet('key', () => ++asked, options),
			{ message },
		);
	}
	await assert.rejects(cache.getOrSet('key', 'value'), { name: 'TypeError', message: /^loader: expected a function/ });
	assert.deepEqual([asked, cache.stats().loading, cache.size], [0, 0, 0]);
});

test('wrap: arguments are the key, one alone or several, and an array alone is not several', async () => {
	const cache = new MultiLevelCache();
	const calls = [];
	const wrapped = cache.wrap((...all) => {
		calls.push(all);
		return JSON.stringify(all);
	});
	for (const all of [[1], [1, 2], [[1, 2]], [[]], [], ['1'], [{ a: 1, b: 2 }], [null]]) {
		for (let again = 0; again < 2; again++) assert.equal(await wrapped(...all), JSON.stringify(all));
	}
	assert.equal(await wrapped({ b: 2, a: 1 }), '[{"a":1,"b":2}]');
	assert.equal(calls.length, 8);
});

test('wrap: a key of one’s own; what it or the function throws rejects', async () => {
	const cache = new MultiLevelCache({ ttl: 1000 });
	let calls = 0;
	const options = { key: ({ id }) => `user ${id}`, tags: ['users'] };
	const user = cache.wrap(async ({ id }) => {
		calls++;
		if (id === 0) throw new Error('nobody');
		return { id };
	}, options);
	assert.deepEqual(await user({ id: 5, token: Symbol('not a key') }), { id: 5 });
	assert.deepEqual([await user({ id: 5 }), calls], [{ id: 5 }, 1]);
	assert.deepEqual(cache.get('user 5'), { id: 5 });
	await assert.rejects(user({ id: 0 }), { message: 'nobody' });
	const failing = user(undefined);
	await assert.rejects(failing, { name: 'TypeError' });
	assert.equal(cache.deleteTag('users'), 1);
});

test('getMany and setMany', async () => {
	const cache = new MultiLevelCache();
	const entries = [
		['a', 1],
		['b', null],
		['c', undefined],
		[{ d: 1 }, 0],
	];
	await cache.setMany(new Map(entries), { tags: ['many'] });
	const d = entries[3][0];
	assert.deepEqual(
		[...(await cache.getMany(new Set(['a', 'b', 'c', d, 'e'])))],
		[
			['a', 1],
			['b', null],
			[d, 0],
		],
	);
	assert.equal(cache.deleteTag('many'), 3);
	await assert.rejects(cache.setMany([['x', 1]], { ttl: 0 }), /^RangeError: ttl/);
});

test('after all that no timer is left, and the process ends by itself', async () => {
	const result = await runForJson(`
		import { MultiLevelCache } from '@code-mesh/perf';
		const cache = new MultiLevelCache();
		const controllers = Array.from({ length: 50 }, () => new AbortController());
		const never = () => new Promise(() => {});
		const all = Promise.allSettled(controllers.map(({ signal }) => cache.getOrSet('key', never, { signal })));
		for (const controller of controllers) controller.abort();
		await all;
		console.log(JSON.stringify(process.getActiveResourcesInfo().filter((kind) => /Timeout|Immediate/.test(kind))));`);
	assert.deepEqual(result, []);
});
