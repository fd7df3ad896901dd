// The slim entry: told where the module is, in any form, by a real server that does not always serve it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { runForJson } from './support/child.mjs';

const wasm = createRequire(import.meta.url).resolve('@code-mesh/perf/perf.wasm');
const bytes = readFileSync(wasm);
const head = `import { readFileSync } from 'node:fs'; import { createHash } from 'node:crypto';
	import { WasmPerformanceMonitor, PerfError, load, status } from '@code-mesh/perf/slim';
	const print = (value) => console.log(JSON.stringify(value)); const bytes = readFileSync(${JSON.stringify(wasm)});
	const code = (promise) => promise.then(() => status().engine, (error) => PerfError.is(error) ? error.code : String(error));`;

let server;
let origin;
before(async () => {
	let requests = 0;
	server = createServer((request, response) => {
		if (request.url === '/perf.wasm') {
			response.setHeader('content-type', 'application/wasm').end(bytes);
		} else if (request.url === '/plain') {
			response.setHeader('content-type', 'text/plain').end(bytes);
		} else if (request.url === '/html') {
			response.setHeader('content-type', 'text/html').end('\n<!doctype html><title>404</title>');
		} else if (request.url === '/text') {
			response.end('hello');
		} else if (request.url === '/hang') {
			// Never answered.
		} else if (request.url === '/broken') {
			response.writeHead(200, { 'content-length': bytes.length });
			response.write(bytes.subarray(0, 100));
			setTimeout(() => response.destroy(), 10);
		} else if (request.url === '/recovers') {
			requests++ ? response.end(bytes) : response.writeHead(500).end('no');
		} else {
			response.writeHead(404).end('not here');
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
	server.closeAllConnections();
	server.close();
});

for (const [name, source] of [
	['the address', () => `'${origin}/perf.wasm'`],
	['a URL object', () => `new URL('${origin}/plain')`],
	['a response', () => `fetch('${origin}/perf.wasm')`],
	['a Buffer', () => 'bytes'],
	['an ArrayBuffer', () => 'new Uint8Array(bytes).buffer'],
	['a compiled module', () => 'new WebAssembly.Module(bytes)'],
	['a promise of a module', () => 'WebAssembly.compile(bytes)'],
]) {
	test(`it loads from ${name}`, async () => {
		const result = await runForJson(`${head}
			const monitor = new WasmPerformanceMonitor();
			monitor.record('x', 5);
			print({ engine: await code(load({ wasm: ${source()} })), max: monitor.snapshot().operations.x.max });
		`);
		assert.deepEqual(result, { engine: 'wasm', max: 5 });
	});
}

test('errors say what came; the next load works, with all that was recorded', async () => {
	const integrity = "'sha256-' + createHash('sha256').update('other').digest('base64')";
	const result = await runForJson(`${head}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		const codes = {};
		codes.none = await code(load());
		try { monitor.snapshot(); } catch (error) { codes.snapshot = error.code; }
		for (const name of ['missing', 'html', 'text', 'broken', 'recovers']) codes[name] = await code(load({ wasm: '${origin}/' + name }));
		codes.refused = await code(load({ wasm: 'http://127.0.0.1:1/' }));
		codes.integrity = await code(load({ wasm: '${origin}/perf.wasm', integrity: ${integrity} }));
		codes.empty = await code(load({ wasm: new Uint8Array(0) }));
		codes.nonsense = await code(load({ wasm: 5 }));
		codes.rejected = await code(load({ wasm: Promise.reject(new Error('mine')) }));
		codes.truncated = await code(load({ wasm: bytes.subarray(0, 200) }));
		codes.foreign = await code(load({ wasm: Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0) }));
		codes.hang = await code(load({ wasm: '${origin}/hang', timeout: 30 }));
		monitor.record('x', 2);
		const failed = status().state;
		codes.again = await code(load({ wasm: '${origin}/recovers' }));
		print({ codes, failed, error: status().error, count: monitor.snapshot().operations.x.count });
	`);
	assert.deepEqual(result.codes, {
		none: 'NO_SOURCE',
		snapshot: 'NOT_LOADED',
		missing: 'FETCH',
		html: 'NOT_WASM',
		text: 'NOT_WASM',
		broken: 'FETCH',
		recovers: 'FETCH',
		refused: 'FETCH',
		integrity: 'FETCH',
		empty: 'NOT_WASM',
		nonsense: 'NO_SOURCE',
		rejected: 'FETCH',
		truncated: 'COMPILE',
		foreign: 'LINK',
		hang: 'TIMEOUT',
		again: 'wasm',
	});
	assert.equal(result.failed, 'failed');
	assert.equal(result.count, 2);
});

test('a load without a source does not stand in the way of one with a source', async () => {
	const result = await runForJson(`${head}
		const without = code(load());
		print([await code(load({ wasm: bytes })), await without]);
	`);
	assert.deepEqual(result, ['wasm', 'NO_SOURCE']);
});

test('the default entry and the slim one share one core', async () => {
	const result = await runForJson(`${head}
		import * as whole from '@code-mesh/perf';
		await load({ wasm: bytes });
		await whole.load();
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		const other = new whole.WasmPerformanceMonitor();
		other.merge(monitor.snapshot());
		print([whole.status().engine, other.snapshot().operations.x.count]);
	`);
	assert.deepEqual(result, ['wasm', 1]);
});

test('the slim entry never names the module', () => {
	for (const file of ['slim.js', 'slim.cjs']) {
		const text = readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8');
		assert.doesNotMatch(text, /module\.c?js/);
	}
});
