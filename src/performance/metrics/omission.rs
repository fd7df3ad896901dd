//! The values a stalled caller could not record, counted per bucket instead of one by one.

/// More missed values than this cannot be counted exactly in doubles.
const MOST: f64 = (1u64 << 53) as f64;

/// How many values `value - k * interval`, k >= 1, are at least `interval`; `None` above 2^53.
pub(super) fn missed(value: f64, interval: f64) -> Option<u64> {
    let ratio = value / interval;
    if ratio.is_nan() || ratio > MOST {
        return None;
    }
    let guess = (ratio as u64).saturating_sub(1);
    // The quotient is rounded, so the true count may be one off either way.
    (guess.saturating_sub(1)..=guess + 1)
        .rev()
        .find(|k| *k == 0 || nth_missed(value, interval, *k) >= interval)
}

/// The `k`-th missed value, rounded once.
pub(super) fn nth_missed(value: f64, interval: f64, k: u64) -> f64 {
    let product = interval * k as f64;
    let difference = value - product;
    // The error of the product, by Dekker's splitting, so that the result does not depend on a hardware fma.
    difference - product_error(interval, k as f64, product)
}

/// The last k in `from..=missed` whose value still satisfies `inside`, which holds for a prefix that begins at `from`.
pub(super) fn last_in_bucket(
    value: f64,
    interval: f64,
    from: u64,
    missed: u64,
    inside: impl Fn(f64) -> bool,
) -> u64 {
    let (mut low, mut high) = (from, missed);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if inside(nth_missed(value, interval, middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// `a * b - product` exactly (T. J. Dekker, "A floating-point technique for extending the available precision", 1971).
/// Factors too large to split give 0: the product alone then decides.
fn product_error(a: f64, b: f64, product: f64) -> f64 {
    if a > 1e290 || product > 1e290 {
        return 0.0;
    }
    let split = |x: f64| {
        let c = 134_217_729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)
}
