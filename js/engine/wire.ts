/**
 * The wire form of a snapshot: doubles only, so that it crosses from the core in one copy.
 *
 * Header: `[length, version, startMs, nowMs, rejected, dropped, overflowed, expired, active, seriesCount]`, then the
 * series, each `[handle, kind, role, lastMs, ...body]`. Roles: 0 plain; 1 the total of a name's labels under the bare
 * name; 2 what the bare name itself got. Bodies: a histogram `H, windowMs` and, where that is not 0, `H` of the window;
 * a counter `[value, limbCount, exponent, ...limbs]`; a gauge `[value]`.
 *
 * H: `[count, sum, min, max, p50, p95, p99, errors, aborted, zero, underflow, overflow, bucketCount, limbCount,
 * exponent, ...indices, ...counts, ...limbs]`.
 */
export const WIRE_VERSION = 1;

/** Numbers before the first series. */
export const HEADER = 10;

/** Numbers of a series before its body. */
export const ENTRY = 4;

export const TOTAL = 1;
export const OWN = 2;

/** Numbers of a histogram before its buckets. */
export const HISTOGRAM = 15;

/** Where the histogram that begins at `at` ends. */
export function histogramEnd(wire: Float64Array, at: number): number {
	return at + HISTOGRAM + 2 * (wire[at + 12] as number) + (wire[at + 13] as number);
}
