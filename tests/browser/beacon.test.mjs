// What a page recorded arrives when the page is left, and is merged by a Node process.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { load, WasmPerformanceMonitor } from '@code-mesh/perf';
import { beaconHandler } from '@code-mesh/perf/node';
import { chromiumPath, FLAGS, launchChromium, openPage } from './support/chromium.mjs';
import { EMPTY_PAGE, page as pageRoute, startFixtures } from './support/fixture-server.mjs';

const browser = await launchChromium(after);
await load();

test('a page that is closed sends what it recorded, labels, counters and errors included', async (t) => {
	const { page, arrived } = await pageAndCollector(t);
	await page.evaluate(async () => {
		const { load, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		monitor.beacon('/beacon');
		const read = monitor.operation('work', { tool: 'read' });
		for (let i = 1; i <= 1000; i++) read.record(i);
		try {
			read.time(() => {
				throw new Error('expected');
			});
		} catch {}
		monitor.increment('calls', 0.1);
		monitor.increment('calls', 0.2);
		await load();
		await monitor.flush();
	});
	await whenBeaconIsArmed(page);
	await page.close({ runBeforeUnload: true });
	const snapshot = await arrived((now) => now.operations['work{tool="read"}']?.count === 1001);
	assert.equal(snapshot.operations['work{tool="read"}'].errors, 1);
	assert.equal(snapshot.operations.work.total, true);
	assert.equal(snapshot.operations.work.max, 1000);
	assert.equal(snapshot.counters.calls, 0.1 + 0.2);
});

test('a page that is left before it loaded the core loses nothing', async (t) => {
	const { page, server, arrived } = await pageAndCollector(t);
	await page.evaluate(async () => {
		const { WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		monitor.beacon('/beacon');
		for (let i = 1; i <= 100; i++) monitor.record('early', i);
		monitor.increment('calls', 7, { kind: 'a' });
	});
	await whenBeaconIsArmed(page);
	await page.goto(`${server.url}elsewhere`);
	const snapshot = await arrived((now) => now.operations.early?.count === 100);
	assert.deepEqual(
		[snapshot.operations.early.min, snapshot.operations.early.max, snapshot.operations.early.sum],
		[1, 100, 5050],
	);
	assert.equal(snapshot.counters['calls{kind="a"}'], 7);
});

test('a page that comes back from the back/forward cache sends only what is new', async (t) => {
	const { page, server, arrived } = await pageAndCollector(t, await launchWithPageCache(t));
	await page.evaluate(async () => {
		const { load, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		globalThis.monitor = new WasmPerformanceMonitor();
		monitor.beacon('/beacon');
		await load();
		for (let i = 0; i < 10; i++) monitor.record('visit', 1);
		addEventListener('pageshow', ({ persisted }) => {
			globalThis.persisted = persisted;
		});
	});
	await whenBeaconIsArmed(page);
	await page.goto(`${server.url}elsewhere`);
	await arrived((now) => now.operations.visit?.count === 10);
	// Not page.goBack(): it waits for a load event, which a page out of that cache does not have.
	await page.evaluate(() => void setTimeout(() => history.back()));
	await page.waitForURL(server.url, { waitUntil: 'commit' });
	await page.waitForFunction(() => globalThis.persisted !== undefined);
	assert.equal(await page.evaluate(() => globalThis.persisted), true);
	await page.evaluate(() => {
		for (let i = 0; i < 5; i++) monitor.record('visit', 1);
	});
	await page.evaluate(() => void setTimeout(() => history.forward()));
	await arrived((now) => now.operations.visit?.count >= 15);
	assert.equal((await arrived(() => true)).operations.visit.count, 15);
});

test('the handler refuses what no page of ours sends', async (t) => {
	const { server, arrived } = await pageAndCollector(t);
	const send = async (body, method = 'POST') => (await fetch(`${server.url}beacon`, { method, body })).status;
	assert.equal(await send('{"schemaVersion":1'), 400);
	assert.equal(await send('[]'), 400);
	assert.equal(await send('null'), 400);
	assert.equal(await send(undefined, 'GET'), 405);
	assert.equal(await send('x'.repeat(2 ** 20 + 1)), 413);
	assert.deepEqual((await arrived(() => true)).operations, {});
});

/** A page on a server whose /beacon merges into a monitor of this process; `arrived` waits until that one says what is expected. */
async function pageAndCollector(t, inBrowser = browser) {
	const collector = new WasmPerformanceMonitor();
	t.after(() => collector.dispose());
	let onRequest = () => {};
	const handle = beaconHandler(collector);
	const server = await startFixtures((end) => t.after(end), {
		'/beacon': (request, response) => {
			response.once('finish', () => onRequest());
			handle(request, response);
		},
		'/elsewhere': pageRoute(EMPTY_PAGE),
	});
	const arrived = async (expected) => {
		for (;;) {
			const next = new Promise((resolve) => {
				onRequest = resolve;
			});
			const snapshot = collector.snapshot();
			if (expected(snapshot)) return snapshot;
			await next;
		}
	};
	const { page, context } = await openPage(inBrowser);
	t.after(() => context.close());
	await page.goto(server.url);
	return { page, server, arrived };
}

/** The part that listens comes in a chunk of its own, which a page that is left at once would not wait for. */
async function whenBeaconIsArmed(page) {
	await page.waitForFunction(() =>
		performance
			.getEntriesByType('resource')
			.some(({ name, responseEnd }) => name.endsWith('/beacon.js') && responseEnd > 0),
	);
	await page.evaluate(() => import('/dist/beacon.js'));
}

/** Playwright switches that cache off, real browsers have it on. */
async function launchWithPageCache(t) {
	const { chromium } = await import('playwright-core');
	const own = await chromium.launch({
		executablePath: chromiumPath(),
		args: FLAGS,
		ignoreDefaultArgs: ['--disable-back-forward-cache'],
	});
	t.after(() => own.close());
	return own;
}
