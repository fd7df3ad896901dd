import type { ModuleParts } from './engine/index.js';
import { PerfError } from './errors.js';
import type { Signal } from './platform-types.js';
import { shared } from './shared.js';
import { MAX_TIMEOUT } from './timers.js';

/** Options of {@link load}. */
export interface LoadOptions {
	/** Gives up waiting when it fires; the promise then rejects with code `ABORTED`. */
	readonly signal?: Signal;
	/**
	 * Gives up waiting after so many milliseconds; the promise then rejects with code `TIMEOUT`.
	 * @default Infinity: as long as the network takes
	 */
	readonly timeout?: number;
	/**
	 * `'js'` starts the JavaScript form, which fetches no WebAssembly. Ignored when a core runs already.
	 * @default 'auto': WebAssembly, and the JavaScript form where that is refused
	 */
	readonly engine?: 'auto' | 'js';
}

/** What {@link load} of the slim entry also takes; see `slim.ts`. */
interface SourceOptions {
	readonly wasm?: unknown;
	readonly integrity?: string;
}

/** What runs, as {@link status} tells it. */
export interface Status {
	/** What counts the records: the module, its JavaScript form, or nothing yet. */
	readonly engine: 'none' | 'wasm' | 'js';
	/** `failed` after a load that can be tried again; records are buffered meanwhile. */
	readonly state: 'idle' | 'loading' | 'ready' | 'failed';
	/** Bytes of memory that the module holds; only with engine `wasm`. */
	readonly memoryBytes?: number;
	/** How often the module was started anew after it failed. */
	readonly restarts: number;
	/** Why the last load failed, or why the JavaScript form runs in place of the module. */
	readonly error?: PerfError;
}

let pending: Promise<Status> | undefined;

/**
 * Loads the core now, instead of when it is first needed. However many ask, it is loaded once.
 *
 * Where WebAssembly is missing or refused, the JavaScript form of the core takes over and the promise resolves; then
 * `status().error` says why. A failed load is forgotten: the next call tries again.
 *
 * @throws {@link PerfError} `FETCH`, `TIMEOUT`, `ABORTED` (as rejection)
 */
export function load(options: LoadOptions = {}): Promise<Status> {
	if (SLIM && !(pending || (options as SourceOptions).wasm || options.engine || shared.core || shared.starting)) {
		// Not kept: a call that names the module must not have to wait for this one.
		return Promise.reject(
			new PerfError('NO_SOURCE', 'The slim entry does not know where the module is: call load({ wasm }) first.'),
		);
	}
	if (!pending) {
		const attempt = start(options).then(status);
		const forget = () => {
			if (pending === attempt) {
				pending = undefined;
			}
		};
		pending = attempt;
		attempt.then(forget, forget);
	}
	return options.signal || options.timeout ? patience(pending, options) : pending;
}

/** Whether the core is loaded, which one, and what went wrong. */
export function status(): Status {
	const { core, error, restarts } = shared;
	const state = core ? 'ready' : pending || shared.starting ? 'loading' : error ? 'failed' : 'idle';
	const memoryBytes = core?.memoryBytes();
	return {
		engine: core ? core.kind : 'none',
		state,
		restarts,
		...(memoryBytes && { memoryBytes }),
		...(error && { error }),
	};
}

async function start(options: LoadOptions & SourceOptions): Promise<void> {
	// Both chunks at once: on a slow network each round trip counts.
	const parts = shared.core || options.engine === 'js' ? undefined : fetchParts(options);
	parts?.catch(() => {});
	if (!shared.engines[VERSION]) {
		try {
			shared.engines[VERSION] = (await import('./engine/index.js')).engine;
		} catch (cause) {
			shared.error = new PerfError(
				'FETCH',
				'A chunk did not load. Records are kept: call load() again, or reload the page if that does not help.',
				cause,
			);
			throw shared.error;
		}
	}
	await shared.engines[VERSION]?._start(parts);
}

function fetchParts(options: SourceOptions): Promise<ModuleParts> {
	if (SLIM) {
		return import('./sources.js').then((sources) => sources.open(options));
	}
	return WORKERD ? import('./workerd-module.js') : import('./wasm.js');
}

/** Stops waiting; the load goes on for others, save a request of the slim entry, which ends with who began it. The next call begins anew, in case the load never ends. */
function patience(work: Promise<Status>, { signal, timeout }: LoadOptions): Promise<Status> {
	return new Promise((resolve, reject) => {
		const giveUp = (code: 'ABORTED' | 'TIMEOUT') => {
			if (!shared.core) {
				pending = shared.starting = undefined;
				shared.error = new PerfError(code, 'load() gave up waiting. Records are kept: call it again.', signal?.reason);
				reject(shared.error);
			}
		};
		const abort = () => giveUp('ABORTED');
		const timer = timeout && setTimeout(giveUp, Math.min(timeout, MAX_TIMEOUT), 'TIMEOUT');
		work.then(resolve, reject).finally(() => clearTimeout(timer as number));
		signal?.aborted ? abort() : signal?.addEventListener('abort', abort);
	});
}
