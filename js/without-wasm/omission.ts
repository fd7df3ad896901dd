import { productError } from './rank.js';

/** More missed values than this cannot be counted exactly in doubles. */
const MOST = 2 ** 53;

/** How many values `value - k * interval`, k >= 1, are at least `interval`; -1 above 2^53. */
export function missed(value: number, interval: number): number {
	const ratio = value / interval;
	if (!(ratio <= MOST)) {
		return -1;
	}
	const guess = Math.max(Math.floor(ratio) - 1, 0);
	// The quotient is rounded, so the true count may be one off either way.
	for (let k = guess + 1; k > 0 && k >= guess - 1; k--) {
		if (nthMissed(value, interval, k) >= interval) {
			return k;
		}
	}
	return 0;
}

/** The k-th missed value, rounded once. */
export function nthMissed(value: number, interval: number, k: number): number {
	const product = interval * k;
	return value - product - productError(interval, k, product);
}

/** The last k in `from..=missed` whose value is still inside, which holds for a prefix that begins at `from`. */
export function lastInBucket(from: number, missed: number, inside: (k: number) => boolean): number {
	let low = from;
	let high = missed;
	while (low < high) {
		const middle = low + Math.ceil((high - low) / 2);
		if (inside(middle)) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}
	return low;
}
