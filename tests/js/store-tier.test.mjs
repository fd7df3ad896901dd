// The third level over stores that misbehave: real objects that fail, hang, are slow, lie and lose.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import Keyv from 'keyv';
import { importSource } from './support/source.mjs';
import { until } from './support/until.mjs';

const { Breaker, StoreTier, Versions, storeKey } = await importSource(`
	export { Breaker } from './js/cache/store/breaker.ts';
	export { storeKey } from './js/cache/store/store-keys.ts';
	export { StoreTier } from './js/cache/store/store-tier.ts';
	export { Versions } from './js/cache/store/versions.ts';
`);

const forGood = (value, more) => ({ value, expiresAt: Infinity, ...more });

/** A store in a Map whose calls can be held back, failed, or both, and that remembers what was called. */
class Unreliable extends EventEmitter {
	map = new Map();
	calls = [];
	/** Called before each call; may throw or give a promise. */
	before = () => {};

	async #run(name, work) {
		this.calls.push(name);
		await this.before(name);
		return work();
	}
	get(key) {
		return this.#run('get', () => this.map.get(key));
	}
	set(key, value) {
		return this.#run('set', () => void this.map.set(key, value));
	}
	delete(key) {
		return this.#run('delete', () => this.map.delete(key));
	}
	clear() {
		return this.#run('clear', () => this.map.clear());
	}
}

/** A gate that calls wait at until it is opened. */
function gate() {
	let open;
	const opened = new Promise((resolve) => {
		open = resolve;
	});
	return { wait: () => opened, open };
}

const never = new Promise(() => {});

for (const [title, makeStore] of [
	['a Map', () => new Map()],
	['a Keyv over a Map', () => new Keyv()],
	['a store whose methods are promises', () => new Unreliable()],
]) {
	test(`what is set is found again in ${title}, with times, version and tags`, async () => {
		const tier = new StoreTier(makeStore());
		const values = [null, '', 'tëxt \ud800 ✓', 0, -1.5, true, [], {}, { a: [1, { b: null }] }, { ['__proto__']: 1 }];
		for (const [at, value] of values.entries()) {
			await tier._set(`key ${at}`, forGood(value));
			assert.deepEqual((await tier._get(`key ${at}`)).value, value);
		}
		const expiresAt = Date.now() + 60_000;
		const full = { value: 1, expiresAt, freshUntil: expiresAt - 1000, version: 12_345, tags: ['a', 'b'] };
		await tier._set('full', full);
		assert.deepEqual(await tier._get('full'), full);
		await tier._set('never stale', { value: 1, expiresAt, freshUntil: Infinity, version: 7 });
		assert.deepEqual(await tier._get('never stale'), { value: 1, expiresAt, freshUntil: Infinity, version: 7 });
		await tier._delete(['full', 'key 1']);
		const many = await tier._getMany(['key 3', 'full', 'key 1', 'absent', 'key 5']);
		assert.deepEqual(
			many.map((found) => found?.value),
			[0, undefined, undefined, undefined, true],
		);
		await tier._clear();
		assert.equal(await tier._get('key 3'), undefined);
		const { hits, misses, errors, timeouts, writes, deletes } = tier._stats();
		assert.deepEqual([hits, misses, errors, timeouts], [values.length + 4, 4, 0, 0]);
		assert.deepEqual([writes, deletes], [values.length + 2, 2]);
	});
}

test('bytes come back as bytes, and a Buffer as a Buffer', async () => {
	const tier = new StoreTier(new Map());
	const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at * 7);
	await tier._set('bytes', forGood(bytes.subarray(3, 70_000)));
	await tier._set('buffer', forGood(Buffer.from('äöü')));
	await tier._set('empty', forGood(new Uint8Array()));
	const found = (await tier._get('bytes')).value;
	assert.equal(found.constructor, Uint8Array);
	assert.deepEqual(found, bytes.slice(3, 70_000));
	assert.equal((await tier._get('buffer')).value.toString('utf8'), 'äöü');
	assert.equal((await tier._get('empty')).value.length, 0);
});

