// The web server of the demo page: files, and two questions with real work behind them.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { policy, readPage } from './page-source.mjs';
import { answerQuestion } from './questions.mjs';
import { readStatic } from './static-files.mjs';

/** The built package, which the page imports by its name. */
export const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

const WWW = fileURLToPath(new URL('./', import.meta.url));
const HEADERS = {
	'cache-control': 'no-store',
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'no-referrer',
	// An isolated page gets a clock of 5 µs instead of 100 µs.
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp',
	'cross-origin-resource-policy': 'same-origin',
};

/** Listens on 127.0.0.1; port 0 lets the system choose. Gives the address and how to end it. */
export async function startServer(port = 0) {
	const server = createServer((request, response) => {
		answer(request).then(
			({ status = 200, type, body, headers = {} }) => {
				response.writeHead(status, {
					...HEADERS,
					'content-type': type,
					'content-length': Buffer.byteLength(body),
					...headers,
				});
				response.end(request.method === 'HEAD' ? undefined : body);
			},
			(error) => {
				response.writeHead(500, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
				response.end('The server failed; its terminal says why.\n');
				process.stderr.write(`${request.method} ${JSON.stringify(request.url)}: ${error.stack}\n`);
			},
		);
	});
	await new Promise((resolve, reject) => {
		server.once('error', (error) => reject(new Error(listenProblem(error, port))));
		server.listen(port, '127.0.0.1', resolve);
	});
	return { url: `http://127.0.0.1:${server.address().port}/`, close: () => closeServer(server) };
}

async function answer(request) {
	if (request.method !== 'GET' && request.method !== 'HEAD')
		return text(405, 'Only GET is answered here.', { allow: 'GET, HEAD' });
	const target = parse(request.url);
	if (target === undefined) return text(400, 'Not an address.');
	if (target.pathname === '/' || target.pathname === '/index.html') {
		const page = await readPage();
		return { type: 'text/html; charset=utf-8', body: page, headers: { 'content-security-policy': policy(page) } };
	}
	if (target.pathname.startsWith('/api/')) return answerQuestion(target) ?? text(404, 'No such question.');
	const file = target.pathname.startsWith('/dist/')
		? await readStatic(DIST, target.pathname.slice('/dist/'.length))
		: await readStatic(WWW, target.pathname.slice(1));
	return file ?? text(404, 'No such file.');
}

function parse(url) {
	try {
		return new URL(url, 'http://127.0.0.1');
	} catch {
		return undefined;
	}
}

function text(status, sentence, headers) {
	return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n`, headers };
}

function listenProblem(error, port) {
	if (error.code === 'EADDRINUSE') return `Port ${port} is in use: give another --port, or none for a free one`;
	if (error.code === 'EACCES') return `Port ${port} is not allowed: give one above 1023, or none for a free one`;
	return error.message;
}

function closeServer(server) {
	return new Promise((resolve) => {
		server.close(resolve);
		server.closeAllConnections();
	});
}
