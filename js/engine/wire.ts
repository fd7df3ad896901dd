/**
 * The wire form of a snapshot: doubles only, so that it crosses from the core in one copy.
 *
 * Header: `[length, version, startMs, nowMs, rejected, dropped, overflowed, expired, active, seriesCount]`, then the
 * series, each `[handle, kind, role, lastMs, ...body]`. Roles: 0 plain; 1 the total of a name's labels under the bare
 * name; 2 what the bare name itself got. Bodies: a histogram `H, windowMs` and, where that is not 0, `H` of the window;
 * a counter `[value, limbCount, exponent, ...limbs]`; a gauge `[value]`.
 *
 * H: `[count, sum, min, max, p50, p95, p99, errors, aborted, zero, underflow, overflow, bucketCount, limbCount,
 * exponent, octaveCount, ...octaves, ...indices, ...counts, ...limbs]`. Each octave is its number and the 64 counts of
 * its buckets, as 32-bit integers in the place of 32 doubles; bucket counts stand for themselves and add to those. The
 * module writes octaves, and buckets only for what a count has beyond 32 bits; all else writes buckets only.
 */
export const WIRE_VERSION = 1;

/** Numbers before the first series. */
export const HEADER = 10;

/** Numbers of a series before its body. */
export const ENTRY = 4;

export const TOTAL = 1;
export const OWN = 2;

/** Numbers of a histogram before its buckets. */
export const HISTOGRAM = 16;

/** Doubles in the place of one octave. */
export const OCTAVE = 33;

/** Where the histogram that begins at `at` ends. */
export function histogramEnd(wire: Float64Array, at: number): number {
	return bucketsFrom(wire, at) + 2 * (wire[at + 12] as number) + (wire[at + 13] as number);
}

/** Where its buckets begin, after its octaves. */
export function bucketsFrom(wire: Float64Array, at: number): number {
	return at + HISTOGRAM + OCTAVE * (wire[at + 15] as number);
}
