// `using` as compilers write it for runtimes that do not know it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { runForJson } from './support/child.mjs';

const source = `
	import { WasmPerformanceMonitor, PerformanceTracker } from '@code-mesh/perf';
	const monitor = new WasmPerformanceMonitor();
	const tracker = new PerformanceTracker(monitor);
	for (let i = 0; i < 3; i++) {
		using span = monitor.operation('span').start();
		using guard = tracker.startOperation('guard');
		if (i === 0) guard.finish();
		if (i === 1) continue;
		try {
			using failing = tracker.startOperation('failing');
			throw new Error('x');
		} catch {}
	}
	await monitor.flush();
	{
		using reader = monitor.reader();
		reader.snapshot();
	}
	const { operations } = monitor.snapshot();
	console.log(JSON.stringify(Object.entries(operations).map(([key, { count, aborted }]) => [key, count, aborted])));
	{ using gone = monitor; }
	try { monitor.snapshot(); } catch (error) { if (error.code !== 'DISPOSED') throw error; }
`;

test('spans end with their block, guards that were not finished count as aborted', async () => {
	const { code } = await transform(source, { target: 'es2022', format: 'esm' });
	assert.deepEqual(await runForJson(code), [
		['span', 3, 0],
		['guard', 3, 2],
		['failing', 2, 2],
	]);
});
