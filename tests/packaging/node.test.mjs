// The installed package in Node, without any build step.

import { after, test } from 'node:test';
import { makeProject } from './support/project.mjs';
import { run } from './support/run.mjs';
import { pack } from './support/tarball.mjs';
import { checkWork, WORK } from './support/work.mjs';

const { tarball } = await pack(after);

test('an ES module imports it', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'main.js': `import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';\n${WORK}\nconsole.log(JSON.stringify(result));\n`,
	});
	checkWork(await run(process.execPath, ['main.js'], { cwd: folder }));
});

test('a CommonJS module requires it', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'package.json': '{ "private": true }',
		'main.js': `const { load, status, WasmPerformanceMonitor } = require('@code-mesh/perf');\n(async () => {${WORK}\nconsole.log(JSON.stringify(result));\n})();\n`,
	});
	checkWork(await run(process.execPath, ['main.js'], { cwd: folder }));
});

test('the slim entry takes the module from the package, by either way of importing', async (t) => {
	const body = `${WORK.replace('await load();', 'await load({ wasm: readFileSync(path) });')}\nconsole.log(JSON.stringify(result));\n`;
	const folder = await makeProject((end) => t.after(end), tarball, {
		'main.mjs': `import { readFileSync } from 'node:fs';\nimport { createRequire } from 'node:module';\nimport { load, status, WasmPerformanceMonitor } from '@code-mesh/perf/slim';\nconst path = createRequire(import.meta.url).resolve('@code-mesh/perf/perf.wasm');\n${body}`,
		'main.cjs': `const { readFileSync } = require('node:fs');\nconst { load, status, WasmPerformanceMonitor } = require('@code-mesh/perf/slim');\nconst path = require.resolve('@code-mesh/perf/perf.wasm');\n(async () => {${body}})();\n`,
	});
	checkWork(await run(process.execPath, ['main.mjs'], { cwd: folder }));
	checkWork(await run(process.execPath, ['main.cjs'], { cwd: folder }));
});

test('the entry for Node only is found by either way of importing, and shares the core', async (t) => {
	const body = `const monitor = new WasmPerformanceMonitor();\nmonitor.record('work', 1);\nconst { engine } = loadSync();\nprocessMemory(monitor);\nconst { operations, gauges } = monitor.snapshot();\nif (engine !== 'wasm' || operations.work.count !== 1 || !(gauges.process_resident_memory_bytes > 0)) throw new Error(JSON.stringify({ engine, operations, gauges }));\n`;
	const folder = await makeProject((end) => t.after(end), tarball, {
		'main.mjs': `import { WasmPerformanceMonitor } from '@code-mesh/perf';\nimport { loadSync, processMemory } from '@code-mesh/perf/node';\n${body}`,
		'main.cjs': `const { WasmPerformanceMonitor } = require('@code-mesh/perf');\nconst { loadSync, processMemory } = require('@code-mesh/perf/node');\n${body}`,
	});
	await run(process.execPath, ['main.mjs'], { cwd: folder });
	await run(process.execPath, ['main.cjs'], { cwd: folder });
});
