/** What a store has to keep, check by check. Each gets a fresh store, and throws what is wrong. */
import assert from 'node:assert/strict';

/** Thrown by a check of something that a store need not have. */
export class Skip extends Error {}

const isAbsent = (value) => value === undefined || value === null;

const KEYS = {
	'with colons and slashes': 'a:b::c/d/e',
	'in other scripts': 'ключ 鍵 🔑',
	'with spaces and signs': ' a b\t%*?[]{}\\"\' ',
	'like names of objects': '__proto__',
	'like members of objects': 'constructor',
	'of one character': 'k',
	'of one capital': 'K',
	'of 1,024 characters': 'k'.repeat(1024),
	'of 1,024 characters that differ in the last': `${'k'.repeat(1023)}l`,
};

export const CHECKS = [
	{
		says: 'what is set is got',
		async check(store) {
			await store.set('key', 'value');
			assert.equal(await store.get('key'), 'value');
		},
	},
	{
		says: 'an absent key is undefined or null',
		async check(store) {
			const got = await store.get('absent');
			assert.ok(isAbsent(got), `got ${JSON.stringify(got)}`);
		},
	},
	{
		says: 'a later set replaces an earlier one',
		async check(store) {
			await store.set('key', 'first');
			await store.set('key', 'second');
			assert.equal(await store.get('key'), 'second');
		},
	},
	{
		says: 'a deleted key is gone, and may be set again',
		async check(store) {
			await store.set('key', 'value');
			await store.delete('key');
			await expectAbsent(store, ['key']);
			await store.set('key', 'again');
			assert.equal(await store.get('key'), 'again');
		},
	},
	{
		says: 'deleting an absent key is no failure',
		check: (store) => store.delete('absent'),
	},
	{
		says: 'an entry is gone when its time is over, and not before',
		async check(store) {
			await store.set('short', 'value', 100);
			await store.set('long', 'value', 3_600_000);
			await store.set('for good', 'value');
			assert.equal(await store.get('long'), 'value');
			await until(async () => isAbsent(await store.get('short')), 'an entry of 100 ms is still there after 10 s');
			assert.equal(await store.get('long'), 'value');
			assert.equal(await store.get('for good'), 'value');
		},
	},
	{
		says: 'a set without a time ends an earlier time',
		async check(store) {
			await store.set('key', 'value', 150);
			await store.set('key', 'for good');
			await store.set('witness', 'value', 200);
			await until(async () => isAbsent(await store.get('witness')), 'an entry of 200 ms is still there after 10 s');
			assert.equal(await store.get('key'), 'for good');
		},
	},
	{
		says: 'keys of every kind stay apart',
		async check(store) {
			for (const [kind, key] of Object.entries(KEYS)) await store.set(key, kind);
			for (const [kind, key] of Object.entries(KEYS)) assert.equal(await store.get(key), kind, `a key ${kind}`);
		},
	},
	{
		says: 'texts come back unchanged: empty, in every script, large',
		async check(store) {
			const texts = [
				'',
				' ',
				'0',
				'null',
				'{"a":1}',
				'äöü 漢字 🔑 \u0000\r\n',
				'x'.repeat(1_000_000),
				'🔑'.repeat(100_000),
			];
			for (const [at, text] of texts.entries()) await store.set(`key ${at}`, text);
			for (const [at, text] of texts.entries()) {
				const got = await store.get(`key ${at}`);
				assert.ok(
					got === text,
					`of ${text.length} characters (${JSON.stringify(text.slice(0, 20))}) came ${got?.length}`,
				);
			}
		},
	},
	{
		says: 'many writes at once all take effect',
		async check(store) {
			const numbers = Array.from({ length: 500 }, (_, at) => at);
			await Promise.all(numbers.map(async (at) => store.set(`key ${at}`, `${at}`)));
			const got = await Promise.all(numbers.map(async (at) => store.get(`key ${at}`)));
			assert.deepEqual(got, numbers.map(String));
		},
	},
	{
		says: 'of writes to one key at once, one of them stays',
		async check(store) {
			const texts = Array.from({ length: 50 }, (_, at) => `${at}`.repeat(1000));
			await Promise.all(texts.map(async (text) => store.set('key', text)));
			assert.ok(texts.includes(await store.get('key')), 'what is there is none of what was written');
		},
	},
	{
		says: 'a refused write says false or rejects',
		async check(store) {
			const answer = await store.set('key', 'value');
			assert.ok(answer === false || (await store.get('key')) === 'value', `set answered ${answer} and kept nothing`);
		},
	},
	{
		says: 'has',
		async check(store) {
			needs(store, 'has');
			await store.set('key', 'value');
			assert.equal(await store.has('key'), true);
			assert.equal(await store.has('absent'), false);
			await store.delete('key');
			assert.equal(await store.has('key'), false);
		},
	},
	{
		says: 'getMany answers in the order of the keys',
		async check(store) {
			needs(store, 'getMany');
			for (const key of ['a', 'b', 'c']) await store.set(key, `of ${key}`);
			const got = await store.getMany(['c', 'absent', 'a', 'c', 'b']);
			assert.deepEqual(
				got.map((each) => each ?? undefined),
				['of c', undefined, 'of a', 'of c', 'of b'],
			);
		},
	},
	{
		says: 'setMany keeps all, each for its time',
		async check(store) {
			needs(store, 'setMany');
			const entries = Array.from({ length: 1200 }, (_, at) => ({ key: `key ${at}`, value: `${at}` }));
			await store.setMany([...entries, { key: 'short', value: 'value', ttl: 100 }]);
			for (const { key, value } of [entries[0], entries[600], entries[1199]]) assert.equal(await store.get(key), value);
			await until(async () => isAbsent(await store.get('short')), 'an entry of 100 ms is still there after 10 s');
			assert.equal(await store.get('key 1'), '1');
		},
	},
	{
		says: 'deleteMany deletes those and no others',
		async check(store) {
			needs(store, 'deleteMany');
			for (const key of ['a', 'b', 'c']) await store.set(key, key);
			await store.deleteMany(['a', 'absent', 'c']);
			await expectAbsent(store, ['a', 'c']);
			assert.equal(await store.get('b'), 'b');
		},
	},
	{
		says: 'clear leaves nothing, and the store usable',
		async check(store) {
			needs(store, 'clear');
			for (const key of ['a', 'b/c', 'd e']) await store.set(key, key);
			await store.clear();
			await expectAbsent(store, ['a', 'b/c', 'd e']);
			await store.set('a', 'again');
			assert.equal(await store.get('a'), 'again');
		},
	},
	{
		says: 'iterator lists every key, as it was set',
		async check(store) {
			needs(store, 'iterator');
			const keys = Array.from({ length: 150 }, (_, at) => `key/${at}`);
			for (const key of keys) await store.set(key, 'value');
			const listed = [];
			for await (const [key] of await store.iterator(store.namespace)) listed.push(key);
			// Perhaps more than once: stores that grow meanwhile may do so.
			assert.deepEqual([...new Set(listed)].sort(), [...keys].sort());
		},
	},
	{
		says: 'a call after disconnect works, answers or rejects, and does not hang',
		async check(store) {
			needs(store, 'disconnect');
			await store.set('key', 'value');
			await store.disconnect();
			// Whatever it does is right, as long as it does something.
			await Promise.resolve()
				.then(() => store.get('key'))
				.catch(() => {});
			await store.disconnect();
		},
	},
];

async function expectAbsent(store, keys) {
	for (const key of keys) {
		const got = await store.get(key);
		assert.ok(isAbsent(got), `${key} still has ${JSON.stringify(got)}`);
	}
}

function needs(store, method) {
	if (typeof store[method] !== 'function') throw new Skip(`it has no ${method}, and need not`);
}

async function until(holds, otherwise) {
	const end = performance.now() + 10_000;
	while (!(await holds())) {
		if (performance.now() > end) throw new Error(otherwise);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
