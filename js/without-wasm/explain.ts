import { isPerfError, perfError } from '../engine/perf-error.js';
import type { Phase } from '../engine/start.js';
import type { PerfError, PerfErrorCode } from '../errors.js';

/** What the runtime said when it refused the module, as an error that says what to do. */
export function explain(cause: unknown, phase: Phase): PerfError {
	if (isPerfError(cause)) {
		return cause;
	}
	const text = String((cause as Error | undefined)?.message);
	const error = (code: PerfErrorCode, message: string) => perfError(code, message, cause);
	if (phase === 'decoding') {
		return error(
			'CORRUPT',
			'The inlined module was changed on its way: serve the files of the package unchanged, as UTF-8.',
		);
	}
	if (typeof WebAssembly !== 'object') {
		return error('NO_WEBASSEMBLY', 'This runtime has no WebAssembly: the JavaScript form of the core takes over.');
	}
	if (/CSP|content.security|unsafe-eval|disallowed|refused/i.test(text)) {
		return error(
			'CSP',
			"WebAssembly is forbidden here: allow 'wasm-unsafe-eval' in script-src of the Content-Security-Policy.",
		);
	}
	if (cause instanceof RangeError && /memory/i.test(text)) {
		return error('MEMORY', 'The memory of the module was refused: free some, for example that of other modules.');
	}
	return phase === 'compiling'
		? error('COMPILE', 'The module does not compile here: use the perf.wasm of this version, unchanged.')
		: error('LINK', 'The module is not the one of this version: use its own perf.wasm.');
}
