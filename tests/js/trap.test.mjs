// A real trap inside the module: the instance is replaced, what the last snapshot held is kept, nothing throws.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import binaryen from 'binaryen';
import { runForJson } from './support/child.mjs';

const wasm = createRequire(import.meta.url).resolve('@code-mesh/perf/perf.wasm');
let folder;
let head;

/** The module, but draining exactly 13 records executes `unreachable`, as a panic does. */
function trapping(bytes) {
	const module = binaryen.readBinary(bytes);
	const { MutableGlobals, NontrappingFPToInt, SignExt, BulkMemory, ReferenceTypes, Multivalue } = binaryen.Features;
	module.setFeatures(MutableGlobals | NontrappingFPToInt | SignExt | BulkMemory | ReferenceTypes | Multivalue);
	const { value: name } = binaryen.getExportInfo(module.getExport('drain'));
	const drain = module.getFunction(name);
	const { body } = binaryen.getFunctionInfo(drain);
	const is13 = module.i32.eq(module.local.get(1, binaryen.i32), module.i32.const(13));
	binaryen.Function.setBody(drain, module.block(null, [module.if(is13, module.unreachable()), body]));
	return module.emitBinary();
}

before(() => {
	folder = mkdtempSync(join(tmpdir(), 'perf-'));
	writeFileSync(join(folder, 'trapping.wasm'), trapping(readFileSync(wasm)));
	head = `import { readFileSync } from 'node:fs';
		import { WasmPerformanceMonitor, MetricsCollector, PerfError, load, status } from '@code-mesh/perf/slim';
		await load({ wasm: readFileSync(${JSON.stringify(join(folder, 'trapping.wasm'))}) });
		const print = (value) => console.log(JSON.stringify(value));
		const many = (count, value, name = 'x') => { for (let i = 0; i < count; i++) monitor.record(name, value); };`;
});
after(() => rmSync(folder, { recursive: true }));

test('one trap: another instance, the last snapshot kept, a stuck batch dropped and counted', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		const labelled = monitor.operation('x', { a: 'b' });
		labelled.record(5);
		new MetricsCollector(monitor).histogram('size', undefined, { unit: 'bytes' }).record(9);
		monitor.increment('c', 0.1);
		monitor.gauge('g', 7);
		monitor.record('bad', NaN);
		const before = monitor.snapshot();
		many(3, 1);
		await monitor.flush();
		many(13, 2);
		let thrown = null;
		try { await monitor.flush(); } catch (error) { thrown = String(error); }
		const { engine, restarts } = status();
		many(2, 3);
		const after = monitor.snapshot();
		print({ thrown, engine, restarts, before, after, waiting: monitor.waiting });
	`);
	const { before, after } = result;
	assert.deepEqual([result.thrown, result.engine, result.restarts, result.waiting], [null, 'wasm', 2, 0]);
	assert.equal(after.operations['x{a="b"}'].count, 1);
	assert.deepEqual(after.operations['x{a="b"}'].buckets, before.operations['x{a="b"}'].buckets);
	assert.deepEqual(after.operations['x{}'].count, 2, 'the three records since the snapshot are lost, as documented');
	assert.equal(after.operations.x.count, 3);
	assert.deepEqual(
		[after.counters, after.exactCounters, after.gauges],
		[before.counters, before.exactCounters, before.gauges],
	);
	assert.deepEqual(after.histograms.size.unit, 'bytes');
	assert.deepEqual([after.rejected, after.dropped], [1, 13]);
	assert.equal(after.startedAt.toFixed(0), before.startedAt.toFixed(0));
});

test('a trap in the middle of recording is not noticed by the one who records', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		many(1, 1);
		monitor.snapshot();
		many(13, 1);
		const read = (() => { try { return monitor.snapshot().operations.x.count; } catch (error) { return error.code; } })();
		many(5000, 1);
		print({ read, count: monitor.snapshot().operations.x.count, status: status() });
	`);
	assert.equal(result.read, 'TRAP', 'who reads is told');
	assert.equal(result.status.engine, 'wasm');
	assert.ok(result.count >= 5000);
});

test('three traps within a minute: the JavaScript form takes over, and readers go on', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		const reader = monitor.reader();
		many(4, 1);
		monitor.snapshot();
		many(13, 2);
		await monitor.flush();
		many(13, 3);
		await monitor.flush();
		const between = status().engine;
		many(4, 4);
		await load();
		many(1, 5);
		const { operations } = monitor.snapshot();
		print({ between, status: { ...status(), error: status().error.code }, count: operations.x.count, max: operations.x.max, news: reader.snapshot().operations.x.count });
	`);
	assert.deepEqual(result.status, { engine: 'js', state: 'ready', restarts: 3, error: 'TRAP' });
	assert.equal(result.between, 'none');
	assert.ok(result.count >= 9 && result.max === 5);
	assert.ok(result.news >= 5);
});

test('every monitor of the program moves to the new instance', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		const other = new WasmPerformanceMonitor();
		other.record('y', 1);
		other.snapshot();
		many(13, 1);
		await monitor.flush();
		other.record('y', 2);
		print([other.snapshot().operations.y.count, other.quantile('y', 1)]);
	`);
	assert.deepEqual(result, [2, 2]);
});
