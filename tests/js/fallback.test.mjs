// Where WebAssembly is missing or refused, the JavaScript form takes over with all that was recorded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runForJson } from './support/child.mjs';

const use = (entry, setUp = '', options = '') => `
	import { WasmPerformanceMonitor, PerfError, load, status } from '@code-mesh/perf${entry}';
	const monitor = new WasmPerformanceMonitor();
	const operation = monitor.operation('x', { a: 'b' });
	operation.record(1);
	${setUp}
	await load(${options});
	operation.record(3);
	const { operations } = monitor.snapshot();
	const { engine, state, error } = status();
	console.log(JSON.stringify({ engine, state, code: error.code, ours: PerfError.is(error), message: error.message, cause: error.cause === undefined ? null : String(error.cause), max: operations.x.max, count: operations.x.count }));`;

const refuse = (what, error) => `WebAssembly.${what} = async () => { throw ${error}; };`;

for (const [title, setUp, code, advice, flags] of [
	['without WebAssembly at all', '', 'NO_WEBASSEMBLY', /JavaScript form/, ['--jitless']],
	[
		'under a strict Content-Security-Policy',
		refuse(
			'compile',
			`new WebAssembly.CompileError("WebAssembly.compile(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script")`,
		),
		'CSP',
		/wasm-unsafe-eval/,
	],
	[
		'in Firefox under such a policy',
		refuse('compile', 'new WebAssembly.CompileError("call to WebAssembly.compile() blocked by CSP")'),
		'CSP',
		/wasm-unsafe-eval/,
	],
	[
		'where the host forbids it',
		refuse(
			'compile',
			'new WebAssembly.CompileError("WebAssembly.compile(): Wasm code generation disallowed by embedder")',
		),
		'CSP',
		/wasm-unsafe-eval/,
	],
	[
		'where its memory is refused',
		refuse(
			'instantiate',
			'new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance")',
		),
		'MEMORY',
		/memory/,
	],
	[
		'where it does not compile',
		refuse('compile', 'new WebAssembly.CompileError("unknown opcode")'),
		'COMPILE',
		/perf\.wasm/,
	],
	[
		'where it does not link',
		refuse('instantiate', 'new WebAssembly.LinkError("import missing")'),
		'LINK',
		/perf\.wasm/,
	],
]) {
	test(`${title} the JavaScript form takes over`, async () => {
		const result = await runForJson(use('', setUp), { flags });
		assert.deepEqual([result.engine, result.state, result.code, result.ours], ['js', 'ready', code, true]);
		assert.match(result.message, advice);
		assert.deepEqual([result.max, result.count], [3, 2]);
		assert.notEqual(result.cause, null);
	});
}

test('the slim entry falls back too, where it is not the module that is wrong', async () => {
	const result = await runForJson(
		use(
			'/slim',
			refuse('compile', 'new WebAssembly.CompileError("blocked by CSP")'),
			'{ wasm: Uint8Array.of(0, 97, 115, 109) }',
		),
	);
	assert.deepEqual([result.engine, result.code, result.count], ['js', 'CSP', 2]);
	const without = await runForJson(use('/slim', '', '{ wasm: Uint8Array.of(0, 97, 115, 109) }'), {
		flags: ['--jitless'],
	});
	assert.deepEqual([without.engine, without.code], ['js', 'NO_WEBASSEMBLY']);
});

test('a damaged chunk is noticed', async () => {
	const result = await runForJson(`
		import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
		import { tmpdir } from 'node:os';
		const folder = mkdtempSync(tmpdir() + '/perf-');
		cpSync('dist', folder, { recursive: true });
		writeFileSync(folder + '/package.json', '{"type":"module"}');
		const text = readFileSync(folder + '/module.js', 'utf8');
		writeFileSync(folder + '/module.js', text.replace('a', 'b').replace(/ÿ|\\u00e0|[\\u00a0-\\u00ff]/, '\\ufffd'));
		const { load, status } = await import('file://' + folder + '/index.js');
		await load().catch(() => {});
		console.log(JSON.stringify({ engine: status().engine, code: status().error?.code ?? null }));
	`);
	assert.deepEqual(result, { engine: 'js', code: 'CORRUPT' });
});

test('loadSync falls back as well', async () => {
	const result = await runForJson(
		`import { loadSync } from '@code-mesh/perf/node';
		const { engine, error } = loadSync();
		console.log(JSON.stringify([engine, error.code]));`,
		{ flags: ['--jitless'] },
	);
	assert.deepEqual(result, ['js', 'NO_WEBASSEMBLY']);
});
