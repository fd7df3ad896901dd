// The real package in a real page: before, while and after the module comes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launchChromium, openPage } from './support/chromium.mjs';
import { startFixtures } from './support/fixture-server.mjs';

const browser = await launchChromium(after);

test('nothing of the module is fetched before it is asked for, and nothing recorded before is lost', async (t) => {
	const { page, server, problems } = await emptyPage(t);
	const early = await page.evaluate(async () => {
		const { PerfError, status, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		globalThis.monitor = monitor;
		for (let i = 1; i <= 100; i++) monitor.record('early', i);
		const first = status();
		try {
			monitor.snapshot();
		} catch (error) {
			return { first, branded: PerfError.is(error), code: error.code, message: error.message };
		}
	});
	assert.deepEqual([early.first.engine, early.first.state], ['none', 'idle']);
	assert.deepEqual([early.branded, early.code], [true, 'NOT_LOADED']);
	assert.match(early.message, /await load\(\)/);

	const late = await page.evaluate(async () => {
		const { load } = await import('@code-mesh/perf');
		const { engine } = await load();
		const before = monitor.snapshot().operations.early;
		for (let i = 101; i <= 200; i++) monitor.record('early', i);
		return { engine, before, after: monitor.snapshot().operations.early, p99: monitor.quantile('early', 0.99) };
	});
	assert.equal(late.engine, 'wasm');
	assert.deepEqual([late.before.count, late.before.min, late.before.max], [100, 1, 100]);
	assert.deepEqual([late.after.count, late.after.sum, late.after.max], [200, 20_100, 200]);
	assert.ok(Math.abs(late.p99 - 198) <= 198 * 0.00542);
	assert.deepEqual(problems, []);
	assert.deepEqual(repeated(server.requests.filter((path) => path.startsWith('/dist/'))), []);
});

test('importing the package fetches its eager part only', async (t) => {
	const { page, server } = await emptyPage(t);
	await page.evaluate(async () => {
		const { WasmPerformanceMonitor } = await import('@code-mesh/perf');
		new WasmPerformanceMonitor().record('one', 1);
	});
	await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
	const eager = server.requests.filter((path) => path.startsWith('/dist/'));
	await page.evaluate(async () => (await import('@code-mesh/perf')).load());
	assert.ok(
		server.requests.filter((path) => path.startsWith('/dist/')).length > eager.length,
		'the rest comes with load()',
	);
});

test('thousands of records start the load by themselves', async (t) => {
	const { page, problems } = await emptyPage(t);
	const count = await page.evaluate(async () => {
		const { status, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		const operation = monitor.operation('busy');
		for (let i = 0; i < 20_000; i++) operation.record(1);
		while (status().engine === 'none') await new Promise((resolve) => setTimeout(resolve));
		return monitor.snapshot().operations.busy.count;
	});
	assert.equal(count, 20_000);
	assert.deepEqual(problems, []);
});

test('beyond the bound of the buffer, records are dropped and counted', async (t) => {
	const { page } = await emptyPage(t);
	const { count, dropped } = await page.evaluate(async () => {
		const { load, WasmPerformanceMonitor } = await import('@code-mesh/perf');
		const monitor = new WasmPerformanceMonitor();
		const operation = monitor.operation('flood');
		for (let i = 0; i < 200_000; i++) operation.record(1);
		await load();
		const snapshot = monitor.snapshot();
		return { count: snapshot.operations.flood.count, dropped: snapshot.dropped };
	});
	assert.equal(count, 131_072);
	assert.equal(dropped, 200_000 - 131_072);
});

test('a thousand loads at once, from two copies of the package, are one instance', async (t) => {
	const { page, server, problems } = await emptyPage(t, (context) =>
		context.addInitScript(() => {
			globalThis.instances = 0;
			for (const name of ['Instance', 'instantiate', 'instantiateStreaming']) {
				const original = WebAssembly[name];
				WebAssembly[name] = new Proxy(original, {
					apply: (target, self, args) => {
						globalThis.instances++;
						return Reflect.apply(target, self, args);
					},
					construct: (target, args) => {
						globalThis.instances++;
						return Reflect.construct(target, args);
					},
				});
			}
		}),
	);
	const { engines, instances, sum } = await page.evaluate(async () => {
		const [first, second] = await Promise.all([import('/dist/index.js'), import('/dist/index.js?another')]);
		const monitors = [new first.WasmPerformanceMonitor(), new second.WasmPerformanceMonitor()];
		for (const monitor of monitors) monitor.record('shared', 2);
		const loads = Array.from({ length: 1000 }, (_, i) => (i % 2 ? first : second).load());
		const states = await Promise.all(loads);
		const sum = monitors.reduce((total, monitor) => total + monitor.snapshot().operations.shared.sum, 0);
		return { engines: [...new Set(states.map(({ engine }) => engine))], instances: globalThis.instances, sum };
	});
	assert.deepEqual(engines, ['wasm']);
	assert.equal(instances, 1);
	assert.equal(sum, 4);
	assert.deepEqual(repeated(server.requests.filter((path) => path.startsWith('/dist/'))), ['/dist/index.js']);
	assert.deepEqual(problems, []);
});

async function emptyPage(t, prepare = () => {}) {
	const server = await startFixtures((end) => t.after(end));
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await prepare(context);
	await page.goto(server.url);
	return { page, server, problems };
}

function repeated(paths) {
	return [...new Set(paths.filter((path, index) => paths.indexOf(path) !== index))];
}
