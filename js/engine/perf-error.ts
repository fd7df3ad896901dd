import type { PerfError, PerfErrorCode } from '../errors.js';

/**
 * A {@link PerfError} without its class, which is in the eager half already: it is known by its brand, also to
 * `instanceof`.
 */
export function perfError(code: PerfErrorCode, message: string, cause?: unknown): PerfError {
	const error = Object.assign(new Error(message, { cause }), { name: 'PerfError', code });
	return Object.defineProperty(error, BRAND, { value: true });
}

/** Whether a caught value is one of ours. */
export function isPerfError(value: unknown): value is PerfError {
	return !!(value as { [BRAND]?: true } | undefined)?.[BRAND];
}

const BRAND = Symbol.for('@code-mesh/perf/error');
