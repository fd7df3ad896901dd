// The cache in a real page: LRU before the module is there, its policy afterwards, and what the page's clock does.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launchChromium, openPage } from './support/chromium.mjs';
import { EMPTY_PAGE, IMPORT_MAP_HASH, page as pageRoute, startFixtures } from './support/fixture-server.mjs';

const browser = await launchChromium(after);

test('LRU until something has to go, then the module comes by itself and takes over without losing an entry', async (t) => {
	const { page, server, problems } = await openAt(t);
	const early = await page.evaluate(async () => {
		const { MultiLevelCache, status } = await import('@code-mesh/perf');
		globalThis.cache = new MultiLevelCache({ l1Size: 100, l2Size: 100 });
		for (let i = 0; i < 200; i++) cache.set(i, { i, text: 'repeated '.repeat(200) });
		await new Promise((resolve) => requestIdleCallback(resolve));
		return { engine: status().engine, policy: cache.stats().policy, found: cache.get(0).i };
	});
	assert.deepEqual(early, { engine: 'none', policy: 'lru', found: 0 });
	const eager = server.requests.length;

	const late = await page.evaluate(async () => {
		cache.set('one more', 1);
		const gone = [...cache.entries()].length;
		while (cache.stats().policy === 'lru') await new Promise((resolve) => setTimeout(resolve));
		const entries = [...cache.entries()];
		const whole = entries.every(([key, value]) => key === 'one more' || value.i === key);
		for (let i = 0; i < 5000; i++) cache.getOrSet(i % 300, () => ({ i: i % 300 }));
		await new Promise((resolve) => setTimeout(resolve));
		const { hits, entries: held, evictions } = cache.stats();
		return {
			gone,
			left: entries.length,
			whole,
			hits,
			held,
			evicted: evictions.size > 0,
			advice: cache.advise().length,
		};
	});
	assert.ok(late.hits > 0);
	assert.deepEqual(
		{ ...late, hits: 0 },
		{ gone: 200, left: 200, whole: true, hits: 0, held: 200, evicted: true, advice: 5 },
	);
	assert.ok(server.requests.length > eager, 'the module came with the first eviction');
	assert.deepEqual(problems, []);
});

test('long keys, object keys and compressed values', async (t) => {
	const { page, problems } = await openAt(t);
	const seen = await page.evaluate(async () => {
		const { load, MultiLevelCache } = await import('@code-mesh/perf');
		const prompt = 'prompt ü€😀 '.repeat(2000);
		const cache = new MultiLevelCache({ l1Size: 2, l2Size: 100, l1Bytes: 1e9, l2Bytes: 1e9 });
		for (let i = 0; i < 10; i++) cache.set(prompt + i, prompt);
		await load();
		for (let i = 10; i < 20; i++) cache.set({ prompt, i }, prompt);
		const found = Array.from({ length: 20 }, (_, i) => cache.get(i < 10 ? prompt + i : { i, prompt }) === prompt);
		return { found: found.every(Boolean), other: cache.get(`${prompt}x`) ?? null, bytes: cache.stats().l2.bytes };
	});
	assert.deepEqual([seen.found, seen.other], [true, null]);
	assert.ok(seen.bytes > 0 && seen.bytes < 18 * 2 * 24_000, `${seen.bytes}`);
	assert.deepEqual(problems, []);
});

test('time stands still within a turn and goes on after it; what expired is taken out unasked', async (t) => {
	const { page, problems } = await openAt(t);
	const seen = await page.evaluate(async () => {
		const { MultiLevelCache } = await import('@code-mesh/perf');
		const cache = new MultiLevelCache({ ttl: 30 });
		cache.set('key', 1);
		const begin = performance.now();
		while (performance.now() < begin + 60);
		const within = cache.get('key');
		cache.set('other', 2);
		// No timer: those of the page come when they like.
		while (cache.has('key')) await new Promise(queue);
		const after = cache.get('key') ?? null;
		while (cache.size) await new Promise(queue);
		return { within, after, expired: cache.stats().evictions.expired };

		function queue(resolve) {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => {
				port1.close();
				resolve();
			};
			port2.postMessage(0);
		}
	});
	assert.deepEqual(seen, { within: 1, after: null, expired: 2 });
	assert.deepEqual(problems, []);
});

test('under a Content-Security-Policy without wasm-unsafe-eval it stays LRU and works', async (t) => {
	const csp = `default-src 'none'; script-src 'self' ${IMPORT_MAP_HASH}; connect-src 'self'; img-src data:`;
	const { page } = await openAt(t, { '/': pageRoute(EMPTY_PAGE, csp) });
	const seen = await page.evaluate(async () => {
		const { load, MultiLevelCache, status } = await import('@code-mesh/perf');
		const cache = new MultiLevelCache({ l1Size: 50, l2Size: 50, ttl: 1e6 });
		for (let i = 0; i < 300; i++) cache.set(i, { i });
		await load();
		for (let i = 300; i < 600; i++) cache.set(i, { i });
		const loaded = await cache.getOrSet('long '.repeat(1000), async () => 'value');
		const { policy, entries, l2 } = cache.stats();
		return {
			engine: status().engine,
			policy,
			entries,
			warm: l2.entries,
			loaded,
			old: cache.get(510),
			gone: cache.get(400),
		};
	});
	assert.deepEqual(seen, {
		engine: 'js',
		policy: 'lru',
		entries: 100,
		warm: 50,
		loaded: 'value',
		old: { i: 510 },
		gone: undefined,
	});
});

async function openAt(t, routes) {
	const server = await startFixtures((end) => t.after(end), routes);
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(server.url);
	return { page, server, problems };
}
