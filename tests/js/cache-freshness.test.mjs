// What expires when, on a manual clock; what is served stale meanwhile; and the timer that takes it out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache } from '@code-mesh/perf';
import { generator } from '../../benches/js/data.mjs';
import { runForJson } from './support/child.mjs';

/** A cache whose clock is moved by hand. */
function manual(options) {
	const clock = { ms: 1000 };
	return { clock, cache: new MultiLevelCache({ now: () => clock.ms, ...options }) };
}

/** Until the loads in the background went on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function until(condition) {
	while (!condition()) await settled();
}

for (const engine of ['lru', 'w-tinylfu']) {
	test(`${engine}: ttl of the cache and of an entry, to the millisecond`, async () => {
		if (engine === 'w-tinylfu') await load();
		const { cache, clock } = manual({ ttl: 100 });
		assert.equal(cache.stats().policy, engine);
		cache.set('plain', 1).set('short', 2, { ttl: 10 }).set('long', 3, { ttl: Infinity }).putWithTtl('put', 4, 0.5);
		cache.set(Number.NaN, 5);
		const there = () => ['plain', 'short', 'long', 'put', Number.NaN].filter((key) => cache.has(key));
		assert.deepEqual(there(), ['plain', 'short', 'long', 'put', Number.NaN]);
		clock.ms += 0.5;
		assert.deepEqual(there(), ['plain', 'short', 'long', Number.NaN]);
		clock.ms = 1009.9;
		assert.equal(cache.get('short'), 2);
		clock.ms = 1010;
		assert.deepEqual([cache.get('short'), cache.peek('short'), cache.has('short')], [undefined, undefined, false]);
		clock.ms = 1100;
		assert.deepEqual(
			[...cache.entries()],
			[['long', 3]],
			'also NaN, which is a key like any other, went with the others',
		);
		assert.deepEqual([cache.delete('plain'), cache.delete('long')], [false, true]);
		assert.equal(cache.stats().evictions.expired, 4);
		cache.dispose();
	});
}

test('a value that is set again begins anew, and one without a ttl does not expire by the old one', () => {
	const { cache, clock } = manual({});
	cache.set('key', 1, { ttl: 100 });
	clock.ms += 60;
	cache.set('key', 2, { ttl: 100 });
	clock.ms += 60;
	assert.equal(cache.get('key'), 2);
	cache.set('key', 3);
	clock.ms += 1e9;
	cache.purgeExpired();
	assert.equal(cache.get('key'), 3);
});

test('idleTtl: who asks prolongs it; who only looks does not', () => {
	for (const look of ['has', 'peek', 'entries', 'stats']) {
		const { cache, clock } = manual({ idleTtl: 100 });
		cache.set('asked', 1).set('looked at', 2);
		for (let step = 0; step < 3; step++) {
			clock.ms += 60;
			assert.equal(cache.get('asked'), 1);
			look === 'entries' ? [...cache.entries()] : cache[look]('looked at');
		}
		assert.deepEqual([cache.peek('asked'), cache.peek('looked at')], [1, undefined], look);
		clock.ms += 100;
		assert.equal(cache.get('asked'), undefined);
		cache.dispose();
	}
});

test('idleTtl and ttl: whatever ends first', () => {
	const { cache, clock } = manual({ idleTtl: 100, ttl: 150 });
	cache.set('key', 1);
	clock.ms += 90;
	assert.equal(cache.get('key'), 1);
	clock.ms += 60;
	assert.equal(cache.get('key'), undefined);
	cache.dispose();
});

test('jitter shortens each ttl by another share, and by no more than that', () => {
	const { cache, clock } = manual({ ttl: 1000, jitter: 0.2 });
	for (let i = 0; i < 500; i++) cache.set(i, i, i % 2 ? undefined : { ttl: 1000 });
	const alive = () => [...cache.entries()].length;
	clock.ms += 799;
	assert.equal(alive(), 500);
	clock.ms += 101;
	const half = alive();
	assert.ok(half > 100 && half < 400, `${half} of 500`);
	clock.ms += 100;
	assert.equal(alive(), 0);
	cache.dispose();
});

test('staleWhileRevalidate: the old value at once, one load behind it, and then the new one', async () => {
	const { cache, clock } = manual({ ttl: 100, staleWhileRevalidate: 50 });
	let calls = 0;
	let answer;
	const loader = ({ stale }) => {
		calls++;
		assert.equal(stale, 'old');
		return new Promise((resolve) => {
			answer = resolve;
		});
	};
	cache.set('key', 'old');
	clock.ms += 120;
	assert.deepEqual(
		[cache.get('key'), cache.peek('key'), cache.has('key')],
		[undefined, undefined, false],
		'in sync never',
	);
	for (let i = 0; i < 10; i++) {
		assert.deepEqual(await cache.lookup('key', loader), { value: 'old', outcome: 'stale' });
	}
	assert.equal(calls, 1);
	answer('new');
	await settled();
	assert.deepEqual(await cache.lookup('key', loader), { value: 'new', outcome: 'hit' });
	const { stale, hits, misses } = cache.stats();
	assert.deepEqual([stale, hits, misses], [10, 1, 11], 'what is stale is no hit');
	clock.ms += 151;
	assert.deepEqual(await cache.lookup('key', () => 'late'), { value: 'late', outcome: 'miss' });
	cache.dispose();
});

test('staleWhileRevalidate: loads that fail behind it leave the old value until its end, and nobody unhandled', async () => {
	const { cache, clock } = manual({ ttl: 100, staleWhileRevalidate: 50, negativeTtl: 1000 });
	let calls = 0;
	const loader = async () => {
		calls++;
		throw new Error('down');
	};
	cache.set('key', 'old');
	for (clock.ms += 100; clock.ms < 1150; clock.ms += 10) {
		assert.deepEqual(await cache.lookup('key', loader), { value: 'old', outcome: 'stale' }, `at ${clock.ms}`);
		await settled();
	}
	assert.equal(calls, 5);
	await assert.rejects(cache.lookup('key', loader), { message: 'down' });
	cache.dispose();
});

test('staleIfError: the old value when loading fails, within the grace time, and a pause of a second', async () => {
	const { cache, clock } = manual({ ttl: 100, staleIfError: 5000 });
	let calls = 0;
	const fail = () => {
		calls++;
		throw new Error('down');
	};
	cache.set('key', 'old');
	clock.ms += 100;
	assert.deepEqual(await cache.lookup('key', fail), { value: 'old', outcome: 'grace' });
	clock.ms += 999;
	assert.deepEqual(await cache.lookup('key', fail), { value: 'old', outcome: 'grace' });
	assert.equal(calls, 1, 'the source is left alone meanwhile');
	clock.ms += 1;
	assert.deepEqual(await cache.lookup('key', fail), { value: 'old', outcome: 'grace' });
	assert.equal(calls, 2);
	clock.ms += 1000;
	assert.deepEqual(await cache.lookup('key', () => 'new'), { value: 'new', outcome: 'miss' });
	clock.ms += 5101;
	await assert.rejects(cache.lookup('key', fail), { message: 'down' });
	cache.dispose();
});

test('all who wait for a load that fails get the old value', async () => {
	const { cache, clock } = manual({ ttl: 100, staleIfError: 5000 });
	cache.set('key', 'old');
	clock.ms += 200;
	const fail = async () => {
		throw new Error('down');
	};
	const results = await Promise.all(Array.from({ length: 5 }, () => cache.lookup('key', fail)));
	assert.deepEqual(new Set(results.map(({ value, outcome }) => `${value} ${outcome}`)), new Set(['old grace']));
	cache.dispose();
});

test('refreshAhead: what is asked for shortly before its end is loaded behind the answer', async () => {
	const { cache, clock } = manual({ ttl: 100, refreshAhead: 20 });
	let calls = 0;
	const loader = () => ++calls;
	cache.set('key', 0);
	clock.ms += 80;
	assert.deepEqual(await cache.lookup('key', loader), { value: 0, outcome: 'hit' });
	assert.equal(calls, 0, 'not yet');
	clock.ms += 1;
	assert.equal(await cache.getOrSet('key', loader), 0);
	await settled();
	assert.deepEqual([calls, cache.get('key')], [1, 1]);
	clock.ms += 79;
	assert.equal(await cache.getOrSet('key', loader), 1, 'fresh from then on');
	clock.ms += 2;
	const fail = () => {
		throw new Error('down');
	};
	assert.equal(await cache.getOrSet('key', fail), 1);
	await settled();
	assert.equal(cache.get('key'), 1, 'a failure behind it changes nothing');
	cache.dispose();
});

test('negativeTtl: chosen errors are kept and given again, for so long; values come after them', async () => {
	const { cache, clock } = manual({
		negativeTtl: 100,
		cacheError: (error) => {
			if (error.code === 'strange') throw new Error('of cacheError');
			return error.code === 404;
		},
		l1Bytes: 10_000,
		sizeOf: (value) => value.length,
	});
	let calls = 0;
	const failing = (code) => () => {
		calls++;
		throw Object.assign(new Error(`code ${code}`), { code });
	};
	const ask = (key, code) => cache.getOrSet(key, failing(code)).catch((error) => error.code);
	for (let i = 0; i < 3; i++) assert.equal(await ask('missing', 404), 404);
	assert.deepEqual([calls, cache.stats().negative], [1, 2]);
	assert.deepEqual([cache.get('missing'), cache.has('missing'), cache.peek('missing')], [undefined, false, undefined]);
	assert.deepEqual([[...cache.entries()], cache.delete('missing')], [[], false]);
	for (let i = 0; i < 3; i++) assert.equal(await ask('down', 500), 500);
	for (let i = 0; i < 3; i++) assert.equal(await ask('strange', 'strange'), 'strange');
	assert.equal(calls, 7);
	await ask('missing', 404);
	clock.ms += 100;
	assert.equal(await cache.getOrSet('missing', () => 'there'), 'there');
	await ask('other', 404);
	cache.set('other', 'written');
	assert.equal(await cache.getOrSet('other', failing(404)), 'written');
	cache.dispose();
});

test('expireTag makes stale, and what may not be served stale goes', async () => {
	for (const staleWhileRevalidate of [0, 50]) {
		const { cache, clock } = manual({ staleWhileRevalidate });
		cache.set('key', 'old', { tags: ['tag'] }).set('other', 1);
		assert.deepEqual([cache.expireTag('tag'), cache.expireTag('nothing')], [1, 0]);
		assert.deepEqual([cache.get('key'), cache.get('other')], [undefined, 1]);
		const { value } = await cache.lookup('key', () => 'new');
		assert.equal(value, staleWhileRevalidate ? 'old' : 'new');
		await settled();
		assert.equal(cache.get('key'), 'new');
		clock.ms += 1e6;
		assert.equal(cache.get('key'), 'new');
	}
});

test('a clock that jumps ahead ends what it passes; one that goes back, and below zero, stands still', async () => {
	await load();
	for (const start of [5000, -5000, 0]) {
		const { cache, clock } = manual({ ttl: 100 });
		clock.ms = start;
		for (let i = 0; i < 10; i++) cache.set(i, i);
		clock.ms -= 4000;
		cache.set('later', 1);
		assert.equal(cache.get(1), 1);
		cache.purgeExpired();
		assert.equal(cache.size, 11, `from ${start}`);
		clock.ms = start + 99;
		assert.deepEqual([cache.get(1), cache.get('later')], [1, 1]);
		clock.ms = start + 1e12;
		assert.deepEqual([cache.get(1), cache.size], [undefined, 10]);
		cache.purgeExpired();
		assert.equal(cache.size, 0, `from ${start}`);
		cache.dispose();
	}
});

test('a clock that gives no number, or throws, is named, and changes nothing', () => {
	for (const [now, message] of [
		[() => Number.NaN, /^now: expected .* got NaN/],
		[() => 5n, /^now: expected .* got 5/],
		[
			() => {
				throw new Error('broken');
			},
			/^broken$/,
		],
	]) {
		let works = true;
		const cache = new MultiLevelCache({ ttl: 10, now: () => (works ? 1 : now()) });
		cache.set('key', 1);
		works = false;
		assert.throws(() => cache.set('key', 2), { message });
		assert.throws(() => cache.set('new', 2), { message });
		works = true;
		assert.deepEqual([cache.get('key'), cache.has('new'), cache.size], [1, false, 1]);
		cache.dispose();
	}
});

test('the clock is read at most once in a turn, and at each call with exactTime', async () => {
	const result = await runForJson(`
		import { MultiLevelCache } from '@code-mesh/perf';
		const own = performance.now.bind(performance);
		let reads = 0;
		performance.now = () => { reads++; return own(); };
		const count = (cache) => {
			const before = reads;
			for (let i = 0; i < 100; i++) { cache.set(i, i, { ttl: 1000 }); cache.get(i); cache.has(i); }
			[...cache.entries()];
			return reads - before;
		};
		const coarse = [new MultiLevelCache({ ttl: 1e6 }), new MultiLevelCache({ idleTtl: 1e6 })];
		const turns = [];
		for (let turn = 0; turn < 3; turn++) {
			turns.push(count(coarse[0]) + count(coarse[1]));
			await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
		}
		console.log(JSON.stringify({ turns, exact: count(new MultiLevelCache({ ttl: 1e6, exactTime: true })) }));`);
	assert.deepEqual(result.turns, [1, 1, 1], 'for all caches together');
	assert.ok(result.exact >= 300, `${result.exact}`);
});

test('a date that is set ahead ends what it passes, and one that is set back changes nothing', async () => {
	const result = await runForJson(`
		import { MultiLevelCache } from '@code-mesh/perf';
		const own = Date.now;
		let shift = 0;
		Date.now = () => own() + shift;
		const cache = new MultiLevelCache({ ttl: 3_600_000, exactTime: true });
		const seen = [];
		for (const change of [0, -7_200_000, 7_200_000, 0]) {
			cache.set('key', 1);
			shift += change;
			seen.push(cache.get('key') ?? null);
		}
		console.log(JSON.stringify(seen));`);
	assert.deepEqual(result, [1, 1, null, 1]);
});

for (const engine of ['lru', 'w-tinylfu']) {
	test(`${engine}: what expired is taken out without being asked for, and the timer keeps no process alive`, async () => {
		const result = await runForJson(`
			import { load, MultiLevelCache } from '@code-mesh/perf';
			if (${engine === 'w-tinylfu'}) await load();
			const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
			const own = setTimeout;
			let unrefs = 0, made = 0;
			globalThis.setTimeout = (...all) => {
				const timer = own(...all);
				const { unref } = timer;
				made++;
				timer.unref = () => { unrefs++; return unref.call(timer); };
				return timer;
			};
			const plain = new MultiLevelCache();
			plain.set(1, 1);
			const none = made;
			const cache = new MultiLevelCache({ ttl: 5 });
			for (let i = 0; i < 100; i++) cache.set(i, i);
			cache.set('long', 1, { ttl: 1e12 });
			const one = made;
			while (cache.size > 1) await new Promise((resolve) => own(resolve, 1));
			const { expired } = cache.stats().evictions;
			console.log(JSON.stringify({ none, one, all: made === unrefs, expired, policy: cache.stats().policy, left: timers() }));`);
		assert.deepEqual(result, { none: 0, one: 1, all: true, expired: 100, policy: engine, left: 0 });
	});

	test(`${engine}: a forgotten cache is not kept by its timer, nor by the module`, async () => {
		const result = await runForJson(
			`import { load, MultiLevelCache } from '@code-mesh/perf';
			if (${engine === 'w-tinylfu'}) await load();
			let gone = false;
			const registry = new FinalizationRegistry(() => { gone = true; });
			(() => {
				const cache = new MultiLevelCache({ ttl: 1e9, staleWhileRevalidate: 5 });
				const value = {};
				cache.set(1, value);
				registry.register(value, 0);
			})();
			for (let i = 0; i < 50 && !gone; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
			console.log(gone);`,
			{ flags: ['--expose-gc'] },
		);
		assert.equal(result, true);
	});

	test(`${engine}: many entries that expire at once are taken out in slices`, async () => {
		const result = await runForJson(`
			import { load, MultiLevelCache } from '@code-mesh/perf';
			if (${engine === 'w-tinylfu'}) await load();
			const COUNT = 100_000;
			const slices = [];
			const own = setTimeout;
			globalThis.setTimeout = (callback, ms, ...all) => own(() => {
				const before = cache.size;
				callback(...all);
				slices.push(before - cache.size);
			}, ms);
			let now = 1;
			const cache = new MultiLevelCache({ l1Size: COUNT, ttl: 5, now: () => now });
			for (let i = 0; i < COUNT; i++) cache.set(i, i);
			now = 100;
			while (cache.size) await new Promise((resolve) => setImmediate(resolve));
			console.log(JSON.stringify({ most: Math.max(...slices), count: slices.length, policy: cache.stats().policy }));`);
		assert.equal(result.policy, engine);
		assert.ok(result.most <= 4096 && result.count >= 25, JSON.stringify(result));
	});
}

test('dispose and clear while things are about to expire', async () => {
	await load();
	for (const end of ['dispose', 'clear']) {
		const { cache, clock } = manual({ ttl: 10, idleTtl: 20, staleIfError: 5 });
		for (let i = 0; i < 100; i++) cache.set(i, i);
		cache[end]();
		clock.ms += 1000;
		cache.purgeExpired();
		assert.deepEqual([cache.size, cache.stats().evictions.expired], [0, 0]);
		cache.set(1, 'again');
		assert.equal(cache.get(1), 'again');
		clock.ms += 10;
		assert.equal(cache.get(1), undefined);
		cache.dispose();
		cache.dispose();
	}
});

test('random times against what they must come to, with all options at once', async () => {
	await load();
	for (let seed = 1; seed <= 5; seed++) {
		const random = generator(seed);
		const { cache, clock } = manual({ l1Size: 50, l2Size: 50, ttl: 100, idleTtl: 60, staleWhileRevalidate: 40 });
		const model = new Map();
		for (let step = 0; step < 5000; step++) {
			const key = Math.floor(random() * 60);
			const known = model.get(key);
			const isFresh = known && clock.ms < known.set + 100 && clock.ms < known.used + 60;
			const where = `seed ${seed}, step ${step}`;
			if (random() < 0.2) {
				cache.set(key, { step });
				model.set(key, { value: step, set: clock.ms, used: clock.ms });
			} else if (random() < 0.5) {
				assert.equal(cache.get(key)?.step, isFresh ? known.value : undefined, where);
				if (isFresh) known.used = clock.ms;
			} else if (step % 2) {
				assert.equal(cache.has(key), !!isFresh, where);
			} else {
				clock.ms += Math.floor(random() * 10);
				if (random() < 0.1) cache.purgeExpired();
			}
		}
		cache.dispose();
	}
});

test('a refresh behind a stale value ends when the cache is disposed of', async () => {
	const { cache, clock } = manual({ ttl: 10, staleWhileRevalidate: 100 });
	let answer;
	cache.set('key', 'old');
	clock.ms += 50;
	const loader = () =>
		new Promise((resolve) => {
			answer = resolve;
		});
	assert.equal(await cache.getOrSet('key', loader), 'old');
	cache.dispose();
	answer('new');
	await until(() => cache.stats().loads === 1);
	assert.deepEqual([cache.size, cache.get('key')], [0, undefined]);
});
