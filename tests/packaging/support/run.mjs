// Commands as a user would run them.

import { spawn } from 'node:child_process';

/** Runs a command to its end and gives its standard output; fails with everything it wrote unless it ends with 0. */
export async function run(command, args, options = {}) {
	const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment(), ...options });
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text) => {
		stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text) => {
		stderr += text;
	});
	const status = await new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code, signal) => resolve(code ?? signal));
	});
	if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
	return stdout;
}

/** Without what the npm of the checkout tells its scripts: the npm of a throw-away project must not believe it is there. */
export function plainEnvironment() {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(npm_|INIT_CWD$|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name),
	);
	return Object.fromEntries(kept);
}
