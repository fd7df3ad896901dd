// Random operations against a naive model, on a manual clock; the seed of a failure is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, MultiLevelCache } from '@code-mesh/perf';
import { generator } from '../../benches/js/data.mjs';

const OPERATIONS = 20_000;

for (const engine of ['lru', 'w-tinylfu']) {
	for (const l2Size of [0, 40]) {
		test(`${engine}, ${l2Size ? 'two levels' : 'one level'}: never an expired, deleted or foreign value, and never too many`, async () => {
			if (engine === 'w-tinylfu') await load();
			for (let seed = 1; seed <= 8; seed++) {
				const seen = run(seed, l2Size);
				// A cache of which nothing is found would pass the rest.
				assert.ok(seen.hits > OPERATIONS / 20, `seed ${seed}: only ${seen.hits} hits`);
				assert.equal(seen.policy, engine, `seed ${seed}`);
				assert.ok(seen.evictions > 100 && seen.expired > 100, `seed ${seed}: ${JSON.stringify(seen)}`);
			}
		});
	}
}

test('with bytes bounded, both levels keep within them', async () => {
	await load();
	for (let seed = 1; seed <= 8; seed++) {
		const random = generator(seed);
		const cache = new MultiLevelCache({
			l1Size: 30,
			l2Size: 100,
			l1Bytes: 5000,
			l2Bytes: 4000,
			sizeOf: (value) => value.size,
		});
		for (let i = 0; i < 5000; i++) {
			const key = Math.floor(random() ** 2 * 300);
			const size = Math.ceil(random() ** 4 * 6000);
			random() < 0.5 ? cache.get(key) : cache.set(key, { size, filler: noise(random, size) });
			const { l1, l2, entries } = cache.stats();
			assert.ok(l1.bytes <= 5000 && l2.bytes <= 4000, `seed ${seed}, step ${i}: ${l1.bytes}, ${l2.bytes}`);
			assert.ok(l1.entries <= 30 && entries <= 130, `seed ${seed}, step ${i}`);
			assert.equal(l1.entries + l2.entries, cache.size);
		}
		const { evictions, tooHeavy, l2 } = cache.stats();
		assert.ok(evictions.size > 0 && tooHeavy > 0 && l2.hits > 0, `seed ${seed}`);
	}
});

test('with one level, the bytes told are those of the entries held, and within their bound', async () => {
	for (const engine of ['lru', 'w-tinylfu']) {
		if (engine === 'w-tinylfu') await load();
		for (let seed = 1; seed <= 4; seed++) {
			const random = generator(seed);
			const cache = new MultiLevelCache({ l1Size: 100, l1Bytes: 3000, sizeOf: (value) => value.size });
			for (let i = 0; i < 3000; i++) {
				const key = Math.floor(random() ** 2 * 300);
				const what = random();
				if (what < 0.1) cache.delete(key);
				else if (what < 0.5) cache.get(key);
				else cache.set(key, { size: Math.ceil(random() ** 5 * 4000) });
				const held = [...cache.entries()].reduce((sum, [, { size }]) => sum + size, 0);
				assert.equal(cache.stats().l1.bytes, held, `${engine}, seed ${seed}, step ${i}`);
				assert.ok(held <= 3000);
			}
			assert.ok(cache.stats().evictions.size > 100 && cache.stats().tooHeavy > 0);
		}
	}
});

/** A text that does not compress to much less. */
function noise(random, length) {
	return Array.from({ length }, () => String.fromCharCode(33 + random() * 90))
		.join('')
		.replaceAll(/["\\]/g, '_');
}

/** What the model knows must be the only thing that the cache ever says. */
function run(seed, l2Size) {
	const random = generator(seed);
	const below = (bound) => Math.floor(random() * bound);
	let now = 0;
	// What the cache takes for the time: the latest it ever read.
	let latest = 0;
	const read = () => {
		latest = Math.max(latest, now);
		return now;
	};
	const cache = new MultiLevelCache({ l1Size: 60, l2Size, ttl: 1000, now: read });
	const model = new Map();
	const keyOf = (n) => (n % 3 === 0 ? n : n % 3 === 1 ? `key ${n}` : { n, of: [n] });
	for (let step = 0; step < OPERATIONS; step++) {
		const n = Math.min(below(400), below(400));
		const key = keyOf(n);
		const known = model.get(n);
		const alive = () => (known && known.until > latest ? known.value : undefined);
		const where = `seed ${seed}, step ${step}, key ${n}`;
		switch (below(12)) {
			case 0:
			case 1:
			case 2: {
				const ttl = below(4) ? undefined : 1 + below(5000);
				const value = below(2) ? { step, text: 'x'.repeat(below(50)) } : `value ${step}`;
				cache.set(key, value, ttl === undefined ? undefined : { ttl });
				model.set(n, { value, until: latest + (ttl ?? 1000) });
				assert.deepEqual(cache.peek(key), value, where);
				break;
			}
			case 3: {
				const was = cache.delete(key);
				assert.ok(!was || alive() !== undefined, where);
				model.delete(n);
				break;
			}
			case 4:
				// The clock goes on, sometimes far, and sometimes back, which counts as standing still.
				now += below(20) ? below(30) : below(3) ? below(4000) : -below(100);
				break;
			case 5:
				if (below(400) === 0) {
					cache.clear();
					model.clear();
					assert.equal(cache.size, 0, where);
				}
				break;
			case 6:
				for (const [found, value] of cache.entries()) {
					const from = typeof found === 'object' ? found.n : Number(String(found).replace('key ', ''));
					assert.deepEqual(value, model.get(from)?.value, `${where}: entries() has ${JSON.stringify(found)}`);
				}
				break;
			default: {
				const found = cache.get(key);
				assert.equal(cache.has(key), found !== undefined, where);
				if (found !== undefined) assert.deepEqual(found, alive(), where);
			}
		}
		assert.ok(cache.size <= 60 + l2Size, where);
	}
	const { hits, evictions, policy } = cache.stats();
	cache.dispose();
	return { hits, policy, evictions: evictions.size, expired: evictions.expired };
}
