// Where the module may not run, the JavaScript form takes over with all that was recorded.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launchChromium, openPage } from './support/chromium.mjs';
import { EMPTY_PAGE, IMPORT_MAP_HASH, page as pageRoute, startFixtures } from './support/fixture-server.mjs';

const browser = await launchChromium(after);

test('a Content-Security-Policy without wasm-unsafe-eval', async (t) => {
	const csp = `default-src 'none'; script-src 'self' ${IMPORT_MAP_HASH}; connect-src 'self'; img-src data:`;
	const server = await startFixtures((end) => t.after(end), { '/': pageRoute(EMPTY_PAGE, csp) });
	const outcome = await recordAndLook(t, server);
	assert.equal(outcome.status.engine, 'js');
	assert.equal(outcome.reason, 'CSP');
	checkNumbers(outcome);
});

test('no WebAssembly at all', async (t) => {
	const server = await startFixtures((end) => t.after(end));
	const outcome = await recordAndLook(t, server, (context) =>
		context.addInitScript(() => {
			delete globalThis.WebAssembly;
		}),
	);
	assert.equal(outcome.status.engine, 'js');
	assert.equal(outcome.reason, 'NO_WEBASSEMBLY');
	checkNumbers(outcome);
});

test('the policy that the documentation asks for is enough', async (t) => {
	const csp = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${IMPORT_MAP_HASH}; connect-src 'self'; img-src data:`;
	const server = await startFixtures((end) => t.after(end), { '/': pageRoute(EMPTY_PAGE, csp) });
	const outcome = await recordAndLook(t, server);
	assert.equal(outcome.status.engine, 'wasm');
	checkNumbers(outcome);
	assert.deepEqual(outcome.problems, []);
});

async function recordAndLook(t, server, prepare = () => {}) {
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await prepare(context);
	await page.goto(server.url);
	const seen = await page.evaluate(async () => {
		const { load, status, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		const labelled = monitor.operation('work', { tool: 'read' });
		for (let i = 1; i <= 6000; i++) monitor.record('work', i / 10);
		labelled.record(7);
		monitor.increment('calls', 3);
		monitor.gauge('depth', 5);
		await load();
		labelled.record(8);
		return { status: { ...status() }, reason: status().error?.code, snapshot: monitor.snapshot() };
	});
	return { ...seen, problems };
}

function checkNumbers({ snapshot }) {
	const own = snapshot.operations['work{}'];
	assert.equal(own.count, 6000);
	assert.ok(Math.abs(own.p50 - 300) <= 300 * 0.00542);
	assert.deepEqual([own.min, own.max], [0.1, 600]);
	assert.equal(snapshot.operations['work{tool="read"}'].sum, 15);
	assert.equal(snapshot.operations.work.count, 6002);
	assert.deepEqual(
		[snapshot.counters, snapshot.gauges, snapshot.dropped, snapshot.rejected],
		[{ calls: 3 }, { depth: 5 }, 0, 0],
	);
}
