import type { ModuleParts } from './engine/index.js';
import { PerfError } from './errors.js';
import type { WasmSource } from './slim.js';
import { MAX_TIMEOUT } from './timers.js';
import { createGlue } from './wasm.js';

interface SourceOptions {
	readonly wasm?: unknown;
	readonly integrity?: string;
	readonly signal?: AbortSignal;
	readonly timeout?: number;
}

/** Makes a module of whatever the slim entry's `load({ wasm })` was given. */
export async function open(options: SourceOptions): Promise<ModuleParts> {
	const source = await promised(options.wasm as WasmSource);
	if (isModule(source)) {
		return { createGlue, given: true, module: source };
	}
	const bytes = await bytesOf(source, options);
	const head = new TextDecoder().decode(bytes.subarray(0, 32)).trim();
	if (!head.startsWith('\0asm')) {
		const what = head.startsWith('<') ? 'an HTML page' : `${bytes.length} bytes beginning with ${JSON.stringify(head)}`;
		throw new PerfError('NOT_WASM', `Expected the module, got ${what}: check that the URL leads to perf.wasm itself.`);
	}
	return { createGlue, given: true, moduleBytes: () => bytes };
}

async function promised(wasm: WasmSource | PromiseLike<WasmSource>): Promise<WasmSource> {
	try {
		return await wasm;
	} catch (cause) {
		throw new PerfError('FETCH', 'The promise given as wasm was rejected: see the cause, then load again.', cause);
	}
}

async function bytesOf(source: WasmSource, options: SourceOptions): Promise<Uint8Array<ArrayBuffer>> {
	if (source instanceof ArrayBuffer) {
		return new Uint8Array(source);
	}
	if (ArrayBuffer.isView(source)) {
		return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
	}
	if (typeof source === 'string' || source instanceof URL) {
		return read(await fetchModule(source, options));
	}
	if (typeof (source as Response)?.arrayBuffer === 'function') {
		return read(source as Response);
	}
	throw new PerfError('NO_SOURCE', `wasm: expected a URL, Response, bytes or module, got ${typeof source}.`);
}

async function fetchModule(url: string | URL, { integrity, signal, timeout }: SourceOptions): Promise<Response> {
	// Who began the load gave up waiting just before: a request that is never answered must not keep a process alive.
	const end = signal ?? (timeout && timeout < MAX_TIMEOUT ? AbortSignal.timeout(timeout + 500) : undefined);
	try {
		return await fetch(url, { ...(integrity && { integrity }), ...(end && { signal: end }) });
	} catch (cause) {
		throw new PerfError(
			'FETCH',
			`${url} could not be fetched: check the address and the network, then load again.`,
			cause,
		);
	}
}

async function read(response: Response): Promise<Uint8Array<ArrayBuffer>> {
	if (!response.ok) {
		throw new PerfError('FETCH', `${response.url} answered ${response.status}: check the address, then load again.`);
	}
	try {
		return new Uint8Array(await response.arrayBuffer());
	} catch (cause) {
		throw new PerfError('FETCH', `${response.url} broke off or was read before: load again.`, cause);
	}
}

function isModule(source: WasmSource): source is WebAssembly.Module {
	return typeof WebAssembly === 'object' && source instanceof WebAssembly.Module;
}
