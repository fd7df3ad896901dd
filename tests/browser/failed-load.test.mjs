// A load that fails is tried again, and what was recorded meanwhile is there.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchChromium, openPage } from './support/chromium.mjs';
import { answer, startFixtures } from './support/fixture-server.mjs';

const MODULE = fileURLToPath(import.meta.resolve('@code-mesh/perf/perf.wasm'));

const browser = await launchChromium(after);

test('slim: a server that is down, then an error page, then the module', async (t) => {
	const server = await startFixtures((end) => t.after(end), { '/perf.wasm': answer(503, 'text/plain', 'down') });
	const page = await pageWithMonitor(t, server, '@code-mesh/perf/slim');
	assert.equal(await tryLoad(page, '@code-mesh/perf/slim', { wasm: '/perf.wasm' }), 'FETCH');

	server.routes['/perf.wasm'] = answer(200, 'text/html', '<!doctype html><p>Please sign in</p>');
	assert.equal(await tryLoad(page, '@code-mesh/perf/slim', { wasm: '/perf.wasm' }), 'NOT_WASM');

	server.routes['/perf.wasm'] = answer(200, 'application/wasm', await readFile(MODULE));
	assert.equal(await tryLoad(page, '@code-mesh/perf/slim', { wasm: '/perf.wasm' }), 'wasm');
	await checkRecords(page, 4);
});

test('slim: a module served under another type still loads', async (t) => {
	const server = await startFixtures((end) => t.after(end), {
		'/perf.wasm': answer(200, 'application/octet-stream', await readFile(MODULE)),
	});
	const page = await pageWithMonitor(t, server, '@code-mesh/perf/slim');
	assert.equal(await tryLoad(page, '@code-mesh/perf/slim', { wasm: '/perf.wasm' }), 'wasm');
	await checkRecords(page, 2);
});

test('slim: without a source it says what to give', async (t) => {
	const server = await startFixtures((end) => t.after(end));
	const page = await pageWithMonitor(t, server, '@code-mesh/perf/slim');
	assert.equal(await tryLoad(page, '@code-mesh/perf/slim', {}), 'NO_SOURCE');
});

const FAILURES = {
	'an answer of 503': answer(503, 'text/plain', 'down'),
	'an error page': answer(200, 'text/html', '<!doctype html><p>Please sign in</p>'),
	'a broken connection': (_request, response) => response.destroy(),
};

for (const [failure, route] of Object.entries(FAILURES)) {
	test(`default entry: ${failure} for any lazy chunk, then the load succeeds`, async (t) => {
		for (const chunk of await lazyChunks(t)) {
			const server = await startFixtures((end) => t.after(end), { [chunk]: route });
			const page = await pageWithMonitor(t, server, '@code-mesh/perf');
			assert.equal(await tryLoad(page, '@code-mesh/perf'), 'FETCH', `${chunk} refused`);
			delete server.routes[chunk];
			assert.equal(await tryLoad(page, '@code-mesh/perf'), 'wasm', `${chunk} given again`);
			await checkRecords(page, 3);
		}
	});
}

test('default entry: a chunk that arrives damaged stays so until the page is opened again, as browsers remember it', async (t) => {
	for (const chunk of await lazyChunks(t)) {
		const server = await startFixtures((end) => t.after(end), { [chunk]: answer(200, 'text/javascript', 'export {') });
		const page = await pageWithMonitor(t, server, '@code-mesh/perf');
		assert.equal(await tryLoad(page, '@code-mesh/perf'), 'FETCH');
		delete server.routes[chunk];
		assert.equal(await tryLoad(page, '@code-mesh/perf'), 'FETCH');
		await page.reload();
		await page.evaluate(async () => {
			const { WasmPerformanceMonitor } = await import('@code-mesh/perf');
			globalThis.monitor = new WasmPerformanceMonitor();
		});
		assert.equal(await tryLoad(page, '@code-mesh/perf'), 'wasm');
	}
});

/** The files that come with load() and not with the import. */
async function lazyChunks(t) {
	const server = await startFixtures((end) => t.after(end));
	const page = await pageWithMonitor(t, server, '@code-mesh/perf');
	const eager = new Set(server.requests);
	await tryLoad(page, '@code-mesh/perf');
	const lazy = server.requests.filter((path) => !eager.has(path));
	assert.ok(lazy.length > 0);
	return lazy;
}

async function pageWithMonitor(t, server, entry) {
	const { page, context } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(server.url);
	await page.evaluate(async (entry) => {
		const { WasmPerformanceMonitor } = await import(entry);
		globalThis.monitor = new WasmPerformanceMonitor();
		monitor.record('kept', 1);
	}, entry);
	return page;
}

/** Records once more, then loads; gives the engine or the code of the error. */
async function tryLoad(page, entry, options) {
	return page.evaluate(
		async ([entry, options]) => {
			const { load, PerfError } = await import(entry);
			monitor.record('kept', 1);
			try {
				return (await load(options)).engine;
			} catch (error) {
				return PerfError.is(error) ? error.code : `not a PerfError: ${error}`;
			}
		},
		[entry, options],
	);
}

async function checkRecords(page, expected) {
	assert.equal(await page.evaluate(() => monitor.snapshot().operations.kept.count), expected);
}
