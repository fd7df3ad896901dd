// Hot and warm: what comes back is what was kept, whatever it is, and what cannot come back is a miss that is counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache } from '@code-mesh/perf';
import fc from 'fast-check';
import { cacheBeforeLoad, shared } from './support/shared-core.mjs';

/** A cache of which all but the newest entry are warm. */
const warming = (options) => new MultiLevelCache({ l1Size: 1, l2Size: 100, ...options });

/** Keeps a value and cools it down. */
function cooled(cache, value, key = 'key') {
	return cache.set(key, value).set('hotter', 0);
}

class Point {
	x = 1;
}

const cycle = { name: 'cycle', parts: [] };
cycle.parts.push(cycle);

const holed = [];
holed[1] = 1;
holed.extra = 2;

const nested = (depth) => (depth ? { inner: nested(depth - 1) } : 1);

for (const [title, value] of Object.entries({
	'a Date': { at: new Date(5) },
	'a Map': new Map([[1, { a: 1 }]]),
	'a Set in an array': [new Set([1])],
	'an instance of a class': new Point(),
	'an undefined member': { a: undefined },
	'an undefined item': [undefined],
	'an array with a hole': Array(2).fill(1, 1),
	'an array with a hole and another member': holed,
	'minus zero': { n: -0 },
	NaN: [Number.NaN],
	Infinity: [Infinity],
	'a BigInt': { n: 1n },
	'no prototype': Object.assign(Object.create(null), { a: 1 }),
	'a symbol': { [Symbol.for('s')]: 1 },
	'a hidden member': Object.defineProperty({}, 'a', { value: 1 }),
	'a function': { toJSON: () => 'other' },
	'typed bytes': Uint8Array.of(1, 2, 3),
	'a promise': Promise.resolve(1),
	'a cycle': cycle,
	'what is nested too deeply': nested(60),
	null: null,
	'a number': 0,
	false: false,
})) {
	test(`${title} stays what it is, itself`, async () => {
		await load();
		const cache = cooled(warming(), value);
		const { l2 } = cache.stats();
		assert.deepEqual([l2.entries, l2.asTheyAre], [1, 1]);
		assert.ok(Object.is(cache.peek('key'), value) && Object.is(cache.get('key'), value));
	});
}

for (const [title, value] of Object.entries({
	'a text': 'plain',
	'an empty text': '',
	'a long text with a byte-order mark': `\ufeff${'abc'.repeat(1000)}`,
	'a long text with a lone surrogate': `\ud800${'abc'.repeat(1000)}`,
	'a long text of many languages': 'aü€😀'.repeat(1000),
	'a member named __proto__': JSON.parse('{"__proto__":{"a":1},"b":[null,true,"x"]}'),
	'nested deeply, but not too deeply': nested(40),
	frozen: Object.freeze({ a: Object.freeze([1]) }),
	'an empty object and array': { a: {}, b: [] },
})) {
	test(`${title} comes back equal`, async () => {
		await load();
		const cache = cooled(warming(), value);
		const { l2 } = cache.stats();
		assert.deepEqual([l2.entries, l2.asTheyAre], [1, 0]);
		assert.deepEqual(cache.peek('key'), value);
		assert.deepEqual(cache.get('key'), value);
		assert.deepEqual([cache.stats().l2.hits, cache.stats().l1.hits], [1, 0]);
		assert.deepEqual(cache.get('key'), value);
		assert.equal(cache.stats().l1.hits, 1, 'it is hot now');
	});
}

test('whatever JSON can say, and whatever it cannot, comes back equal', async () => {
	await load();
	const anything = fc.anything({
		withBigInt: true,
		withDate: true,
		withMap: true,
		withSet: true,
		withNullPrototype: true,
		withSparseArray: true,
		withTypedArray: true,
	});
	const values = fc.oneof(anything, fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 3000 }));
	const property = fc.property(values, (value) => {
		if (value === undefined) return;
		for (const options of [{}, { l1Bytes: 1e6, l2Bytes: 1e6 }]) {
			const cache = cooled(warming(options), value);
			assert.deepStrictEqual(cache.peek('key'), value);
			assert.deepStrictEqual(cache.get('key'), value);
			assert.deepStrictEqual(new Map(cache.entries()).get('key'), value);
		}
	});
	fc.assert(property, { numRuns: 1000 });
});