test('without Buffer, as in a page, bytes are stored the same', async () => {
	const store = new Map();
	const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at * 13);
	await new StoreTier(store)._set('node', forGood(bytes));
	const { Buffer: kept } = globalThis;
	try {
		globalThis.Buffer = undefined;
		const tier = new StoreTier(store);
		assert.deepEqual((await tier._get('node')).value, bytes);
		await tier._set('page', forGood(bytes));
	} finally {
		globalThis.Buffer = kept;
	}
	const [node, page] = [...store.values()].map((text) => JSON.parse(text).d);
	assert.equal(page, node);
});

test('what JSON does not carry is not stored, and takes away what was there', async () => {
	class Person {
		name = 'x';
	}
	const ring = {};
	ring.self = [ring, ring];
	let deep = [];
	for (let i = 0; i < 100_000; i++) deep = [deep];
	const unfaithful = [
		undefined,
		new Map(),
		new Date(),
		new Person(),
		{ a: undefined },
		[undefined],
		new Array(3),
		Object.assign([1], { name: 1 }),
		10n,
		[Number.NaN],
		-0,
		Number.POSITIVE_INFINITY,
		ring,
		deep,
		() => 1,
		Symbol('x'),
		{ [Symbol('x')]: 1 },
		{ toJSON: () => 1 },
		{ nested: new Uint8Array(1) },
		/x/,
		'a'.match(/a/),
		new Error('x'),
	];
	const store = new Map();
	const tier = new StoreTier(store);
	for (const value of unfaithful) {
		await tier._set('key', forGood('before'));
		assert.equal(store.size, 1);
		await tier._set('key', forGood(value));
		assert.equal(store.size, 0, `stored a ${typeof value}`);
		assert.equal(await tier._get('key'), undefined);
	}
	assert.equal(tier._stats().unstorable, unfaithful.length);
	assert.equal(tier._stats().errors, 0);
});

test('a codec carries what JSON does not; what it throws is counted', async () => {
	const codec = {
		encode: (value) => JSON.stringify([...value]),
		decode: (text) => {
			const pairs = JSON.parse(text);
			if (pairs.length === 0) throw new Error('empty');
			return new Map(pairs);
		},
	};
	const tier = new StoreTier(new Map(), { codec });
	await tier._set('a', forGood(new Map([[1, 2]])));
	assert.deepEqual((await tier._get('a')).value, new Map([[1, 2]]));
	await tier._set('b', forGood(5));
	await tier._set('c', forGood(new Map()));
	assert.equal(await tier._get('c'), undefined);
	assert.deepEqual([tier._stats().unstorable, tier._stats().damaged], [1, 1]);
});

test('damaged data is a miss and counted, whatever it is', async () => {
	const store = new Map();
	const tier = new StoreTier(store);
	await tier._set('key', { value: 1, expiresAt: Infinity, tags: ['a'] });
	const [[inStore, good]] = store;
	const envelope = JSON.parse(good);
	const damaged = [
		'',
		'{',
		'null',
		'[]',
		'"text"',
		good.slice(0, -1),
		7,
		{},
		new Uint8Array(4),
		...[
			{ v: 2 },
			{ e: 'soon' },
			{ e: undefined },
			{ n: 1.5 },
			{ n: undefined },
			{ t: [1] },
			{ t: 'a' },
			{ d: undefined },
			{ k: 'b', d: '%' },
			{ k: 'b', d: 1 },
			{ k: 'c', d: 'text' },
			{ k: 'z', d: 'text' },
			{ f: 'x' },
		].map((change) => JSON.stringify({ ...envelope, ...change })),
	];
	for (const text of damaged) {
		store.set(inStore, text);
		assert.equal(await tier._get('key'), undefined, `${text}`);
	}
	assert.equal(tier._stats().damaged, damaged.length);
	assert.equal(tier._stats().breaker, 'closed');
});

test('an expired entry is never given out, also when the store keeps it', async () => {
	const store = new Map();
	const tier = new StoreTier(store);
	const now = Date.now;
	try {
		const start = now();
		Date.now = () => start;
		await tier._set('key', { value: 1, expiresAt: start + 50 });
		assert.equal((await tier._get('key')).value, 1);
		Date.now = () => start + 49;
		assert.equal((await tier._get('key')).value, 1);
		Date.now = () => start + 50;
		assert.equal(await tier._get('key'), undefined);
		assert.equal(store.size, 1);
		await tier._set('key', { value: 2, expiresAt: start + 50 });
		assert.equal(store.size, 0, 'what has expired already is deleted instead of written');
	} finally {
		Date.now = now;
	}
});

