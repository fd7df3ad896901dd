// Parts of the package that have no public name of their own, straight from their source.
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Bundles a module of js/, in a folder that is removed when the process ends. Private names stay as they are written.
 *
 * @param {string} contents its text, with imports like './js/cache/store/store-tier.ts'
 * @returns {Promise<string>} the URL to import
 */
export async function sourceUrl(contents) {
	// Inside the checkout, so that what is imported by name is found.
	mkdirSync(join(ROOT, '.build'), { recursive: true });
	const folder = await mkdtemp(join(ROOT, '.build', 'test-source-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	const outfile = join(folder, 'source.mjs');
	await build({
		stdin: { contents, resolveDir: ROOT, sourcefile: 'source.ts', loader: 'ts' },
		outfile,
		bundle: true,
		format: 'esm',
		platform: 'neutral',
		target: 'es2022',
		external: ['idb-keyval'],
		define: { VERSION: '"0.0.0"', SLIM: 'false', WORKERD: 'false' },
		// What is only loaded on demand is not part of what is tested here.
		plugins: [{ name: 'lazy', setup: leaveLazyImports }],
		logLevel: 'error',
	});
	return pathToFileURL(outfile).href;
}

/** The same, imported. */
export async function importSource(contents) {
	return import(await sourceUrl(contents));
}

function leaveLazyImports({ onResolve }) {
	onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) =>
		kind === 'dynamic-import' ? { path: resolve(resolveDir, path), external: true } : undefined,
	);
}
