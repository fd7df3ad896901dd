// The package as `npm pack` makes it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Packs the checkout as it is built now. Gives the path of the tarball and the paths of the files in it. */
export async function pack(after) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-pack-'));
	after(() => rm(folder, { recursive: true, force: true }));
	const stdout = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
	const [{ filename, files }] = Object.values(JSON.parse(stdout));
	return { tarball: join(folder, filename.replace('@', '').replace('/', '-')), files: files.map(({ path }) => path) };
}
