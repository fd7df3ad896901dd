import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { atEnd } from '../../js/support/at-end.mjs';

/**
 * Starts a process that answers commands `{ id, name, args }` with `{ id, result }`; gives an object whose methods are the
 * commands. When the test is over it is told to `close`, and has to end by itself.
 */
export async function startProcess(t, file, args) {
	const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	const waiting = new Map();
	const exit = once(child, 'exit');
	let count = 0;
	const call =
		(name) =>
		(...args) =>
			new Promise((resolve) => {
				waiting.set(++count, resolve);
				child.send({ id: count, name, args });
			});
	atEnd(t)(async () => {
		call('close')();
		const [code] = await exit;
		assert.equal(code, 0, 'a member did not end by itself');
	});
	await once(child, 'message');
	child.on('message', ({ id, result }) => {
		waiting.get(id)(result);
		waiting.delete(id);
	});
	return new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : call(name)) });
}
