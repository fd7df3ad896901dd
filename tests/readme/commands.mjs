// How each command of the README is executed by its test.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { plainEnvironment } from '../packaging/support/run.mjs';

const execute = promisify(execFile);

/** Commands that run the tests themselves or take minutes: that they exist is what can be checked here. */
const ONLY_LOOKED_UP = new Set(['test', 'bench']);

/** Commands that run until they are stopped: they are started, and stopped once they said something. */
const SERVERS = new Set(['web']);

/** The commands of a block, without comments. */
export function commandsOf(code) {
	return code
		.split('\n')
		.map((line) => line.replace(/(^|\s)#.*$/, '').trim())
		.filter(Boolean);
}

/** Whether the command is an npm script that is looked up, started, or run; anything else is run. */
export function kindOf(command, scripts) {
	const [, script] = /^npm (?:run )?([\w:-]+)/.exec(command.replace(/^npm run /, 'npm ')) ?? [];
	if (!command.startsWith('npm ') || ['install', 'pack', 'ci'].includes(script)) return { kind: 'run' };
	if (!(script in scripts)) return { kind: 'missing', script };
	if (ONLY_LOOKED_UP.has(script)) return { kind: 'look up', script };
	return { kind: SERVERS.has(script) ? 'start' : 'run', script };
}

/** Runs a command line in a shell; fails with what it wrote unless it ends with 0. */
export async function runLine(command, options) {
	const { stdout } = await execute('bash', ['-euo', 'pipefail', '-c', command], {
		env: plainEnvironment(),
		maxBuffer: 1 << 24,
		...options,
	});
	return stdout;
}
