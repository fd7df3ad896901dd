import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs a module's text in a process of its own, in the repository; gives its exit, signal and outputs. */
export function runModule(text, { flags = [], type = 'module' } = {}) {
	return new Promise((resolve) => {
		const options = { cwd: root, env: { ...process.env, NODE_TEST_CONTEXT: undefined }, maxBuffer: 1e8 };
		execFile(process.execPath, [...flags, `--input-type=${type}`, '-e', text], options, (error, stdout, stderr) => {
			resolve({ code: error ? error.code : 0, signal: error?.signal ?? null, stdout, stderr });
		});
	});
}

/** The same for a module that must succeed; gives what it printed as JSON. */
export async function runForJson(text, options) {
	const { code, signal, stdout, stderr } = await runModule(text, options);
	if (code !== 0) {
		// Without the code that Node shows first: of a bundled file it is all of it.
		const shown = stderr.split('\n').filter((line) => line.length < 1000);
		throw new Error(`the child ended with ${code ?? signal}: ${shown.join('\n')}`);
	}
	return JSON.parse(stdout);
}