test('a value of very many shared parts is not written out', async () => {
	let value = 1;
	for (let depth = 0; depth < 45; depth++) value = { left: value, right: value };
	const cache = cooled(warming({ l1Bytes: 1e9, l2Bytes: 1e9 }), value);
	assert.equal(cache.get('key'), value);
});

test('what repeats itself is compressed once the module is there, and not before', async () => {
	const value = Array.from({ length: 300 }, (_, id) => ({ id, name: 'the same name', tags: ['a', 'b'] }));
	const options = { l1Size: 1, l2Size: 100, l1Bytes: 1e9, l2Bytes: 1e9 };
	const before = cooled(await cacheBeforeLoad(options), value);
	const core = shared.core;
	shared.core = undefined;
	const early = cooled(new MultiLevelCache(options), value);
	shared.core = core;
	const late = before.stats().l2.bytes;
	assert.ok(late < early.stats().l2.bytes / 3, `${late}, ${early.stats().l2.bytes}`);
	assert.deepEqual([before.get('key'), early.get('key')], [value, value]);
});

test('what was compressed stays readable in the next instance; without a module it is a miss, counted as damaged', async () => {
	await load();
	const value = 'compressible '.repeat(500);
	const told = [];
	const cache = warming({ onEvict: (_, key, cause) => told.push(`${key} ${cause}`) });
	cooled(cache, value);
	const { core } = shared;
	shared.core = shared.make();
	assert.equal(cache.peek('key'), value);
	// As if the JavaScript form ran: it has nothing for caches.
	shared.core = { ...core, kind: 'js', caches: undefined };
	try {
		assert.deepEqual([cache.peek('key'), [...cache.entries()]], [undefined, [['hotter', 0]]]);
		assert.equal(cache.get('key'), undefined);
		cooled(cache, value);
		assert.equal(cache.get('key'), value, 'as a text it needs no module');
		const { evictions, hits, misses } = cache.stats();
		assert.deepEqual([evictions.damaged, hits, misses], [1, 1, 1]);
		await new Promise((resolve) => setImmediate(resolve));
		assert.ok(!told.some((line) => line.includes('damaged')));
		assert.deepEqual([cache.stats().listenerErrors, cache.stats().listenerDropped], [0, 1]);
	} finally {
		shared.core = core;
	}
});

test('a damaged value is loaded anew', async () => {
	let broken = false;
	const codec = {
		encode: (value) => new TextEncoder().encode(value),
		decode: (bytes) => {
			if (broken) throw new Error('damaged');
			return new TextDecoder().decode(bytes);
		},
	};
	for (const options of [{}, { ttl: 1000 }, { ttl: 1000, refreshAhead: 2000 }]) {
		broken = false;
		const cache = cooled(warming({ codec, ...options }), 'old');
		broken = true;
		assert.deepEqual(await cache.lookup('key', () => 'new'), { value: 'new', outcome: 'miss' });
		assert.deepEqual([cache.stats().hits, cache.stats().misses], [0, 1]);
		cache.dispose();
	}
});

test('a codec: round trip, errors of it, and no values that it does not know', async () => {
	await load();
	const seen = [];
	const codec = {
		encode(value) {
			seen.push(value);
			if (value.bad) throw new Error('bad');
			return value.none ? undefined : new TextEncoder().encode(JSON.stringify([...value.map]));
		},
		decode: (bytes) => ({ map: new Map(JSON.parse(new TextDecoder().decode(bytes))) }),
	};
	const cache = new MultiLevelCache({ l1Size: 1, l2Size: 50, l2Bytes: 1e6, codec, negativeTtl: 1000 });
	const value = { map: new Map(Array.from({ length: 500 }, (_, i) => [i, 'text'])) };
	const bad = { bad: true };
	const none = { none: true };
	cache.set('good', value).set('bad', bad).set('none', none);
	const error = new Error('kept');
	const fail = () => {
		throw error;
	};
	await assert.rejects(cache.getOrSet('error', fail), error);
	cache.set('last', { map: new Map() });
	assert.equal(cache.stats().l2.asTheyAre, 3);
	assert.ok(
		Number.isFinite(cache.stats().l2.bytes) && cache.stats().l2.bytes < 6000,
		'bytes of a codec are compressed',
	);
	await assert.rejects(
		cache.getOrSet('error', () => 'asked again'),
		error,
	);
	assert.deepEqual([cache.get('good'), cache.get('bad'), cache.get('none')], [value, bad, none]);
	assert.ok(seen.every((one) => one === bad || one === none || one.map instanceof Map));
	cache.dispose();
});