test('the store gets whole milliseconds to live, and none for good', async () => {
	const ttls = [];
	const store = { get() {}, set: (_key, _value, ...ttl) => void ttls.push(ttl), delete() {} };
	const tier = new StoreTier(store);
	await tier._set('a', { value: 1, expiresAt: Date.now() + 1000.5 });
	await tier._set('b', forGood(1));
	await tier._set('c', { value: 1, expiresAt: 8e15 });
	assert.deepEqual(ttls.slice(1), [[], []]);
	assert.ok(Number.isInteger(ttls[0][0]) && ttls[0][0] > 0 && ttls[0][0] <= 1001);
});

test('a store that rejects or throws is a miss; the breaker opens, and one probe closes it', async () => {
	for (const fail of [
		() => Promise.reject(new Error('down')),
		() => {
			throw new Error('down');
		},
	]) {
		const store = new Unreliable();
		const told = [];
		const tier = new StoreTier(store, {
			breaker: { failures: 3, cooldownMs: 20 },
			onError: (error) => {
				told.push(error.message);
				throw new Error('from the listener');
			},
		});
		await tier._set('key', forGood(1));
		store.before = fail;
		for (let i = 0; i < 10; i++) assert.equal(await tier._get('key'), undefined);
		assert.deepEqual(told, ['down', 'down', 'down']);
		const { errors, skipped, breaker, lastError, misses } = tier._stats();
		assert.deepEqual([errors, skipped, breaker, lastError, misses], [3, 7, 'open', 'down', 10]);
		store.before = () => {};
		await until(async () => (await tier._get('key')) !== undefined);
		assert.equal(tier._stats().breaker, 'closed');
	}
});

test('while a probe is on its way nobody else is let through', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { breaker: { failures: 1, cooldownMs: 1 } });
	store.before = () => Promise.reject(new Error('down'));
	await tier._get('key');
	const { wait, open } = gate();
	store.before = wait;
	await until(() => tier._lane._guard._breaker._lets());
	store.calls.length = 0;
	const probe = tier._get('key');
	assert.equal(tier._stats().breaker, 'half-open');
	for (let i = 0; i < 5; i++) assert.equal(await tier._get('key'), undefined);
	assert.deepEqual(store.calls, ['get']);
	open();
	await probe;
	assert.equal(tier._stats().breaker, 'closed');
});

test('a store that hangs costs nobody more than the time limit, and then nothing', async () => {
	const store = new Unreliable();
	store.before = () => never;
	const tier = new StoreTier(store, { timeout: 5, breaker: { failures: 4, cooldownMs: 3_600_000 } });
	await Promise.all([tier._get('a'), tier._getMany(['b', 'c']), tier._set('d', forGood(1)), tier._get('e')]);
	assert.equal(tier._stats().timeouts, 4);
	assert.equal(tier._stats().breaker, 'open');
	const calls = store.calls.length;
	for (let i = 0; i < 100; i++) {
		await tier._get('x');
		await tier._set('y', forGood(i));
		await tier._delete(['z']);
	}
	await tier.flush();
	assert.equal(store.calls.length, calls, 'an open breaker keeps every call away');
});

test('an answer that comes after the time limit changes nothing and harms nobody', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { timeout: 5, breaker: { failures: 1, cooldownMs: 3_600_000 } });
	await tier._set('key', forGood(1));
	const late = gate();
	store.before = late.wait;
	assert.equal(await tier._get('key'), undefined);
	assert.equal(tier._stats().breaker, 'open');
	late.open();
	await tier._lane._guard._force(() => store.get('key'));
	assert.equal(tier._stats().breaker, 'open', 'a late success is no probe');
	const refusal = gate();
	const other = new Unreliable();
	other.before = async () => {
		await refusal.wait();
		throw new Error('late');
	};
	const second = new StoreTier(other, { timeout: 5 });
	assert.equal(await second._get('key'), undefined);
	refusal.open();
	await until(() => second._stats().errors === 1);
});

