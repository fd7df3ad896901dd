// The package in a module Worker, whose numbers merge with the page's.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launchChromium, openPage } from './support/chromium.mjs';
import { answer, startFixtures } from './support/fixture-server.mjs';

const WORKER = `
  import { load, status, WasmPerformanceMonitor } from '/dist/index.js';
  const monitor = new WasmPerformanceMonitor();
  for (let i = 1; i <= 500; i++) monitor.record('work', i);
  await load();
  postMessage({ engine: status().engine, snapshot: monitor.snapshot() });
`;

const browser = await launchChromium(after);

test('a worker measures, and its snapshot merges into the page exactly', async (t) => {
	const server = await startFixtures((end) => t.after(end), { '/worker.js': answer(200, 'text/javascript', WORKER) });
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(server.url);
	const { engine, alone, merged } = await page.evaluate(async () => {
		const { load, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const worker = new Worker('/worker.js', { type: 'module' });
		const { engine, snapshot } = await new Promise((resolve, reject) => {
			worker.onmessage = ({ data }) => resolve(data);
			worker.onerror = (event) => reject(new Error(event.message));
		});
		const monitor = new WasmPerformanceMonitor();
		const alone = new WasmPerformanceMonitor();
		for (let i = 501; i <= 1000; i++) monitor.record('work', i);
		for (let i = 1; i <= 1000; i++) alone.record('work', i);
		await load();
		monitor.merge(snapshot);
		return { engine, alone: alone.snapshot().operations.work, merged: monitor.snapshot().operations.work };
	});
	assert.equal(engine, 'wasm');
	for (const field of ['count', 'sum', 'min', 'max', 'p50', 'p95', 'p99', 'buckets'])
		assert.deepEqual(merged[field], alone[field], field);
	assert.deepEqual(problems, []);
});