test('code of the user that calls back into the cache from within does no harm', async () => {
	await load();
	let cache;
	let depth = 0;
	const meddle = (key) => {
		if (depth++ === 0) {
			cache.delete('key').valueOf();
			cache.set('key', { by: key }).set('other', { by: key });
			cache.get('first');
		}
		depth--;
	};
	const codec = {
		encode: (value) => {
			meddle('encode');
			return new TextEncoder().encode(JSON.stringify(value));
		},
		decode: (bytes) => {
			meddle('decode');
			return JSON.parse(new TextDecoder().decode(bytes));
		},
	};
	const sizeOf = () => {
		meddle('sizeOf');
		return 10;
	};
	cache = new MultiLevelCache({ l1Size: 3, l2Size: 5, l1Bytes: 40, l2Bytes: 1000, sizeOf, codec });
	for (let i = 0; i < 2000; i++) {
		const key = ['key', 'first', 'other', 'fourth', `n ${i % 20}`][i % 5];
		i % 3 ? cache.get(key) : cache.set(key, { by: key });
		const { l1, l2, entries } = cache.stats();
		assert.ok(entries <= 8 && l1.entries + l2.entries === entries && l1.bytes <= 40 && l2.bytes <= 1000, `step ${i}`);
	}
	depth = 1;
	const entries = [...cache.entries()];
	assert.deepEqual([entries.length, new Set(entries.map(([key]) => key)).size], [cache.size, cache.size]);
	assert.ok(entries.length >= 5);
});

test('sizeOf: what it gives is checked, and where it fails nothing changes', () => {
	for (const [size, message] of [
		[Number.NaN, /^sizeOf: expected .* got NaN/],
		[-1, /^sizeOf: .* got -1/],
		[undefined, /^sizeOf: .* got undefined/],
		['5', /^sizeOf: .* got 5/],
		[
			() => {
				throw new Error('no size');
			},
			/^no size$/,
		],
	]) {
		const sizeOf = (value) => (value === 'bad' ? (typeof size === 'function' ? size() : size) : 10);
		const cache = new MultiLevelCache({ l1Bytes: 100, sizeOf });
		cache.set('key', 'good');
		assert.throws(() => cache.set('key', 'bad'), { message });
		assert.throws(() => cache.set('new', 'bad'), { message });
		assert.deepEqual([cache.get('key'), cache.size, cache.stats().l1.bytes], ['good', 1, 10]);
	}
});

test('the estimate of sizes follows what is there, and never throws', () => {
	const weigh = (value) => new MultiLevelCache({ l1Bytes: 1e12 }).set('key', value).stats().l1.bytes;
	for (const length of [10, 1000, 100_000, 1_000_000]) {
		const numbers = weigh(Array(length).fill(1));
		assert.ok(numbers > 15 * length && numbers < 25 * length + 100, `${length} numbers: ${numbers}`);
		const map = weigh(new Map(Array.from({ length }, (_, i) => [i, i])));
		assert.ok(map > 30 * length && map < 50 * length + 100, `a Map of ${length}: ${map}`);
		assert.ok(Math.abs(weigh('x'.repeat(length)) - length) < 100);
		assert.ok(Math.abs(weigh(new Uint8Array(length)) - length) < 100);
	}
	const hostile = {
		get member() {
			throw new Error('hostile');
		},
	};
	const trap = new Proxy({}, { ownKeys: () => assert.fail('hostile') });
	for (const value of [hostile, trap, [hostile], cycle, null, 0, Symbol('s')]) assert.ok(weigh(value) > 0);
});

test('what is asked for is promoted, what is not cools down, and hits are counted by level', async () => {
	await load();
	const cache = new MultiLevelCache({ l1Size: 10, l2Size: 90 });
	for (let i = 0; i < 100; i++) cache.set(i, { i });
	assert.deepEqual([cache.stats().l1.entries, cache.stats().l2.entries], [10, 90]);
	for (let round = 0; round < 3; round++) for (let i = 0; i < 5; i++) assert.deepEqual(cache.get(i), { i });
	const { l1, l2 } = cache.stats();
	assert.deepEqual([l1.entries, l2.entries, l2.hits, l1.hits], [10, 90, 5, 10]);
	for (let i = 50; i < 53; i++) cache.get(i);
	for (let i = 0; i < 5; i++) cache.get(i);
	assert.equal(cache.stats().l2.hits, 8, 'what was asked for often is still hot');
});