test('`error` events end nothing, and answers that come with them are not believed', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { breaker: { failures: 2, cooldownMs: 3_600_000 } });
	store.emit('error', new Error('by itself'));
	assert.equal(tier._stats().errors, 1);
	// As Keyv's adapters do it: the failure goes into an event, the answer is that nothing is there.
	store.before = () => store.emit('error', new Error('swallowed'));
	await tier._set('key', forGood(1));
	assert.equal(tier._stats().writes, 0);
	await tier._get('other');
	const { errors, breaker } = tier._stats();
	assert.deepEqual([errors, breaker], [3, 'open']);
});

test('reads see the writes that wait, and not what the store still holds', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { write: 'behind', batchDelay: 60_000 });
	await tier._set('key', forGood('old'));
	await tier.flush();
	const { wait, open } = gate();
	store.before = (name) => (name === 'get' ? undefined : wait());
	await tier._set('key', forGood('new'));
	assert.equal((await tier._get('key')).value, 'new');
	await tier._delete(['key']);
	assert.equal(await tier._get('key'), undefined);
	await tier._set('key', forGood('newest'));
	assert.deepEqual(
		(await tier._getMany(['key', 'key'])).map((found) => found?.value),
		['newest', 'newest'],
	);
	open();
	await tier.flush();
	await tier.flush();
	assert.equal(tier._stats().pending, 0);
	assert.equal((await new StoreTier(store)._get('key')).value, 'newest');
});

test('of a write and a deletion of one key the later wins, however slow the store is', async () => {
	const seed = Number(process.env.SEED ?? Date.now() % 1e9);
	console.log(`seed ${seed}`);
	let state = seed;
	const random = (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
	for (const write of ['through', 'behind']) {
		const store = new Unreliable();
		// Every call takes effect some random turns later, so that two at once would overtake each other.
		store.before = async () => {
			for (let turns = random(6); turns > 0; turns--) await new Promise(setImmediate);
		};
		const tier = new StoreTier(store, { write, batchDelay: 1, timeout: 10_000 });
		const expected = new Map();
		for (let i = 0; i < 2000; i++) {
			const key = `key ${random(5)}`;
			const what = random(20);
			if (what < 9) {
				expected.set(key, i);
				tier._set(key, forGood(i));
			} else if (what < 18) {
				expected.delete(key);
				tier._delete([key]);
			} else if (what === 18) {
				expected.clear();
				tier._clear();
			} else {
				await new Promise(setImmediate);
			}
			const read = `key ${random(5)}`;
			const wanted = expected.get(read);
			tier._get(read).then((found) => {
				// A read that a write overtook may miss; it never brings anything else.
				if (found !== undefined && found.value < (wanted ?? i)) assert.fail(`${read} went back in time, seed ${seed}`);
			});
		}
		await until(async () => {
			await tier.flush();
			return tier._stats().pending === 0;
		});
		const fresh = new StoreTier(store);
		for (let i = 0; i < 5; i++) {
			assert.equal((await fresh._get(`key ${i}`))?.value, expected.get(`key ${i}`), `seed ${seed}`);
		}
	}
});

test('a read that a write overtakes brings nothing out of date', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { timeout: 10_000 });
	await tier._set('key', forGood('old'));
	const { wait, open } = gate();
	const get = store.get.bind(store);
	// The value is taken at once, and is on its way for long.
	store.get = async (key) => {
		const value = await get(key);
		await wait();
		return value;
	};
	const read = tier._get('key');
	const many = tier._getMany(['key']);
	await until(() => store.calls.filter((name) => name === 'get').length === 2);
	await tier._set('key', forGood('new'));
	open();
	assert.equal(await read, undefined);
	assert.deepEqual(await many, [undefined]);
	assert.equal((await tier._get('key')).value, 'new');
});

test('a write that failed leaves nothing old behind: the key is missed, and deleted when the store works again', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { breaker: { failures: 100 } });
	await tier._set('key', forGood('old'));
	await tier._set('gone', forGood('old'));
	store.before = (name) => (name === 'get' ? undefined : Promise.reject(new Error('read only')));
	await tier._set('key', forGood('new'));
	await tier._delete(['gone']);
	assert.equal(store.map.size, 2);
	assert.deepEqual(await tier._getMany(['key', 'gone']), [undefined, undefined]);
	store.before = () => {};
	await tier._set('other', forGood(1));
	await until(() => store.map.size === 1);
	await until(() => tier._lane._distrust._keys.size === 0);
});

