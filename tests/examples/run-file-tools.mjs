// Starts the main job as a user does, and gives what it said.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../examples/file-tools/main.mjs', import.meta.url));

/** Starts the job with the arguments; `options` go to `spawn`. */
export function startFileTools(args, options = {}) {
	return spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/** Starts the job and waits for its end. */
export async function runFileTools(args, options) {
	return collect(startFileTools(args, options));
}

/** What a process wrote and how it ended. */
export async function collect(child) {
	const output = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr']) {
		child[name].setEncoding('utf8').on('data', (text) => {
			output[name] += text;
		});
	}
	const [status, signal] = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (...ended) => resolve(ended));
	});
	return { ...output, status, signal };
}

/** A folder of its own for a test, removed when the test is over. */
export async function temporaryFolder(t) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
