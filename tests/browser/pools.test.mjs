// Pools in a page: `using` as esbuild writes it, and bytes that move to a worker.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { transform } from 'esbuild';
import { launchChromium, openPage } from './support/chromium.mjs';
import { answer, EMPTY_PAGE, page as pageRoute, startFixtures } from './support/fixture-server.mjs';

const SOURCE = `
	import { BufferPool, load, ObjectPool, WasmPerformanceMonitor } from '@code-mesh/perf';
	const pool = new ObjectPool({ create: () => ({}), maxSize: 2, maxIdleMs: 10, leakSampling: 1, maxLeaseMs: 20, onLeak: (report) => reports.push(report) });
	const reports = [];
	const buffers = new BufferPool();
	for (let i = 0; i < 10; i++) {
		using lease = pool.lease();
		using bytes = buffers.lease(5000, { zero: true });
		bytes.bytes.fill(i);
	}
	const worker = new Worker('/worker.js');
	const lease = buffers.lease(5000);
	lease.bytes.fill(3);
	const echoed = await new Promise((resolve) => {
		worker.onmessage = ({ data }) => resolve(data);
		worker.postMessage(lease.bytes, [lease.bytes.buffer]);
	});
	lease.release();
	const held = [pool.lease(), pool.lease()];
	const controller = new AbortController();
	const waiting = pool.acquire({ signal: controller.signal }).catch(({ code }) => code);
	controller.abort();
	const code = await waiting;
	while (!reports.length) await new Promise((resolve) => setTimeout(resolve, 1));
	for (const each of held) each.release();
	while (pool.stats().idle) await new Promise((resolve) => setTimeout(resolve, 1));
	const monitor = new WasmPerformanceMonitor();
	pool.observe(monitor, 'pool');
	await load();
	globalThis.outcome = {
		code, echoed, stats: pool.stats(), buffers: buffers.stats(), place: reports[0].place, gauges: monitor.snapshot().gauges,
	};
`;
const WORKER = `onmessage = ({ data }) => {
	data[0] = 9;
	postMessage({ length: data.length, sum: data.reduce((a, b) => a + b, 0) }, [data.buffer]);
}`;

const browser = await launchChromium(after);

test('objects and buffers in a page', async (t) => {
	const { code } = await transform(SOURCE, { target: 'es2022', format: 'esm' });
	const server = await startFixtures((end) => t.after(end), {
		'/': pageRoute(`${EMPTY_PAGE}<script type="module" src="/main.js"></script>`),
		'/main.js': answer(200, 'text/javascript', code),
		'/worker.js': answer(200, 'text/javascript', WORKER),
	});
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(server.url);
	const outcome = await (await page.waitForFunction(() => globalThis.outcome)).jsonValue();
	assert.deepEqual(problems, []);
	const { stats, buffers, gauges } = outcome;
	assert.equal(outcome.code, 'ABORTED');
	assert.match(outcome.place, /main\.js:\d+/);
	assert.deepEqual(outcome.echoed, { length: 5000, sum: 4999 * 3 + 9 });
	assert.deepEqual([stats.leases, stats.inUse, stats.size], [12, 0, 0]);
	// The first one may have aged before there was a second.
	assert.ok(stats.created >= 2 && stats.discarded.aged === stats.created, `${stats.created} created`);
	assert.ok(stats.overdue >= 1);
	assert.deepEqual(
		[buffers.leases, buffers.created, buffers.discarded.transferred, buffers.retainedBytes],
		[11, 1, 1, 0],
	);
	assert.equal(gauges['pool.leases'], 12);
});