test('a batch that never settles is given up, and one that settles then undoes nothing', async () => {
	const store = new Unreliable();
	const lost = gate();
	const tier = new StoreTier(store, { timeout: 3, breaker: { failures: 1000 } });
	store.before = lost.wait;
	await tier._set('key', forGood('first'));
	store.before = () => {};
	await tier._set('key', forGood('second'));
	await until(() => tier._stats().pending === 0);
	assert.equal((await tier._get('key')).value, 'second');
	// The first arrives now, over the second.
	lost.open();
	await until(() => store.calls.includes('delete') && tier._lane._distrust._keys.size === 0);
	assert.equal(await tier._get('key'), undefined, 'nothing rather than what is out of date');
	assert.equal(store.map.size, 0);
});

test('writes wait while the breaker is open, and reach the store after', async () => {
	for (const write of ['through', 'behind']) {
		const store = new Unreliable();
		const tier = new StoreTier(store, { write, batchDelay: 0, breaker: { failures: 1, cooldownMs: 30 } });
		await tier._set('old', forGood(0));
		await tier.flush();
		store.before = () => Promise.reject(new Error('down'));
		await tier._get('x');
		assert.equal(tier._stats().breaker, 'open');
		for (let i = 0; i < 10; i++) await tier._set(`key ${i}`, forGood(i));
		await tier._delete(['old']);
		assert.equal(tier._stats().pending, 11);
		assert.equal((await tier._get('key 3')).value, 3, 'waiting writes are read while the store is away');
		store.before = () => {};
		// The timer for it keeps no process alive; the wait does.
		await until(() => tier._stats().pending === 0 && store.map.size === 10);
		assert.equal(tier._stats().dropped, 0);
	}
});

test('too many waiting writes: the oldest are dropped, counted, and missed from then on', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, {
		write: 'behind',
		batchDelay: 60_000,
		maxPending: 10,
		breaker: { failures: 1, cooldownMs: 3_600_000 },
	});
	for (let i = 0; i < 10; i++) await tier._set(`key ${i}`, forGood('old'));
	await tier.flush();
	assert.equal(store.map.size, 10);
	store.before = () => Promise.reject(new Error('down'));
	await tier._get('x');
	for (let i = 0; i < 25; i++) await tier._set(`key ${i}`, forGood('new'));
	const { pending, dropped } = tier._stats();
	assert.deepEqual([pending, dropped], [10, 15]);
	store.before = () => {};
	tier._lane._guard._breaker._openedAt = -Infinity;
	assert.equal(await tier._get('key 3'), undefined, 'the old value is in the store, but out of date');
	assert.equal((await tier._get('key 20')).value, 'new');
	// More keys than are remembered one by one: nothing old is taken any more.
	for (let i = 0; i < 1000; i++) tier._lane._distrust._addKey(`other ${i}`);
	assert.ok(tier._lane._distrust._keys.size <= 100);
	store.map.set((await storeKey('perf', 'rare')).toString(), [...store.map.values()][0]);
	assert.equal(await tier._get('rare'), undefined);
});

test('waiting writes are bounded by their size as well', async () => {
	const tier = new StoreTier(new Unreliable(), { write: 'behind', batchDelay: 60_000, maxPendingSize: 4096 });
	for (let i = 0; i < 100; i++) await tier._set(`key ${i}`, forGood('x'.repeat(500)));
	assert.ok(tier._lane._pending._size <= 4096);
	assert.equal(tier._stats().dropped + tier._stats().pending, 100);
	await tier._set('huge', forGood('x'.repeat(5000)));
	assert.equal(tier._stats().pending, 0);
	await tier.close();
});

test('a write that the store refuses is counted, and no failure', async () => {
	const map = new Map([]);
	const store = { get: (key) => map.get(key), set: () => false, delete: (key) => map.delete(key) };
	const tier = new StoreTier(store);
	await tier._set('key', forGood(1));
	assert.equal(await tier._get('key'), undefined);
	const { refused, errors, writes, breaker } = tier._stats();
	assert.deepEqual([refused, errors, writes, breaker], [1, 0, 0, 'closed']);
});

