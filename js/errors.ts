/**
 * Why a {@link PerfError} came, as a word to branch on.
 *
 * - `ABI`: a module of another version of this package
 * - `ABORTED`: the `AbortSignal` given to `load`, or to `acquire` of a pool, fired
 * - `COMPILE`: the bytes are WebAssembly in name only, or of a version this runtime does not know
 * - `CORRUPT`: the inlined module changed on its way, for example by a tool that rewrites strings
 * - `CSP`: the page's Content-Security-Policy or the host forbids compiling WebAssembly
 * - `DISPOSED`: the monitor or the pool was disposed, or the pool is being drained
 * - `EXHAUSTED`: all objects of a pool are lent, and the call does not wait
 * - `FETCH`: a file of the package, or the module, could not be fetched
 * - `FOREIGN`: what was given back to a pool is not out of that pool
 * - `LINK`: a WebAssembly module of another program, or far from this version
 * - `MEMORY`: the memory that the module needs was refused
 * - `NOT_LOADED`: a read before the module was loaded
 * - `NOT_WASM`: what came is not WebAssembly, typically an HTML error page
 * - `NO_SOURCE`: `load()` of the slim entry without saying where the module is
 * - `NO_WEBASSEMBLY`: this runtime has no WebAssembly
 * - `QUEUE_FULL`: more callers wait for a pool than its `maxWaiting`
 * - `PEER`: an optional package is missing that what was called needs
 * - `READERS`: more than 16 readers of one monitor
 * - `RELEASED`: a lease was used or given back after it had been given back
 * - `SNAPSHOT`: what was to be merged is not a snapshot, or of another schema version
 * - `TIMEOUT`: `load`, or a call of a pool, took longer than its `timeout`
 * - `TRAP`: the module failed three times within a minute
 */
export type PerfErrorCode =
	| 'ABI'
	| 'ABORTED'
	| 'COMPILE'
	| 'CORRUPT'
	| 'CSP'
	| 'DISPOSED'
	| 'EXHAUSTED'
	| 'FETCH'
	| 'FOREIGN'
	| 'LINK'
	| 'MEMORY'
	| 'NOT_LOADED'
	| 'NOT_WASM'
	| 'NO_SOURCE'
	| 'NO_WEBASSEMBLY'
	| 'QUEUE_FULL'
	| 'PEER'
	| 'READERS'
	| 'RELEASED'
	| 'SNAPSHOT'
	| 'TIMEOUT'
	| 'TRAP';

const BRAND = Symbol.for('@code-mesh/perf/error');

/**
 * Every error this package raises on purpose, except the `RangeError`s and `TypeError`s about wrong arguments.
 *
 * The message says what happened and, in one sentence, what to do about it.
 */
export class PerfError extends Error {
	/** The word to branch on. */
	readonly code: PerfErrorCode;

	constructor(code: PerfErrorCode, message: string, cause?: unknown) {
		super(message, { cause });
		this.name = 'PerfError';
		this.code = code;
		// A brand and not `instanceof`, which fails when a program holds two copies of this package.
		Object.defineProperty(this, BRAND, { value: true });
	}

	/** The same brand for `instanceof`. */
	static override [Symbol.hasInstance](value: unknown): boolean {
		return PerfError.is(value);
	}

	/** Whether a caught value is a `PerfError`, also one of another copy of this package. */
	static is(value: unknown): value is PerfError {
		return !!(value as { [BRAND]?: true } | undefined)?.[BRAND];
	}
}
