import { createRequire } from 'node:module';
import type { Engine, Phase } from '../engine/index.js';
import { PerfError, type Status, status } from '../index.js';
import { shared } from '../shared.js';

const require = createRequire(import.meta.url);

/**
 * Loads the core before it returns: at the start of a service, or in its last moments, when nothing asynchronous runs
 * any more. Compiling takes a few milliseconds. Where WebAssembly is refused, the JavaScript form takes over.
 *
 * @throws {@link PerfError} `FETCH` when a file of the package is missing
 */
export function loadSync(): Status {
	try {
		shared.engines[VERSION] ??= (require('./engine.cjs') as typeof import('../engine/index.js')).engine;
		shared.core ?? startSync();
	} catch (cause) {
		throw PerfError.is(cause)
			? cause
			: new PerfError('FETCH', 'A file of @code-mesh/perf is missing: install it again.', cause);
	}
	return status();
}

function startSync(): void {
	const engine = shared.engines[VERSION] as Engine;
	const { createGlue, moduleBytes } = require('./module.cjs') as typeof import('../wasm.js');
	let phase: Phase = 'decoding';
	try {
		const bytes = moduleBytes();
		phase = 'compiling';
		const module = new WebAssembly.Module(bytes);
		phase = 'linking';
		const instance = () => engine._wasmCore(createGlue().initSync(module));
		engine._adopt(instance(), instance);
	} catch (cause) {
		const { explain, javascriptCore } = require('./without-wasm.cjs') as typeof import('../without-wasm/index.js');
		shared.error = explain(cause, phase);
		shared.core = javascriptCore();
	}
}
