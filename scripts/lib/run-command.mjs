import { spawn } from 'node:child_process';

/**
 * Runs a command whose output, both streams, goes to stderr: stdout belongs to whoever called the build. Ends this
 * process with the command's status when it fails, since the command has then said why.
 */
export async function runCommand(command, args, env = {}) {
	const child = spawn(command, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
	const stop = (signal) => child.kill(signal);
	process.once('SIGINT', stop).once('SIGTERM', stop);
	const [status, signal] = await new Promise((resolve, reject) => {
		child.once('error', (error) => reject(new Error(`cannot run ${command}: ${error.message}`)));
		child.once('exit', (...how) => resolve(how));
	});
	process.off('SIGINT', stop).off('SIGTERM', stop);
	if (status === 0) return;
	console.error(`build: '${command} ${args.join(' ')}' ended with ${signal ?? `status ${status}`}`);
	process.exit(status ?? 1);
}
