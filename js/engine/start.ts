import type { createGlue } from '../../pkg/glue.js';
import type { Core } from '../core.js';
import type { PerfError } from '../errors.js';
import { shared } from '../shared.js';
import { isPerfError, perfError } from './perf-error.js';
import { wasmCore } from './wasm-core.js';

/** What a source of the module gives: the glue, and the module or its bytes. */
export type ModuleParts = {
	readonly createGlue: typeof createGlue;
	/** Whether the caller of `load` chose it, so that it may be the wrong one. */
	readonly given?: boolean;
	readonly module?: WebAssembly.Module;
	moduleBytes?(): Uint8Array<ArrayBuffer>;
};

/** How far a start came before it failed: what the error means depends on it. */
export type Phase = 'decoding' | 'compiling' | 'linking';

/** Starts the core, once, however many ask; without parts, in its JavaScript form. */
export function start(parts: Promise<ModuleParts> | undefined): Promise<void> {
	if (shared.core) {
		return Promise.resolve();
	}
	shared.starting ??= begun(parts ? startWasm(parts) : startJavascript());
	return shared.starting;
}

/** A start that is remembered until it ends, or until somebody gave it up and another one began. */
export function begun(work: Promise<void>): Promise<void> {
	const ended = (error?: PerfError) => {
		if (shared.starting === start) {
			shared.starting = undefined;
			shared.error = error ?? shared.error;
		}
		if (error) {
			throw error;
		}
	};
	const start = work.then(() => ended(), ended);
	return start;
}

/** The core in JavaScript takes over; `error` says why, unless it was asked for. */
export async function startJavascript(error?: PerfError): Promise<void> {
	const { javascriptCore } = await arrived(import('../without-wasm/index.js'));
	shared.error = error;
	shared.core ??= javascriptCore();
}

async function startWasm(arriving: Promise<ModuleParts>): Promise<void> {
	const parts = await arrived(arriving);
	let phase: Phase = 'decoding';
	try {
		const bytes = parts.moduleBytes?.();
		phase = 'compiling';
		const module = bytes ? await WebAssembly.compile(bytes) : (parts.module as WebAssembly.Module);
		phase = 'linking';
		adopt(wasmCore(await parts.createGlue().init(module)), () => wasmCore(parts.createGlue().initSync(module)));
	} catch (cause) {
		const { explain } = await arrived(import('../without-wasm/index.js'));
		const error = explain(cause, phase);
		if (parts.given && /ABI|COMPILE|LINK/.test(error.code)) {
			throw error;
		}
		await startJavascript(error);
	}
}

/** Takes a core into use, if none came first; `make` gives another one after a trap. */
export function adopt(core: Core, make: () => Core): void {
	if (!shared.core) {
		shared.core = core;
		shared.make = make;
		shared.error = undefined;
	}
}

/** A chunk, or an error that says that it did not arrive. */
async function arrived<T>(chunk: Promise<T>): Promise<T> {
	try {
		return await chunk;
	} catch (cause) {
		throw isPerfError(cause)
			? cause
			: perfError(
					'FETCH',
					'A chunk did not load. Records are kept: call load() again, or reload the page if that does not help.',
					cause,
				);
	}
}
