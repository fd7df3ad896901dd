// The store in IndexedDB, in real pages: it outlives reloads, two tabs share it, and a full disk is a miss.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sourceUrl } from '../js/support/source.mjs';
import { launchChromium, openPage } from './support/chromium.mjs';
import { answer, page as pageRoute, startFixtures } from './support/fixture-server.mjs';

const PEER = fileURLToPath(new URL('../../node_modules/idb-keyval/dist/', import.meta.url));
const browser = await launchChromium(after);
const source = await readFile(
	new URL(await sourceUrl("export { StoreTier } from './js/cache/store/store-tier.ts';")),
	'utf8',
);

/** A page in which idb-keyval is found, or is not. */
function withImports(imports) {
	const all = { '@code-mesh/perf': '/dist/index.js', source: '/source.js', ...imports };
	return `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports: all })}</script>`;
}

const PAGE = withImports({ 'idb-keyval': '/peer/index.js' });

test('what is set is there after a reload, until it expires, is deleted or cleared', async (t) => {
	const { page, problems } = await open(t);
	const before = await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		const { StoreTier } = await import('source');
		const tier = new StoreTier(idbStore(), { write: 'behind', timeout: 5000 });
		for (let i = 0; i < 600; i++) tier._set(`key ${i}`, { value: { i }, expiresAt: Infinity });
		tier._set('bytes', { value: Uint8Array.of(0, 200, 255), expiresAt: Infinity });
		tier._set('gone', { value: 1, expiresAt: Infinity });
		tier._set('short', { value: 1, expiresAt: Date.now() + 1 });
		tier._delete(['gone']);
		await tier.flush();
		return tier._stats();
	});
	assert.deepEqual([before.errors, before.timeouts, before.pending, before.dropped], [0, 0, 0, 0]);
	await page.reload();
	const found = await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		const { StoreTier } = await import('source');
		const store = idbStore();
		const tier = new StoreTier(store, { timeout: 5000 });
		const many = await tier._getMany(['key 599', 'gone', 'short', 'absent']);
		const bytes = (await tier._get('bytes')).value;
		const has = [await store.has('perf/key 7'), await store.has('perf/short'), await store.has('absent')];
		await tier._clear();
		const cleared = await tier._get('key 599');
		await tier.close();
		return { many: many.map((each) => each?.value), bytes: [...bytes], has, cleared, stats: tier._stats() };
	});
	assert.deepEqual(found.many, [{ i: 599 }, undefined, undefined, undefined]);
	assert.deepEqual(found.bytes, [0, 200, 255]);
	assert.deepEqual(found.has, [true, false, false]);
	assert.equal(found.cleared, undefined);
	assert.deepEqual([found.stats.errors, found.stats.breaker], [0, 'closed']);
	assert.deepEqual(problems, []);
});

test('a cache over it begins after a reload with what it had, and tabs on one channel drop what another wrote', async (t) => {
	const { page, context, server, problems } = await open(t);
	const other = await context.newPage();
	await other.goto(server.url);
	const make = (each) =>
		each.evaluate(async () => {
			const { channelBus, idbStore, MultiLevelCache } = await import('@code-mesh/perf');
			const options = { store: idbStore(), storeOptions: { timeout: 5000 }, bus: channelBus() };
			globalThis.cache = new MultiLevelCache({ l1Size: 20, ...options });
			await cache.flush();
		});
	await make(page);
	await page.evaluate(() => cache.setMany(Array.from({ length: 50 }, (_, i) => [{ page: i }, { i }])));
	await page.reload();
	await make(page);
	await make(other);
	const look = (each, key) => each.evaluate((k) => cache.lookup({ page: k }, () => 'loaded'), key);
	assert.deepEqual(await look(page, 7), { value: { i: 7 }, outcome: 'store' });
	assert.deepEqual(await look(page, 7), { value: { i: 7 }, outcome: 'hit' });
	assert.deepEqual(await look(other, 7), { value: { i: 7 }, outcome: 'store' });
	await other.evaluate(() => cache.setMany([[{ page: 7 }, 'written elsewhere']]));
	await page.waitForFunction(() => cache.get({ page: 7 }) === undefined);
	assert.deepEqual(await look(page, 7), { value: 'written elsewhere', outcome: 'store' });
	const { l3, entries } = await page.evaluate(() => cache.stats());
	assert.deepEqual([l3.errors, l3.timeouts, l3.breaker], [0, 0, 'closed']);
	assert.ok(entries <= 20);
	assert.deepEqual(problems, []);
});

test('two tabs share it', async (t) => {
	const { page, context, server } = await open(t);
	const other = await context.newPage();
	await other.goto(server.url);
	for (const each of [page, other]) {
		await each.evaluate(async () => {
			globalThis.store = (await import('@code-mesh/perf')).idbStore();
		});
	}
	await page.evaluate(() => store.set('key', 'from the first'));
	assert.equal(await other.evaluate(() => store.get('key')), 'from the first');
	const write = (each, tab) =>
		each.evaluate(
			(name) => Promise.all(Array.from({ length: 300 }, (_, at) => store.set(`${name} ${at}`, `${at}`))),
			tab,
		);
	await Promise.all([write(page, 'one'), write(other, 'two')]);
	const read = () => store.getMany(['one 299', 'two 299', 'one 0', 'two 0']);
	assert.deepEqual(await page.evaluate(read), ['299', '299', '0', '0']);
	assert.deepEqual(await other.evaluate(read), ['299', '299', '0', '0']);
	await other.evaluate(() => store.deleteMany(['key', 'one 0']));
	assert.deepEqual(await page.evaluate(() => store.getMany(['key', 'one 0'])), [undefined, undefined]);
	// A tab that wants the database gone is not kept from it by one that has it open.
	const deleted = await other.evaluate(async () => {
		await store.disconnect();
		const request = indexedDB.deleteDatabase('code-mesh-perf');
		return new Promise((resolve) => {
			request.onsuccess = () => resolve('deleted');
			request.onblocked = () => resolve('blocked');
		});
	});
	assert.equal(deleted, 'deleted');
	assert.equal(await page.evaluate(() => store.get('two 0')), undefined, 'opened again, and empty');
});

