// The buffer before the core is there: bounded, counted, in order, and it starts the load by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runForJson } from './support/child.mjs';

const head =
	"import { WasmPerformanceMonitor, load, status } from '@code-mesh/perf'; const print = (value) => console.log(JSON.stringify(value));";

test('the load starts by itself when 4,096 records wait, and nothing is lost or reordered', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		for (let i = 0; i < 4096; i++) monitor.gauge('last', i);
		await new Promise((resolve) => setTimeout(resolve, 50));
		const idle = status().engine;
		monitor.gauge('last', 4096);
		const keepAlive = setTimeout(() => {}, 5000);
		while (status().engine === 'none') { monitor.record('during', 1); monitor.gauge('last', performance.now()); await new Promise(setImmediate); }
		clearTimeout(keepAlive);
		await new Promise(setImmediate);
		const waiting = monitor.waiting;
		monitor.gauge('last', -1);
		const { operations, gauges, dropped } = monitor.snapshot();
		print({ idle, waiting, count: operations.during.count, last: gauges.last, dropped, engine: status().engine });
	`);
	assert.deepEqual([result.idle, result.engine, result.last, result.dropped], ['none', 'wasm', -1, 0]);
	assert.ok(result.waiting < 10, 'what waited was handed over when the core came');
	assert.ok(result.count > 0);
});

test('the buffer grows to 131,072 records and then drops, counted', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		for (let i = 0; i < 140_000; i++) monitor.record('x', i);
		const waiting = monitor.waiting;
		const { operations, dropped } = await monitor.snapshotAsync();
		monitor.record('x', 1e6);
		const after = monitor.snapshot();
		print({ waiting, count: operations.x.count, max: operations.x.max, dropped, after: [after.operations.x.count, after.operations.x.max, after.dropped] });
	`);
	assert.deepEqual(result, {
		waiting: 131_072,
		count: 131_072,
		max: 131_071,
		dropped: 140_000 - 131_072,
		after: [131_073, 1e6, 140_000 - 131_072],
	});
});

test('values recorded before and after the load are one sequence, exact to the last bit', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		const operation = monitor.operation('x');
		let sum = 0n;
		const record = (i) => { const value = (i * 2654435761 % 1048576) / 1024; sum += BigInt(value * 1024); operation.record(value); monitor.gauge('g', i); };
		for (let i = 0; i < 10_000; i++) record(i);
		const loading = load();
		for (let i = 10_000; i < 20_000; i++) record(i);
		await loading;
		for (let i = 20_000; i < 30_000; i++) record(i);
		const { operations, gauges } = monitor.snapshot();
		print({ count: operations.x.count, exact: operations.x.sum === Number(sum) / 1024, gauge: gauges.g });
	`);
	assert.deepEqual(result, { count: 30_000, exact: true, gauge: 29_999 });
});

test('an idle process with a monitor ends by itself', async () => {
	const started = performance.now();
	await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		monitor.operation('x', undefined, { window: 1000 }).record(1);
		for (let i = 0; i < 5000; i++) monitor.record('y', i);
		print(await load());
	`);
	assert.ok(performance.now() - started < 10_000);
});

test('importing and recording fetches no byte of the module', async () => {
	const result = await runForJson(`
		import { register } from 'node:module';
		const seen = [];
		const { port1, port2 } = new MessageChannel();
		port1.on('message', (url) => seen.push(url)); port1.unref();
		register('data:text/javascript,' + encodeURIComponent('let port; export const initialize = (data) => { port = data.port }; export const load = (url, context, next) => { port.postMessage(url); return next(url, context) }'), { data: { port: port2 }, transferList: [port2] });
		const { WasmPerformanceMonitor, load } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		for (let i = 0; i < 4000; i++) monitor.record('x', i);
		await new Promise((resolve) => setTimeout(resolve, 50));
		const names = () => seen.map((url) => url.split('/').pop()).filter((name) => name.endsWith('.js')).sort();
		const before = names();
		await load();
		await new Promise((resolve) => setTimeout(resolve, 50));
		console.log(JSON.stringify({ before, after: names() }));
	`);
	assert.deepEqual(result.before, ['index.js']);
	assert.deepEqual(result.after, ['engine.js', 'index.js', 'module.js']);
});
