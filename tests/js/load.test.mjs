// Loading: once however many ask, forgotten when it fails, given up when the caller says so.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runForJson } from './support/child.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const head =
	"import { WasmPerformanceMonitor, PerfError, load, status } from '@code-mesh/perf'; const print = (value) => console.log(JSON.stringify(value));";

test('a thousand concurrent loads make one instance', async () => {
	const result = await runForJson(`${head}
		let instances = 0;
		const { instantiate } = WebAssembly;
		WebAssembly.instantiate = (...all) => { instances++; return instantiate.apply(WebAssembly, all); };
		const first = load();
		const same = load() === first;
		const monitors = Array.from({ length: 100 }, () => new WasmPerformanceMonitor());
		for (const monitor of monitors) monitor.record('x', 1);
		const all = await Promise.all([...Array.from({ length: 1000 }, () => load()), ...monitors.map((monitor) => monitor.snapshotAsync())]);
		await load();
		print({ instances, same, engines: [...new Set(all.slice(0, 1000).map(({ engine }) => engine))], count: all.at(-1).operations.x.count });
	`);
	assert.deepEqual(result, { instances: 1, same: true, engines: ['wasm'], count: 1 });
});

test('CommonJS and ES modules share one instance and one global tracker', async () => {
	const result = await runForJson(`${head}
		import { createRequire } from 'node:module';
		import { PerformanceTracker } from '@code-mesh/perf';
		const cjs = createRequire(process.cwd() + '/x.js')('@code-mesh/perf');
		const different = cjs.WasmPerformanceMonitor !== WasmPerformanceMonitor;
		let instances = 0;
		const { instantiate } = WebAssembly;
		WebAssembly.instantiate = (...all) => { instances++; return instantiate.apply(WebAssembly, all); };
		const old = new cjs.WasmPerformanceMonitor();
		old.record('before', 1);
		cjs.PerformanceTracker.global().startOperation('shared').finish();
		await Promise.all([load(), cjs.load()]);
		PerformanceTracker.global().startOperation('shared').finish();
		const monitor = new WasmPerformanceMonitor();
		monitor.merge(old.snapshot());
		let caught;
		try { old.merge({}); } catch (error) { caught = error instanceof PerfError && PerfError.is(error) && cjs.PerfError.is(error); }
		print({ different, instances, shared: cjs.PerformanceTracker.global().snapshot().operations.shared.count,
			merged: monitor.snapshot().operations.before.count, status: cjs.status().engine, caught });
	`);
	assert.deepEqual(result, { different: true, instances: 1, shared: 2, merged: 1, status: 'wasm', caught: true });
});

test('a chunk that cannot be fetched rejects with FETCH, keeps the records, and the next call tries again', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'perf-'));
	try {
		cpSync(dist, folder, { recursive: true });
		for (const [name, method] of [
			['engine', 'cjs'],
			['module', 'cjs'],
		]) {
			const file = join(folder, `${name}.${method}`);
			renameSync(file, `${file}.away`);
			const result = await runForJson(
				`const { renameSync } = require('node:fs');
				const { WasmPerformanceMonitor, PerfError, load, status } = require(${JSON.stringify(join(folder, 'index.cjs'))});
				const monitor = new WasmPerformanceMonitor();
				monitor.record('x', 1);
				(async () => {
					const failures = [];
					for (let i = 0; i < 2; i++) await load().catch((error) => failures.push([PerfError.is(error), error.code, !!error.cause]));
					const { state, error } = status();
					monitor.record('x', 2);
					renameSync(${JSON.stringify(`${file}.away`)}, ${JSON.stringify(file)});
					await load();
					console.log(JSON.stringify({ failures, failed: [state, error.code], engine: status().engine, error: status().error, count: monitor.snapshot().operations.x.count }));
				})();`,
				{ type: 'commonjs' },
			);
			assert.deepEqual(
				result,
				{
					failures: [
						[true, 'FETCH', true],
						[true, 'FETCH', true],
					],
					failed: ['failed', 'FETCH'],
					engine: 'wasm',
					count: 2,
				},
				name,
			);
		}
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test('timeout and signal end the waiting, not the load', async () => {
	const result = await runForJson(`${head}
		const { instantiate } = WebAssembly;
		let go;
		const gate = new Promise((resolve) => { go = resolve; });
		WebAssembly.instantiate = async (...all) => { await gate; return instantiate.apply(WebAssembly, all); };
		const code = (promise) => promise.then(() => 'loaded', (error) => error.code);
		const patient = code(load());
		const hurried = await code(load({ timeout: 20 }));
		const controller = new AbortController();
		const aborted = code(load({ signal: controller.signal }));
		controller.abort(new Error('enough'));
		const already = await code(load({ signal: AbortSignal.abort() }));
		const state = status().state;
		go();
		print({ hurried, aborted: await aborted, already, state, patient: await patient, engine: status().engine, again: await code(load({ timeout: 1000 })) });
	`);
	assert.deepEqual(result, {
		hurried: 'TIMEOUT',
		aborted: 'ABORTED',
		already: 'ABORTED',
		state: 'failed',
		patient: 'loaded',
		engine: 'wasm',
		again: 'loaded',
	});
});

test('the JavaScript form can be asked for', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		await load({ engine: 'js' });
		await load();
		print({ status: status(), count: monitor.snapshot().operations.x.count });
	`);
	assert.deepEqual(result, { status: { engine: 'js', state: 'ready', restarts: 0 }, count: 1 });
});

test('a failed import is tried again in ES modules too', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'perf-'));
	try {
		cpSync(dist, folder, { recursive: true });
		const file = join(folder, 'module.js');
		renameSync(join(folder, 'index.js'), join(folder, 'index.mjs'));
		renameSync(join(folder, 'engine.js'), join(folder, 'engine.away'));
		cpSync(fileURLToPath(new URL('../../package.json', import.meta.url)), join(folder, 'package.json'));
		const result = await runForJson(`
			import { renameSync } from 'node:fs';
			const { load, status } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
			const first = await load().then(() => 'loaded', (error) => error.code);
			renameSync(${JSON.stringify(join(folder, 'engine.away'))}, ${JSON.stringify(join(folder, 'engine.js'))});
			const second = await load().then(() => 'loaded', (error) => String(error.cause));
			console.log(JSON.stringify({ first, second, engine: status().engine }));
		`);
		assert.equal(file.length > 0, true);
		assert.deepEqual(result, { first: 'FETCH', second: 'loaded', engine: 'wasm' });
	} finally {
		rmSync(folder, { recursive: true });
	}
});