test('what is written together goes in few calls, by setMany where there is one', async () => {
	const batches = [];
	const map = new Map();
	const store = {
		get: (key) => map.get(key),
		set: () => assert.fail('one by one'),
		delete: (key) => map.delete(key),
		setMany: (entries) => {
			batches.push(entries.length);
			for (const { key, value } of entries) map.set(key, value);
			return entries.map((_, at) => at !== 0);
		},
		deleteMany: (keys) => {
			batches.push(-keys.length);
			for (const key of keys) map.delete(key);
		},
	};
	const tier = new StoreTier(store, { write: 'behind', batchDelay: 1, maxPending: 5000 });
	for (let i = 0; i < 1200; i++) tier._set(`key ${i}`, forGood(i));
	await until(() => tier._stats().pending === 0);
	assert.deepEqual(
		batches.filter((size) => size > 0),
		[500, 500, 200],
	);
	assert.equal(tier._stats().refused, 3);
	await tier._delete(['key 1', 'key 2', 'key 3']);
	await tier.flush();
	assert.ok(batches.includes(-3), `${batches}`);
});

test('clear empties the own namespace where the store can list its keys', async () => {
	const store = new Keyv();
	const [one, other] = ['one', 'other'].map((namespace) => new StoreTier(store, { namespace }));
	await store.set('foreign', 1);
	for (let i = 0; i < 10; i++) {
		await one._set(`key ${i}`, forGood(i));
		await other._set(`key ${i}`, forGood(-i));
	}
	await one._clear();
	assert.deepEqual(await one._getMany(['key 1', 'key 9']), [undefined, undefined]);
	assert.equal((await other._get('key 9')).value, -9);
	assert.equal(await store.get('foreign'), 1);
});

test('a clear that fails is in effect all the same, and is tried again', async () => {
	const store = new Unreliable();
	const tier = new StoreTier(store, { breaker: { failures: 100, cooldownMs: 5 } });
	await tier._set('key', forGood(1));
	store.before = (name) => (name === 'clear' ? Promise.reject(new Error('busy')) : undefined);
	await tier._clear();
	assert.equal(store.map.size, 1);
	assert.equal(await tier._get('key'), undefined);
	await tier._set('later', forGood(2));
	assert.equal((await tier._get('later')).value, 2);
	store.before = () => {};
	await until(() => store.map.size === 0);
});

test('keys: colons, percent signs, lone surrogates and long ones stay apart and safe', async () => {
	const long = (last) => `${'k'.repeat(1500)}${last}`;
	const keys = [
		'a:b',
		'a%3a.b',
		'a%b',
		'\ud800',
		'\ud801',
		'\ufffd',
		'a::b',
		'',
		long(1),
		long(2),
		long('\ud800'),
		long('\ud801'),
	];
	const inStore = await Promise.all(keys.map((key) => storeKey('ns', key)));
	assert.equal(new Set(inStore.map((key) => Buffer.from(key).toString('hex'))).size, keys.length);
	assert.ok(inStore.every((key) => key.startsWith('ns/') && key.length < 1100 && !key.slice(3).includes('::')));
	assert.equal(storeKey('ns', 'k'.repeat(1024)), `ns/${'k'.repeat(1024)}`);
	const store = new Map();
	const tier = new StoreTier(store);
	for (const key of keys) await tier._set(key, forGood(key));
	assert.deepEqual(
		(await tier._getMany(keys)).map((found) => found?.value),
		keys,
	);
	tier._set(long(1), forGood('again'));
	await tier._delete([long(1)]);
	assert.equal(await tier._get(long(1)), undefined, 'the hash takes a while, the order stays');
});

test('without crypto.subtle a long key stays as it is', async () => {
	const crypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
	Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
	try {
		assert.equal(storeKey('ns', 'k'.repeat(2000)), `ns/${'k'.repeat(2000)}`);
	} finally {
		Object.defineProperty(globalThis, 'crypto', crypto);
	}
});

