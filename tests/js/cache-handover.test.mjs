// From LRU to the policy of the module without losing an entry, and back when the module fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache, status } from '@code-mesh/perf';
import { generator } from '../../benches/js/data.mjs';
import { runForJson } from './support/child.mjs';
import { cacheBeforeLoad, shared, trapIn, until } from './support/shared-core.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A cache with a naive model beside it, which learns of what goes only from the listener. */
async function withModel(seed, options) {
	const random = generator(seed);
	const model = new Map();
	const cache = await cacheBeforeLoad({
		now: () => 1,
		...options,
		onEvict(value, key, cause) {
			assert.ok(cause !== 'damaged', `seed ${seed}`);
			// By what it says: the second level gives another object.
			if (model.get(key)?.id === value.id) model.delete(key);
		},
	});
	let values = 0;
	const keys = 2 * cache.stats().capacity;
	const act = () => {
		const key = Math.floor(random() ** 2 * keys);
		const kind = random();
		if (kind < 0.5) {
			const value = { id: ++values, bytes: 1 + Math.floor(random() ** 4 * 300) };
			model.set(key, value);
			cache.set(key, value, random() < 0.3 ? { ttl: 1 + random() * 1000 } : undefined);
		} else if (kind < 0.9) {
			cache.get(key);
		} else {
			model.delete(key);
			cache.delete(key);
		}
	};
	const check = async (where) => {
		// Looking takes out what expired, and listeners hear of it after the call.
		[...cache.entries()];
		await turn();
		assert.deepEqual(new Map(cache.entries()), model, where);
		assert.equal(cache.size, model.size, where);
	};
	/** Until something had to go, without more than a listener is told of in one turn. */
	const fill = async () => {
		while (cache.stats().evictions.size === 0) {
			for (let i = 0; i < 1000 && cache.stats().evictions.size === 0; i++) act();
			await Promise.resolve();
		}
	};
	return { cache, model, act, check, fill, random };
}

/** The numbers of the caches that the module makes for a while. */
function noteNumbers(t) {
	const { caches } = shared.core;
	const { cacheNew } = caches;
	const numbers = [];
	caches.cacheNew = (...all) => {
		const number = cacheNew(...all);
		numbers.push(number);
		return number;
	};
	t.after(() => {
		caches.cacheNew = cacheNew;
	});
	return numbers;
}

for (const [title, options] of [
	['entries only', { l1Size: 20_000 }],
	['weights', { l1Size: 20_000, l1Bytes: 1_500_000, sizeOf: (value) => value.bytes }],
	['two levels', { l1Size: 5000, l2Size: 15_000, codec: undefined }],
]) {
	test(`${title}: more than one slice, with everything going on between them, and no entry is lost`, async (t) => {
		await load();
		const numbers = noteNumbers(t);
		for (let seed = 1; seed <= 3; seed++) {
			let now = 1;
			const { cache, model, act, check, fill, random } = await withModel(seed, { ...options, now: () => now });
			await fill();
			assert.equal(cache.stats().policy, 'lru');
			numbers.length = 0;
			let turns = 0;
			while (cache.stats().policy === 'lru') {
				for (let i = 0; i < 50; i++) act();
				now += random() * 5;
				turns++;
				await turn();
			}
			assert.ok(turns >= 2, `${turns} turns: it was not done in one go`);
			await check(`seed ${seed}, handed over`);
			assert.equal(numbers.length, 1);
			const slots = () => [...shared.core.caches.cacheOrder(numbers[0])].map((row) => row & 0xffffff);
			for (let i = 0; i < 5; i++) {
				assert.equal(new Set(slots()).size, cache.size, `seed ${seed}: one slot for each entry`);
				for (let step = 0; step < 1000; step++) act();
				await check(`seed ${seed}, after`);
				const { capacity, l1 } = cache.stats();
				assert.ok(cache.size <= capacity && l1.bytes <= (options.l1Bytes ?? Infinity), `seed ${seed}`);
			}
			const mortal = [...cache.entries()].length;
			now += 2000;
			cache.purgeExpired();
			await check(`seed ${seed}, later`);
			assert.ok(cache.size > 0 && cache.size < mortal, `seed ${seed}: the wheel was told of what expires`);
			assert.equal(slots().length, model.size);
			cache.dispose();
			assert.equal(shared.core.caches.cacheLength(numbers[0]), 0);
		}
	});
}

