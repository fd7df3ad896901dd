import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache } from '@code-mesh/perf';

const LONG = 'prompt '.repeat(3000);

test('keys of every kind are told apart', () => {
	const cache = new MultiLevelCache();
	const keys = [
		1,
		'1',
		1n,
		true,
		'true',
		null,
		'null',
		Number.NaN,
		'',
		'\0',
		'\0s',
		{ a: 1 },
		'{"a":1}',
		[1],
		'[1]',
		[[1]],
	];
	for (const [index, key] of keys.entries()) cache.set(key, index);
	for (const [index, key] of keys.entries()) assert.equal(cache.get(key), index, String(key));
	assert.equal(cache.size, keys.length);
	assert.deepEqual(
		[...cache.entries()].map(([key]) => key),
		keys,
	);
});

test('objects that say the same are the same key', () => {
	const cache = new MultiLevelCache();
	cache.set({ model: 'm', messages: [{ role: 'user', content: 'ü€😀' }], limit: undefined }, 'answer');
	assert.equal(cache.get({ messages: [{ content: 'ü€😀', role: 'user' }], model: 'm' }), 'answer');
	assert.equal(cache.get({ model: 'm', messages: [{ role: 'user', content: 'u' }] }), undefined);
	assert.equal(cache.set(new Date(0), 1).get(new Date(0)), 1);
	assert.equal(cache.get(new Date(0).toJSON()), undefined, 'its JSON is an object’s, not a text');
});

test('canonical JSON as RFC 8785 has it: members by UTF-16 units, numbers as ECMAScript writes them', () => {
	const cache = new MultiLevelCache();
	const value = { '€': 1, '\r': 2, דּ: 3, 1: 4, '😀': 5, '\u0080': 6, ö: 7, n: [1e21, 4.5, 2e-3, 1e-7, -0] };
	cache.set(value, 'found');
	const other = Object.fromEntries(Object.entries(value).reverse());
	assert.equal(cache.get({ ...other, n: [1e21, 4.5, 0.002, 1e-7, 0] }), 'found');
});

for (const key of [
	() => {},
	Symbol('s'),
	{ f: () => {} },
	new Map([[1, 2]]),
	{ n: Number.NaN },
	{ big: 1n },
	circle(),
]) {
	test(`a key that cannot be told apart is refused: ${String(Object.prototype.toString.call(key))}`, async () => {
		const cache = new MultiLevelCache();
		assert.throws(() => cache.set(key, 1), { name: 'TypeError', message: /^key: expected .*, got / });
		await assert.rejects(
			cache.getOrSet(key, () => 1),
			{ name: 'TypeError' },
		);
	});
}

for (const loaded of [false, true]) {
	test(`long keys are fingerprinted and found, ${loaded ? 'by the module' : 'before the module is there'}`, async () => {
		if (loaded) await load();
		for (const verify of [false, true]) {
			const cache = new MultiLevelCache({ verify });
			cache.set(LONG, 1).set(`${LONG}!`, 2).set({ prompt: LONG }, 3);
			assert.deepEqual([cache.get(LONG), cache.get(`${LONG}!`), cache.get({ prompt: LONG })], [1, 2, 3]);
			assert.equal(cache.get(`${LONG}?`), undefined);
			assert.equal(cache.get(JSON.stringify({ prompt: LONG })), undefined);
			const keys = [...cache.entries()].map(([key]) => key);
			assert.deepEqual(keys, verify ? [LONG, `${LONG}!`, { prompt: LONG }] : []);
			assert.equal(cache.delete(LONG), true);
			assert.equal(cache.get(LONG), undefined);
		}
	});
}

test('a cache filled with long keys before the load finds them after it', async () => {
	// The core is shared by the process, so that the order of tests decides what a new cache finds: it is made without one.
	const shared = globalThis[Symbol.for('@code-mesh/perf/2')];
	await load();
	const { core } = shared;
	shared.core = undefined;
	const cache = new MultiLevelCache();
	for (let i = 0; i < 50; i++) cache.set(`${LONG}${i}`, i);
	shared.core = core;
	for (let i = 0; i < 50; i++) assert.equal(cache.get(`${LONG}${i}`), i);
});

test('texts with lone surrogates are not taken for one another', () => {
	const cache = new MultiLevelCache();
	cache.set(`${LONG}\ud800`, 1).set(`${LONG}\ud801`, 2).set(`${LONG}\ufffd`, 3);
	assert.deepEqual(
		[`${LONG}\ud800`, `${LONG}\ud801`, `${LONG}\ufffd`].map((key) => cache.get(key)),
		[1, 2, 3],
	);
});

function circle() {
	const object = {};
	object.self = object;
	return object;
}