test('close writes what waits, disconnects, and everything after is a miss', async () => {
	const store = new Unreliable();
	let disconnected = 0;
	store.disconnect = () => {
		disconnected++;
	};
	const tier = new StoreTier(store, { write: 'behind', batchDelay: 60_000 });
	await tier._set('key', forGood(1));
	await Promise.all([tier.close(), tier.close()]);
	assert.deepEqual([store.map.size, disconnected], [1, 1]);
	await tier._set('key', forGood(2));
	await tier._delete(['key']);
	assert.equal(await tier._get('key'), undefined);
	assert.equal(store.map.size, 1);
});

test('close of a store that hangs ends, by force where the store knows that', async () => {
	const store = new Unreliable();
	const forced = [];
	store.before = () => never;
	store.disconnect = (force) => {
		forced.push(force);
	};
	const tier = new StoreTier(store, { timeout: 5 });
	await tier._set('key', forGood(1));
	await tier.close();
	assert.deepEqual(forced, [true]);
});

test('bad options and stores get an error that names them', () => {
	for (const [options, says] of [
		[{ timeout: -1 }, /^timeout:/],
		[{ timeout: Number.NaN }, /^timeout:/],
		[{ timeout: 1e9 }, /^timeout:/],
		[{ maxPending: 0 }, /^maxPending:/],
		[{ maxPendingSize: 1 }, /^maxPendingSize:/],
		[{ batchDelay: 0.5 }, /^batchDelay:/],
		[{ breaker: { failures: 0 } }, /^breaker\.failures:/],
		[{ breaker: { cooldownMs: Number.POSITIVE_INFINITY } }, /^breaker\.cooldownMs:/],
		[{ write: 'around' }, /^write: .*got "around"/],
		[{ namespace: '' }, /^namespace:/],
		[{ namespace: 'a:b' }, /^namespace:/],
		[{ codec: {} }, /^codec:/],
		[{ onError: 1 }, /^onError:/],
	]) {
		assert.throws(() => new StoreTier(new Map(), options), { message: says });
	}
	assert.throws(() => new StoreTier({ get() {} }), { name: 'TypeError', message: /^store: .*set, delete/ });
	assert.throws(() => new StoreTier(undefined), { message: /^store:/ });
});

test('the breaker, on a clock of its own', () => {
	let now = 0;
	let closed = 0;
	const breaker = new Breaker(
		2,
		10,
		() => now,
		() => closed++,
	);
	const fail = () => breaker._leave(breaker._enter(), false);
	fail();
	breaker._leave(breaker._enter(), true);
	fail();
	assert.equal(breaker._state, 'closed', 'only failures in a row count');
	const early = breaker._enter();
	fail();
	assert.deepEqual([breaker._state, breaker._enter(), breaker._waitMs()], ['open', 0, 10]);
	now = 9;
	assert.equal(breaker._enter(), 0);
	now = 10;
	const probe = breaker._enter();
	assert.deepEqual([breaker._state, probe > 0, breaker._enter()], ['half-open', true, 0]);
	breaker._leave(early, true);
	assert.equal(breaker._state, 'half-open', 'an answer from before says nothing');
	breaker._leave(probe, false);
	assert.deepEqual([breaker._state, breaker._waitMs(), closed], ['open', 10, 0]);
	now = 20;
	breaker._leave(breaker._enter(), true);
	assert.deepEqual([breaker._state, closed], ['closed', 1]);
	fail();
	assert.equal(breaker._state, 'closed', 'the count begins anew');
});

test('versions only grow: with the clock set back, within a ms, and past those of others', () => {
	let now = 1_700_000_000_000;
	const clock = new Versions(() => now);
	const first = clock._next();
	assert.ok(Number.isSafeInteger(first));
	assert.equal(clock._next(), first + 1);
	now -= 10_000;
	assert.equal(clock._next(), first + 2);
	const other = (now + 60_000) * 1024;
	assert.equal(clock._observe(other), true);
	assert.equal(clock._next(), other + 1);
	for (const wrong of [
		Number.NaN,
		-1,
		0,
		1.5,
		'7',
		undefined,
		Number.MAX_SAFE_INTEGER,
		(now + 2 * 86_400_000) * 1024,
	]) {
		assert.equal(clock._observe(wrong), false, `${wrong}`);
	}
	assert.equal(clock._next(), other + 2);
	assert.ok(new Versions(() => 7e12)._next() < Number.MAX_SAFE_INTEGER, 'exact until 2191 at least');
});
