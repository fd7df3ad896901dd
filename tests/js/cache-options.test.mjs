// Bad options are refused with an error that names them, says what was expected, and what came.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MultiLevelCache } from '@code-mesh/perf';

const bad = {
	l1Size: [0, -1, 1.5, Number.NaN, Infinity, 2 ** 24, '10', {}, true, 5n],
	l2Size: [-1, 0.5, Number.NaN, Infinity, 2 ** 24, '10'],
	l1Bytes: [0, -1, Number.NaN, '1MB', []],
	ttl: [0, -1, Number.NaN, '60', new Date(5), 5n],
	idleTtl: [0, -1, Number.NaN, '60'],
	jitter: [-0.1, 1.1, Number.NaN, '0.5'],
	staleWhileRevalidate: [-1, Number.NaN, '5', true],
	staleIfError: [-1, Number.NaN, '5'],
	refreshAhead: [-1, Number.NaN, '5'],
	negativeTtl: [-1, Number.NaN, '5'],
	sizeOf: [5, 'length', {}],
	now: [5, '5', new Date(5)],
	onEvict: [5, {}],
	exactTime: ['yes', 1],
	verify: ['no', 0],
	codec: [{}, 'json', { encode() {} }, 5],
};

for (const [name, values] of Object.entries(bad)) {
	test(`${name}: ${values.length} bad ones`, () => {
		for (const value of values) {
			const expected = (error) => {
				assert.ok(error instanceof RangeError || error instanceof TypeError, error.stack);
				const came = typeof value === 'number' ? `${value}` : typeof value === 'string' ? `"${value}"` : typeof value;
				assert.ok(error.message.startsWith(`${name}: expected `), error.message);
				assert.ok(error.message.endsWith(`, got ${came}`) || name === 'codec', error.message);
				return true;
			};
			assert.throws(() => new MultiLevelCache({ [name]: value }), expected);
		}
	});
}

test('options that contradict each other', () => {
	const message = (name) => ({ name: 'RangeError', message: new RegExp(`^${name}: expected it with`) });
	assert.throws(() => new MultiLevelCache({ l2Bytes: 100 }), message('l2Bytes'));
	assert.throws(() => new MultiLevelCache({ l2Bytes: 100, l2Size: 0 }), message('l2Bytes'));
	assert.throws(() => new MultiLevelCache({ cacheError: () => true }), message('cacheError'));
	assert.throws(
		() => new MultiLevelCache({ l1Size: 2 ** 23, l2Size: 2 ** 23 }),
		/^RangeError: l2Size: .* to 8388607, got/,
	);
	assert.throws(() => new MultiLevelCache({ l2Size: 1, l2Bytes: -1 }), /^RangeError: l2Bytes: .* got -1/);
	assert.throws(() => new MultiLevelCache({ negativeTtl: 1, cacheError: 5 }), /^TypeError: cacheError: .* got 5/);
});

test('what is no object', () => {
	for (const options of [null, 5, 'l1Size', () => {}]) {
		assert.throws(() => new MultiLevelCache(options), {
			name: 'TypeError',
			message: /^options: expected an object, got /,
		});
	}
});

test('what is left out, undefined or null is the default', () => {
	const names = [...Object.keys(bad), 'l2Bytes', 'cacheError'];
	for (const nothing of [undefined, null]) {
		const cache = new MultiLevelCache(Object.fromEntries(names.map((name) => [name, nothing])));
		assert.equal(cache.set('key', 'value').get('key'), 'value');
		assert.equal(cache.stats().capacity, 1000);
	}
});

test('options from getters and prototypes', () => {
	class Options {
		get l1Size() {
			return 2;
		}
	}
	const cache = new MultiLevelCache(Object.freeze(new Options()));
	for (let i = 0; i < 5; i++) cache.set(i, i);
	assert.equal(cache.size, 2);
});

test('options of set', () => {
	const cache = new MultiLevelCache();
	for (const ttl of [0, -1, Number.NaN, '5', null, 5n, {}]) {
		assert.throws(() => cache.set('key', 1, { ttl }), { name: 'RangeError', message: /^ttl: expected .* got / });
		assert.throws(() => cache.putWithTtl('key', 1, ttl), { message: /^ttl: / });
	}
	for (const tags of ['tag', [1], {}, 5, null]) {
		assert.throws(() => cache.set('key', 1, { tags }), {
			name: 'TypeError',
			message: /^tags: expected an array of strings, got /,
		});
	}
	assert.throws(() => cache.set('key', 1, { tags: Array(65).fill('t') }), {
		message: /^tags: expected at most 64 .* got 65/,
	});
	assert.equal(cache.size, 0);
	cache.set('key', 1, { tags: [] }).set('key', 2, { tags: Array(64).fill('t'), ttl: undefined });
	assert.deepEqual([cache.deleteTag('t'), cache.deleteTag('t'), cache.size], [1, 0, 0]);
});

test('tags: many of them, of many entries, and a list that is changed afterwards', () => {
	const cache = new MultiLevelCache({ l1Size: 10_000 });
	for (let i = 0; i < 10_000; i++) cache.set(i, i, { tags: [`i ${i % 100}`, `j ${i % 7}`, '__proto__'] });
	assert.equal(cache.deleteTag('i 5'), 100);
	assert.equal(cache.size, 9900);
	const tags = ['before'];
	cache.set('mine', 1, { tags });
	tags[0] = 'after';
	cache.delete('mine');
	cache.set('other', 2);
	assert.deepEqual([cache.deleteTag('before'), cache.deleteTag('after'), cache.get('other')], [0, 0, 2]);
	cache.set(1, 'without');
	assert.equal(cache.deleteTag('i 1'), 99);
	assert.equal(cache.deleteTag('__proto__'), 9800);
	assert.deepEqual([cache.size, cache.get(1)], [2, 'without']);
});
