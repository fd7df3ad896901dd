// The installed types, checked as strictly as a user may: every declaration file too, and no DOM.

import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeProject } from './support/project.mjs';
import { run } from './support/run.mjs';
import { pack, ROOT } from './support/tarball.mjs';
import { checkWork, WORK } from './support/work.mjs';

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const COMMON = {
	strict: true,
	lib: ['es2022'],
	target: 'es2022',
	types: [],
	skipLibCheck: false,
	noEmitOnError: true,
	exactOptionalPropertyTypes: true,
	verbatimModuleSyntax: true,
};
const TYPED = `
  const span: Span = read.start();
  span.finish();
  const typed: Snapshot = await monitor.snapshotAsync();
  const p99: number = typed.operations['work'] === undefined ? Number.NaN : typed.operations['work'].p99;
  // @ts-expect-error a duration is a number
  monitor.record('work', 'soon');
`;
const PRINT = 'console.log(JSON.stringify([result, p99 > 0][0]));';

const { tarball } = await pack(after);

for (const [name, compilerOptions, files, compiled] of [
	['module nodenext, as ES module', { module: 'nodenext' }, { 'main.mts': esm() }, 'main.mjs'],
	['module nodenext, as CommonJS', { module: 'nodenext' }, { 'main.cts': cjs() }, 'main.cjs'],
	['module for bundlers', { module: 'esnext', moduleResolution: 'bundler' }, { 'main.ts': esm() }, 'main.js'],
]) {
	test(`checks, and runs as compiled: ${name}`, async (t) => {
		const folder = await makeProject((end) => t.after(end), tarball, {
			...files,
			'console.d.ts': 'declare const console: { log(text: string): void };\n',
			'tsconfig.json': JSON.stringify({ compilerOptions: { ...COMMON, ...compilerOptions } }),
		});
		await run(process.execPath, [TSC, '--project', folder], { cwd: folder });
		checkWork(await run(process.execPath, [compiled], { cwd: folder }));
	});
}

function esm() {
	return `import { load, type Snapshot, type Span, status, WasmPerformanceMonitor } from '@code-mesh/perf';\n${WORK}${TYPED}${PRINT}\nexport {};\n`;
}

function cjs() {
	return `import perf = require('@code-mesh/perf');\nconst { load, status, WasmPerformanceMonitor } = perf;\ntype Snapshot = perf.Snapshot;\ntype Span = perf.Span;\nvoid (async () => {${WORK}${TYPED}${PRINT}\n})();\n`;
}
