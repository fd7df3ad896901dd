// A Redis server of one test's own, on a free port of this machine, without anything on disk.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../js/support/until.mjs';

/**
 * Starts a server that is stopped when the test is over.
 *
 * @param {(end: () => Promise<void>) => void} after registers the end, as `t.after` does
 */
export async function startRedis(after) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-redis-'));
	const port = await freePort();
	let child;
	const server = {
		port,
		url: `redis://127.0.0.1:${port}`,
		get pid() {
			return child.pid;
		},
		/** Starts it, empty, on the same port. */
		async start() {
			child = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder], {
				stdio: 'ignore',
			});
			const [event, error] = await Promise.race([
				once(child, 'error').then(([reason]) => ['error', reason]),
				until(() => child.exitCode !== null || answers(port)).then(() => ['ready']),
			]);
			if (event === 'error' || child.exitCode !== null) {
				throw new Error(`No redis-server (${error ?? `ended with ${child.exitCode}`}): run scripts/setup --tests`);
			}
		},
		/** Ends it without a word to its clients. */
		async kill() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			const end = once(child, 'exit');
			child.kill('SIGKILL');
			await end;
		},
		/** Stops it in the middle of everything, its connections open. */
		pause: () => child.kill('SIGSTOP'),
		resume: () => child.kill('SIGCONT'),
	};
	after(async () => {
		await server.kill();
		await rm(folder, { recursive: true, force: true });
	});
	await server.start();
	return server;
}

/**
 * A way to a server on which every answer takes `delay` ms longer; it may be changed while it runs.
 *
 * @param {(end: () => Promise<void>) => void} after registers the end
 */
export async function startSlowWay(after, port) {
	const way = { delay: 0, url: '' };
	const sockets = new Set();
	const proxy = createServer((client) => {
		const server = connect(port, '127.0.0.1');
		for (const [from, to] of [
			[client, server],
			[server, client],
		]) {
			sockets.add(from);
			from.on('error', () => to.destroy()).on('close', () => to.destroy());
		}
		client.on('data', (bytes) => server.write(bytes));
		// Timers of one length end in their order, so the bytes keep theirs while the delay stays.
		server.on('data', (bytes) => setTimeout(() => client.writable && client.write(bytes), way.delay));
	});
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	way.url = `redis://127.0.0.1:${proxy.address().port}`;
	after(async () => {
		for (const socket of sockets) socket.destroy();
		proxy.close();
		await once(proxy, 'close');
	});
	return way;
}

async function freePort() {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address();
	server.close();
	await once(server, 'close');
	return port;
}

/** Whether somebody at a port answers PING. */
async function answers(port) {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		socket.write('PING\r\n');
		const [answer] = await once(socket, 'data');
		return `${answer}`.startsWith('+PONG');
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
