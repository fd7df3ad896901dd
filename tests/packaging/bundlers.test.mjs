// The installed package through the bundlers people use, and through none, in a real browser.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { launchChromium, openPage } from '../browser/support/chromium.mjs';
import { startFixtures } from '../browser/support/fixture-server.mjs';
import { makeProject } from './support/project.mjs';
import { run } from './support/run.mjs';
import { pack } from './support/tarball.mjs';
import { checkWork, WORK } from './support/work.mjs';

const SOURCE = `import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';\n${WORK}\nglobalThis.result = result;\n`;
const HTML = '<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,">';

const { tarball } = await pack(after);
const browser = await launchChromium(after);

test('Vite builds it without any setting', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'index.html': `${HTML}<script type="module" src="/main.js"></script>`,
		'main.js': SOURCE,
	});
	await vite({ root: folder, logLevel: 'silent', configFile: false });
	const entry = await readFile(join(folder, 'dist', 'assets', await entryOf(folder)), 'utf8');
	assert.ok(
		entry.length < 16_384,
		`the entry has ${entry.length} characters: the module was not left in a chunk of its own`,
	);
	await checkInBrowser(t, { '/': join(folder, 'dist') });
});

test('esbuild bundles it for the browser, in chunks', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'index.html': `${HTML}<script type="module" src="/out/main.js"></script>`,
		'main.js': SOURCE,
	});
	await esbuild({
		absWorkingDir: folder,
		entryPoints: ['main.js'],
		bundle: true,
		splitting: true,
		format: 'esm',
		minify: true,
		outdir: 'out',
		logLevel: 'silent',
	});
	await checkInBrowser(t, { '/': folder });
});

test('esbuild bundles it for the browser, in one file', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'index.html': `${HTML}<script src="/out/main.js"></script>`,
		'main.js': `import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';\n(async () => {${WORK}\nglobalThis.result = result; })();\n`,
	});
	await esbuild({
		absWorkingDir: folder,
		entryPoints: ['main.js'],
		bundle: true,
		format: 'iife',
		outdir: 'out',
		logLevel: 'silent',
	});
	await checkInBrowser(t, { '/': folder });
});

test('esbuild bundles it for Node, as CommonJS and as ES module', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'main.js': `import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';\n(async () => {${WORK}\nconsole.log(JSON.stringify(result)); })();\n`,
	});
	for (const [format, outfile] of [
		['cjs', 'out/main.cjs'],
		['esm', 'out/main.mjs'],
	]) {
		await esbuild({
			absWorkingDir: folder,
			entryPoints: ['main.js'],
			bundle: true,
			platform: 'node',
			format,
			outfile,
			logLevel: 'silent',
		});
		checkWork(await run(process.execPath, [outfile], { cwd: folder }));
	}
});

test('a plain page imports it through an import map', async (t) => {
	const folder = await makeProject((end) => t.after(end), tarball, {
		'index.html': `${HTML}<script type="importmap">{ "imports": { "@code-mesh/perf": "/node_modules/@code-mesh/perf/dist/index.js" } }</script><script type="module" src="/main.js"></script>`,
		'main.js': SOURCE,
	});
	await checkInBrowser(t, { '/': folder });
});

async function entryOf(folder) {
	const names = await readdir(join(folder, 'dist', 'assets'));
	return names.find((name) => name.startsWith('index-') && name.endsWith('.js'));
}

/** Opens the page that `folders` serve and checks the result that its script left. */
async function checkInBrowser(t, folders) {
	const server = await startFixtures((end) => t.after(end), {}, folders);
	const { page, context, problems } = await openPage(browser);
	t.after(() => context.close());
	await page.goto(`${server.url}index.html`);
	const result = await page.waitForFunction(() => globalThis.result);
	checkWork(await result.jsonValue());
	assert.deepEqual(problems, []);
}
