// A throw-away project outside the checkout, with the package installed from its tarball.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/**
 * @param {(end: () => Promise<void>) => void} after registers the removal, as `t.after` does
 * @param {string} tarball
 * @param {Record<string, string>} files content by path; a package.json is made when there is none
 * @returns {Promise<string>} the folder
 */
export async function makeProject(after, tarball, files) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-project-'));
	after(() => rm(folder, { recursive: true, force: true }));
	const all = { 'package.json': '{ "private": true, "type": "module" }', ...files };
	for (const [path, content] of Object.entries(all)) {
		await mkdir(dirname(join(folder, path)), { recursive: true });
		await writeFile(join(folder, path), content);
	}
	await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: folder });
	return folder;
}
