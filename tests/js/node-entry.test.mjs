// The Node entry: loading at once, saving at the end, memory, and what pages send.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WasmPerformanceMonitor } from '@code-mesh/perf';
import { beaconHandler, processMemory } from '@code-mesh/perf/node';
import { runForJson, runModule } from './support/child.mjs';

let folder;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'perf-'));
});
after(() => rmSync(folder, { recursive: true }));

const head =
	"import { WasmPerformanceMonitor, load, status } from '@code-mesh/perf'; import { loadSync, saveOnExit, processMemory } from '@code-mesh/perf/node';";

test('loadSync loads before it returns', async () => {
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		const { engine, state } = loadSync();
		const count = monitor.snapshot().operations.x.count;
		console.log(JSON.stringify({ engine, state, count, again: loadSync().engine, async: (await load()).engine }));
	`);
	assert.deepEqual(result, { engine: 'wasm', state: 'ready', count: 1, again: 'wasm', async: 'wasm' });
});

test('loadSync works in CommonJS and in the middle of a load', async () => {
	const result = await runForJson(
		`const { WasmPerformanceMonitor, load, status } = require('@code-mesh/perf');
		const { loadSync } = require('@code-mesh/perf/node');
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		const loading = load();
		const { engine } = loadSync();
		monitor.record('x', 2);
		loading.then(() => console.log(JSON.stringify([engine, monitor.snapshot().operations.x.count])));`,
		{ type: 'commonjs' },
	);
	assert.deepEqual(result, ['wasm', 2]);
});

test('a synchronous loop that fills the buffer loses nothing after loadSync', async () => {
	const result = await runForJson(`${head}
		loadSync();
		const monitor = new WasmPerformanceMonitor();
		for (let i = 0; i < 300_000; i++) monitor.record('x', i);
		const { operations, dropped } = monitor.snapshot();
		console.log(JSON.stringify([operations.x.count, dropped]));
	`);
	assert.deepEqual(result, [300_000, 0]);
});

for (const [how, code, expected] of [
	['by itself', '', { code: 0 }],
	['by process.exit', 'process.exit(3);', { code: 3 }],
	['by an uncaught error', "throw new Error('uncaught');", { code: 1 }],
	['by SIGTERM', "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);", { signal: 'SIGTERM' }],
	['by SIGINT', "process.kill(process.pid, 'SIGINT'); setInterval(() => {}, 1000);", { signal: 'SIGINT' }],
]) {
	test(`saveOnExit writes when the process ends ${how}, also if nothing was loaded`, async () => {
		const file = join(folder, `${how.replaceAll(' ', '-')}.json`);
		const result = await runModule(`${head}
			const monitor = new WasmPerformanceMonitor();
			saveOnExit(monitor, ${JSON.stringify(file)});
			monitor.record('x', 42);
			monitor.increment('n', 5);
			${code}
		`);
		assert.deepEqual(
			{ code: result.code, signal: result.signal },
			{ code: expected.signal ? null : expected.code, signal: expected.signal ?? null },
		);
		const snapshot = JSON.parse(readFileSync(file, 'utf8'));
		assert.deepEqual([snapshot.schemaVersion, snapshot.operations.x.max, snapshot.counters.n], [1, 42, 5]);
	});
}

test("saveOnExit leaves a program's own signal handling alone, can be stopped, and says what it could not write", async () => {
	const [kept, stopped] = [join(folder, 'kept.json'), join(folder, 'stopped.json')];
	const result = await runModule(`${head}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		saveOnExit(monitor, ${JSON.stringify(kept)});
		saveOnExit(monitor, ${JSON.stringify(stopped)})();
		saveOnExit(monitor, ${JSON.stringify(join(folder, 'no', 'such', 'folder.json'))});
		process.once('SIGTERM', () => { monitor.record('x', 2); process.exit(0); });
		process.kill(process.pid, 'SIGTERM');
		setInterval(() => {}, 1000);
	`);
	assert.equal(result.code, 0);
	assert.equal(JSON.parse(readFileSync(kept, 'utf8')).operations.x.count, 2);
	assert.ok(!existsSync(stopped));
	assert.match(result.stderr, /folder\.json was not written: Error: ENOENT/);
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.endsWith('.tmp')),
		[],
	);
});

test('processMemory tells what the process holds, and sets gauges', async () => {
	const monitor = new WasmPerformanceMonitor();
	const memory = processMemory(monitor);
	assert.ok(memory.resident > memory.heapUsed && memory.heapTotal >= memory.heapUsed && memory.arrayBuffers >= 0);
	assert.ok(processMemory().resident > 0);
	const { gauges } = await monitor.snapshotAsync();
	assert.equal(gauges.process_resident_memory_bytes, memory.resident);
	assert.equal(Object.keys(gauges).length, 5);
});

async function serve(monitor, options) {
	const server = createServer(beaconHandler(monitor, options));
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${server.address().port}/`;
	return {
		url,
		close: () => server.close(),
		post: (body, headers) => fetch(url, { method: 'POST', body, ...headers }),
	};
}

test('beaconHandler merges snapshots and refuses all else with a clear text', async () => {
	const monitor = new WasmPerformanceMonitor();
	const page = new WasmPerformanceMonitor();
	page.operation('view', { route: '/' }).record(12);
	const body = JSON.stringify(await page.snapshotAsync());
	const server = await serve(monitor, { maxBytes: 50_000 });
	try {
		assert.deepEqual([(await server.post(body)).status, (await server.post(body)).status], [204, 204]);
		assert.equal(monitor.snapshot().operations['view{route="/"}'].count, 2);
		assert.equal(monitor.snapshot().operations.view.count, 2);
		for (const [bad, status, text] of [
			['', 400, /expected a snapshot/],
			['nonsense', 400, /expected a snapshot of @code-mesh\/perf as JSON/],
			['null', 400, /schemaVersion/],
			['5', 400, /schemaVersion/],
			['{"schemaVersion":2}', 400, /schemaVersion/],
			[body.replace('"count":1', '"count":7'), 400, /operations\['view'\]/],
			[body.replace('"min":12', '"min":-12'), 400, /operations/],
			[
				JSON.stringify({ schemaVersion: 1, codes: [0], values: [1], series: [], rejected: 0, dropped: 0 }),
				400,
				/codes that name a series/,
			],
			[
				JSON.stringify({ schemaVersion: 1, codes: [], values: [], series: [[9, 'x', '']], rejected: 0, dropped: 0 }),
				400,
				/series/,
			],
			['x'.repeat(60_000), 413, /at most 50000 bytes/],
		]) {
			const response = await server.post(bad);
			assert.equal(response.status, status, bad.slice(0, 80));
			assert.match(await response.text(), text);
			assert.equal(response.headers.get('access-control-allow-origin'), null);
		}
		const get = await fetch(server.url);
		assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
		assert.equal((await fetch(server.url, { method: 'OPTIONS' })).status, 405);
		assert.equal(monitor.snapshot().operations.view.count, 2, 'nothing of the bad ones was merged');
	} finally {
		server.close();
	}
});

test('CORS headers only if asked for', async () => {
	const server = await serve(new WasmPerformanceMonitor(), { allowOrigin: 'https://example.com' });
	try {
		const preflight = await fetch(server.url, { method: 'OPTIONS' });
		assert.deepEqual(
			[
				preflight.status,
				preflight.headers.get('access-control-allow-origin'),
				preflight.headers.get('access-control-allow-methods'),
			],
			[204, 'https://example.com', 'POST'],
		);
		assert.equal((await server.post('x')).headers.get('access-control-allow-origin'), 'https://example.com');
	} finally {
		server.close();
	}
});

test('a request that breaks off harms nobody', async () => {
	const server = await serve(new WasmPerformanceMonitor());
	try {
		const client = spawn(process.execPath, [
			'-e',
			`const s = require('net').connect(${new URL(server.url).port}, '127.0.0.1', () => { s.write('POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1000\\r\\n\\r\\n{"a'); setTimeout(() => s.destroy(), 20); });`,
		]);
		await new Promise((resolve) => client.on('exit', resolve));
		assert.equal((await server.post('x')).status, 400);
	} finally {
		server.close();
	}
});