for (const end of ['dispose', 'clear']) {
	test(`${end} between two slices`, async () => {
		const { cache, model, act, check, fill } = await withModel(7, { l1Size: 20_000 });
		await fill();
		await until(() => shared.core !== undefined);
		await new Promise((resolve) => setTimeout(resolve));
		assert.equal(cache.stats().policy, 'lru', 'it is on its way');
		cache[end]();
		model.clear();
		await turn();
		for (let i = 0; i < 200; i++) act();
		await check('just after');
		for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve));
		for (let i = 0; i < 100; i++) {
			for (let j = 0; j < 1000; j++) act();
			await turn();
		}
		await check('later');
		assert.ok(cache.size <= 20_000);
		await until(() => cache.stats().policy === 'w-tinylfu');
		await check('handed over');
		cache.dispose();
	});
}

test('a cache that was disposed of takes nothing from one that has its number', async () => {
	await load();
	const first = new MultiLevelCache({ l1Size: 10 });
	for (let i = 0; i < 20; i++) first.set(i, i);
	first.dispose();
	const second = new MultiLevelCache({ l1Size: 10 });
	first.dispose();
	for (let i = 0; i < 1000; i++) {
		second.set(i % 30, i);
		first.set(i, i);
		assert.ok(first.size <= 10 && second.size <= 10, `${first.size}, ${second.size} at ${i}`);
	}
	assert.equal([...second.entries()].length, 10);
	first.dispose();
	second.dispose();
});

test('two caches share one module, and a forgotten one frees its number', async () => {
	const result = await runForJson(
		`import { load, MultiLevelCache } from '@code-mesh/perf';
		await load();
		const { caches } = globalThis[Symbol.for('@code-mesh/perf/2')].core;
		const first = new MultiLevelCache({ l1Size: 5 });
		const fill = (cache) => { for (let i = 0; i < 100; i++) cache.set(i, i); return [...cache.entries()].length; };
		(() => { for (let i = 0; i < 20; i++) fill(new MultiLevelCache({ l1Size: 5, ttl: 1e6 })); })();
		const free = () => { const number = caches.cacheNew(1, 0, 0); caches.cacheFree(number); return number; };
		const before = free();
		for (let i = 0; i < 50 && free() > 1; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
		console.log(JSON.stringify({ before, after: free(), first: fill(first), instances: caches === globalThis[Symbol.for('@code-mesh/perf/2')].core.caches }));`,
		{ flags: ['--expose-gc'] },
	);
	assert.deepEqual(result, { before: 21, after: 1, first: 5, instances: true });
});

for (const [title, setUp, flags] of [
	["load({ engine: 'js' })", "await load({ engine: 'js' });", []],
	['no WebAssembly', '', ['--jitless']],
	['WebAssembly deleted', 'delete globalThis.WebAssembly;', []],
]) {
	test(`${title}: it stays LRU, and everything works`, async () => {
		const result = await runForJson(
			`import { load, MultiLevelCache, status } from '@code-mesh/perf';
			${setUp}
			let now = 1;
			const cache = new MultiLevelCache({ l1Size: 50, l2Size: 50, l2Bytes: 1e6, ttl: 100, now: () => now });
			const long = 'x'.repeat(5000);
			for (let i = 0; i < 1000; i++) { cache.get(i - 99); cache.set(i, { i, long }); cache.set(long, i); }
			await load();
			for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve));
			for (let i = 1000; i < 2000; i++) { cache.get(i - 99); cache.set(i, { i, long }); cache.set(long, i); }
			const { policy, entries, l2 } = cache.stats();
			const found = [cache.get(1999).i, cache.get(long), cache.get(1920).i, cache.get(1000) ?? null];
			now += 100;
			cache.purgeExpired();
			console.log(JSON.stringify({ policy, entries, warm: l2.entries, found, advice: cache.advise(), size: cache.size, engine: status().engine }));`,
			{ flags },
		);
		assert.deepEqual(result, {
			policy: 'lru',
			entries: 100,
			warm: 50,
			found: [1999, 1999, 1920, null],
			advice: [],
			size: 0,
			engine: 'js',
		});
	});
}