test('refused quota: the write is refused and counted, what is there stays readable, and nothing old is left', async (t) => {
	const { page, context, server, problems } = await open(t);
	const session = await context.newCDPSession(page);
	const origin = new URL(server.url).origin;
	// Before the first use: the browser remembers for a while how much room it found.
	await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
	await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		const { StoreTier } = await import('source');
		globalThis.store = idbStore();
		globalThis.tier = new StoreTier(store, { timeout: 20_000 });
		await tier._set('key', { value: 'old', expiresAt: Infinity });
		await tier._set('other', { value: 'other', expiresAt: Infinity });
	});
	const refused = await page.evaluate(async () => {
		await tier._set('key', { value: 'x'.repeat(4_000_000), expiresAt: Infinity });
		const found = await tier._getMany(['key', 'other']);
		return { found: found.map((each) => each?.value), refused: store.refused, stats: tier._stats() };
	});
	assert.equal(refused.refused, 1);
	assert.equal(refused.found[0], undefined);
	assert.deepEqual([refused.stats.refused, refused.stats.errors, refused.stats.breaker], [1, 0, 'closed']);
	await session.send('Storage.overrideQuotaForOrigin', { origin });
	const later = await page.evaluate(async () => {
		await tier._set('key', { value: 'new', expiresAt: Infinity });
		return (await tier._get('key'))?.value;
	});
	assert.equal(later, 'new');
	assert.deepEqual(problems, []);
});

test('it is bounded: what has expired goes first, then the oldest', async (t) => {
	const { page } = await open(t);
	const { counts, kept } = await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		const store = idbStore({ database: 'bounded', maxEntries: 50 });
		const now = Date.now();
		let time = now;
		Date.now = () => time;
		const count = async () => {
			const keys = Array.from({ length: 400 }, (_, at) => `key ${at}`);
			return (await store.getMany(keys)).filter((text) => text !== undefined).length;
		};
		const counts = [];
		for (let i = 0; i < 40; i++) {
			time++;
			await store.set(`key ${i}`, 'x', i % 2 ? 1000 : undefined);
		}
		time += 2000;
		for (let i = 40; i < 70; i++) {
			time++;
			await store.set(`key ${i}`, 'x');
		}
		counts.push(await count());
		for (let i = 70; i < 400; i += 10) {
			time++;
			await store.setMany(Array.from({ length: 10 }, (_, at) => ({ key: `key ${i + at}`, value: 'x' })));
			counts.push(await count());
		}
		const kept = await store.getMany(['key 0', 'key 349', 'key 350', 'key 399']);
		return { counts, kept };
	});
	assert.equal(counts[0], 50, 'the expired half made room');
	assert.ok(
		counts.every((each) => each <= 50),
		`${counts}`,
	);
	assert.deepEqual(kept, [undefined, undefined, 'x', 'x']);
});

test('a page that is left and comes back goes on', async (t) => {
	const { page } = await open(t);
	const found = await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		const store = idbStore();
		const written = store.set('key', 'value');
		await store.get('key');
		dispatchEvent(new Event('pagehide'));
		await written;
		return [await store.get('key'), await store.set('key', 'again'), await store.get('key')];
	});
	assert.deepEqual(found, ['value', true, 'again']);
});

test('without idb-keyval, the error says how to get it, and a cache counts it', async (t) => {
	const { page } = await open(t, withImports({}));
	const { code, message, stats } = await page.evaluate(async () => {
		const { idbStore, PerfError } = await import('@code-mesh/perf');
		const { StoreTier } = await import('source');
		const tier = new StoreTier(idbStore());
		await tier._get('key');
		const error = await idbStore()
			.set('key', 'value')
			.catch((reason) => reason);
		return { code: PerfError.is(error) && error.code, message: error.message, stats: tier._stats() };
	});
	assert.equal(code, 'PEER');
	assert.match(message, /npm install idb-keyval/);
	assert.equal(stats.errors, 1);
	assert.match(stats.lastError, /npm install idb-keyval/);
});

test('bad options get an error that names them', async (t) => {
	const { page } = await open(t);
	const messages = await page.evaluate(async () => {
		const { idbStore } = await import('@code-mesh/perf');
		return [{ maxEntries: 0 }, { maxEntries: 1.5 }, { database: '' }, { storeName: 7 }].map((options) => {
			try {
				return `none: ${idbStore(options)}`;
			} catch (error) {
				return error.message;
			}
		});
	});
	assert.deepEqual(
		messages.map((message) => message.split(':')[0]),
		['maxEntries', 'maxEntries', 'database', 'storeName'],
	);
});

/** A page of an origin of its own, so that every test has its own database. */
async function open(t, html = PAGE) {
	const server = await startFixtures(
		(end) => t.after(end),
		{ '/': pageRoute(html), '/source.js': answer(200, 'text/javascript', source) },
		{ '/peer/': PEER },
	);
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(server.url);
	return { page, context, server, problems };
}
