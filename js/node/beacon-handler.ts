import type { IncomingMessage, ServerResponse } from 'node:http';
import { PerfError, type WasmPerformanceMonitor } from '../index.js';
import { loadSync } from './load-sync.js';
import { isWaiting, replay } from './replay.js';

/** Options of {@link beaconHandler}. */
export interface BeaconHandlerOptions {
	/**
	 * Bytes of one request at most; more is answered by 413.
	 * @default 1048576
	 */
	readonly maxBytes?: number;
	/**
	 * Whose pages may read the answer: an origin, or `*`. Sending needs no permission; without it no CORS header is set.
	 * @default undefined
	 */
	readonly allowOrigin?: string;
}

/**
 * A request handler (`http.createServer`, Express, Connect) that merges into `monitor` what pages send by
 * `monitor.beacon(url)`. It answers 204; 400 and one line of text to what is none of ours, of which nothing is merged.
 *
 * Anyone who can reach it can add numbers: put it behind your own checks where that matters.
 */
export function beaconHandler(
	monitor: WasmPerformanceMonitor,
	options: BeaconHandlerOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
	const { maxBytes = 2 ** 20, allowOrigin } = options;
	return (request, response) => {
		const answer = (status: number, text = '') => {
			response.writeHead(status, text ? { 'content-type': 'text/plain; charset=utf-8' } : {}).end(text && `${text}\n`);
		};
		if (allowOrigin) {
			response.setHeader('access-control-allow-origin', allowOrigin);
			response.setHeader('vary', 'origin');
		}
		if (request.method === 'OPTIONS' && allowOrigin) {
			response.setHeader('access-control-allow-methods', 'POST');
			response.setHeader('access-control-allow-headers', 'content-type');
			answer(204);
		} else if (request.method !== 'POST') {
			response.setHeader('allow', 'POST');
			answer(405, `expected POST, got ${request.method}`);
		} else {
			readBody(request, maxBytes, (body) => {
				if (body === undefined) {
					response.setHeader('connection', 'close');
					answer(413, `expected at most ${maxBytes} bytes`);
					return;
				}
				answer(...take(monitor, body));
			});
		}
	};
}

/** Collects the body; undefined as soon as it is too long. A request that breaks off is answered by nobody. */
function readBody(request: IncomingMessage, maxBytes: number, done: (body: string | undefined) => void): void {
	const chunks: Buffer[] = [];
	let length = 0;
	const onData = (chunk: Buffer) => {
		chunks.push(chunk);
		length += chunk.length;
		if (length > maxBytes) {
			request.off('data', onData).off('end', onEnd).resume();
			done(undefined);
		}
	};
	const onEnd = () => done(Buffer.concat(chunks).toString());
	request
		.on('data', onData)
		.on('end', onEnd)
		.on('error', () => {});
}

/** Merges a body; returns status and text of the answer. */
function take(monitor: WasmPerformanceMonitor, body: string): [status: number, text?: string] {
	try {
		const data: unknown = JSON.parse(body);
		loadSync();
		if (isWaiting(data)) {
			replay(monitor, data);
		} else {
			monitor.merge(data as never);
		}
		return [204];
	} catch (error) {
		if (
			error instanceof SyntaxError ||
			error instanceof TypeError ||
			(PerfError.is(error) && error.code === 'SNAPSHOT')
		) {
			return [400, `expected a snapshot of @code-mesh/perf as JSON: ${error.message}`];
		}
		return [500, 'the snapshot could not be merged'];
	}
}