for (const name of [
	'cacheHits',
	'cacheInsert',
	'cacheVictim',
	'cacheReweigh',
	'cacheRemove',
	'cacheSchedule',
	'cacheDue',
	'cacheNextTick',
	'cacheAdvise',
]) {
	test(`a trap in ${name}: it goes on as LRU with all entries, keeps its bounds, and hands over again`, async () => {
		await load();
		let now = 1;
		const model = new Map();
		const options = { l1Size: 100, l1Bytes: 5000, sizeOf: (value) => value.bytes, now: () => now };
		const cache = new MultiLevelCache({
			...options,
			onEvict: (value, key) => model.get(key) === value && model.delete(key),
		});
		const random = generator(5);
		const act = () => {
			const key = Math.floor(random() ** 2 * 300);
			const value = { bytes: 1 + Math.floor(random() * 100) };
			if (random() < 0.4) for (let i = 0; i < 10; i++) cache.get(Math.floor(random() * 300));
			else if (random() < 0.8) {
				model.set(key, value);
				cache.set(key, value, random() < 0.5 ? { ttl: name === 'cacheNextTick' ? 1 : 1000 } : undefined);
			} else {
				model.delete(key);
				cache.delete(key);
			}
		};
		for (let i = 0; i < 1000; i++) act();
		await turn();
		assert.equal(cache.stats().policy, 'w-tinylfu');
		const { restarts } = status();
		trapIn(name);
		const sizes = [];
		for (let i = 0; i < 500 && status().restarts === restarts; i++) {
			act();
			if (name === 'cacheAdvise') assert.deepEqual(cache.advise(), []);
			if (name === 'cacheDue') cache.purgeExpired();
			if (status().restarts > restarts) assert.equal(cache.stats().policy, 'lru');
			sizes.push(cache.size);
			// The timer asks when the next one expires.
			await (name === 'cacheNextTick' ? new Promise((resolve) => setTimeout(resolve, 1)) : turn());
		}
		assert.equal(status().restarts, restarts + 1);
		assert.ok(Math.min(...sizes) > 50, 'nothing was lost by it');
		const check = async () => {
			await turn();
			assert.deepEqual(new Map(cache.entries()), model);
			const { entries, l1 } = cache.stats();
			assert.ok(entries <= 100 && l1.bytes <= 5000, `${entries} entries, ${l1.bytes} bytes`);
		};
		await check();
		while (cache.stats().policy === 'lru') {
			act();
			await check();
		}
		for (let i = 0; i < 1000; i++) act();
		await check();
		now += 2000;
		cache.purgeExpired();
		await check();
		cache.dispose();
	});
}

test('traps while handing over, in the calls that only that makes: it stays LRU, and is handed over later', async () => {
	for (const name of ['cacheNew', 'cacheRestore', 'cacheSchedule', 'cacheRemove', 'cacheHits']) {
		const { cache, act, check, fill } = await withModel(3, { l1Size: 20_000 });
		await fill();
		trapIn(name);
		for (let i = 0; i < 10; i++) {
			for (let j = 0; j < 100; j++) act();
			await new Promise((resolve) => setTimeout(resolve));
		}
		await check(name);
		assert.ok(cache.size <= 20_000, name);
		if (name === 'cacheNew') {
			// Nothing of the module runs that could tell it to begin anew: it is done for it here.
			shared.core = shared.make();
			cache.dispose();
			continue;
		}
		for (let i = 0; i < 200 && cache.stats().policy === 'lru'; i++) {
			for (let j = 0; j < 100; j++) act();
			await new Promise((resolve) => setTimeout(resolve));
		}
		await check(name);
		assert.equal(cache.stats().policy, 'w-tinylfu', name);
		cache.dispose();
	}
});
