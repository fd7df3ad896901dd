// A server for one test: the built package under /dist/, and whatever pages the test brings.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { readStatic } from '../../../www/static-files.mjs';

const DIST = fileURLToPath(new URL('../../../dist/', import.meta.url));
const PKG = fileURLToPath(new URL('../../../pkg/', import.meta.url));
const IMPORT_MAP = JSON.stringify({
	imports: { '@code-mesh/perf': '/dist/index.js', '@code-mesh/perf/slim': '/dist/slim.js' },
});

/** The hash that allows the pages' import map under a Content-Security-Policy. */
export const IMPORT_MAP_HASH = `'sha256-${createHash('sha256').update(IMPORT_MAP).digest('base64')}'`;

/** An empty page in which the package can be imported by its name. */
export const EMPTY_PAGE = `<!doctype html><html lang="en"><title>test</title><link rel="icon" href="data:,"><script type="importmap">${IMPORT_MAP}</script>`;

/**
 * Listens on a free port of 127.0.0.1 until the test is over.
 *
 * @param {(close: () => Promise<void>) => void} after registers the end, as `t.after` does
 * @param {Record<string, (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void>} routes by path; they win over /dist/ and /pkg/
 * @param {Record<string, string>} folders served under a path that ends in a slash; the first that fits is taken
 * @returns {Promise<{ url: string, requests: string[], routes: typeof routes }>} `requests` are the paths asked for, in order; `routes` may be changed while it runs
 */
export async function startFixtures(after, routes = {}, folders = {}) {
	const requests = [];
	const live = { '/': page(), ...routes };
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url, 'http://127.0.0.1');
		requests.push(pathname);
		const route = live[pathname];
		if (route) route(request, response);
		else serveFolder(pathname, { ...folders, '/dist/': DIST, '/pkg/': PKG }, response);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	after(
		() =>
			new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			}),
	);
	return { url: `http://127.0.0.1:${server.address().port}/`, requests, routes: live };
}

/** A route that answers with a page, under a Content-Security-Policy if one is given. */
export function page(html = EMPTY_PAGE, csp = undefined) {
	return answer(200, 'text/html; charset=utf-8', html, csp === undefined ? {} : { 'content-security-policy': csp });
}

/** A route that always answers the same. */
export function answer(status, type, body, headers = {}) {
	return (_request, response) => {
		response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers });
		response.end(body);
	};
}

async function serveFolder(pathname, folders, response) {
	const prefix = Object.keys(folders).find((path) => pathname.startsWith(path));
	const file = prefix && (await readStatic(folders[prefix], pathname.slice(prefix.length)));
	if (file) answer(200, file.type, file.body)(undefined, response);
	else answer(404, 'text/plain', 'not here\n')(undefined, response);
}
