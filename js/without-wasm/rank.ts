/**
 * The rank, in 1..=n, of quantile `q` among `n` sorted samples: `max(1, ceil(q * n))` without float error.
 *
 * 0.07 * 100 comes out above 7 in doubles, so when `q` is the double nearest to some `k / n`, that `k` is what was
 * meant; otherwise the ceiling is taken of the exact product.
 */
export function rank(q: number, n: number): number {
	const meant = Math.floor(q * n + 0.5);
	if (meant >= 1 && meant <= n && meant / n === q) {
		return meant;
	}
	const product = q * n;
	const ceiling = Math.ceil(product);
	// Only an integer product can hide a rest: rounding never crosses an integer.
	const above = ceiling === product && productError(q, n, product) > 0 ? 1 : 0;
	return Math.min(Math.max(ceiling + above, 1), n);
}

/**
 * `a * b - product` exactly (T. J. Dekker, "A floating-point technique for extending the available precision", 1971).
 * Factors too large to split give 0: the product alone then decides.
 */
export function productError(a: number, b: number, product: number): number {
	if (a > 1e290 || product > 1e290) {
		return 0;
	}
	const [aHigh, aLow] = split(a);
	const [bHigh, bLow] = split(b);
	return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function split(x: number): [number, number] {
	const c = 134217729 * x;
	const high = c - (c - x);
	return [high, x - high];
}
