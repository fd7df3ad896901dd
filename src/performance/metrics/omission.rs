/// More missed values than this cannot be counted exactly in doubles.
const MOST: f64 = (1u64 << 53) as f64;

/// The values that a stalled caller could not record: `value - k * interval` for k in `1..=count`, all of them at
/// least `interval`.
pub(super) struct Missed {
    value: f64,
    interval: f64,
    pub(super) count: u64,
}

impl Missed {
    /// None are missed up to the interval, or where the interval says nothing. `None` above 2^53 missed values.
    pub(super) fn of(value: f64, interval: f64) -> Option<Self> {
        let mut missed = Self {
            value,
            interval,
            count: 0,
        };
        if interval > 0.0 && interval <= f64::MAX && value > interval {
            let ratio = value / interval;
            if ratio > MOST {
                return None;
            }
            // The quotient is rounded, so the true count may be one off either way.
            missed.count = ratio as u64;
            while missed.count > 0 && missed.nth(missed.count) < interval {
                missed.count -= 1;
            }
        }
        Some(missed)
    }

    /// The `k`-th missed value. The error of the product is taken back (T. J. Dekker, "A floating-point technique for
    /// extending the available precision", 1971), so that it is right to the last bits however large `k`.
    pub(super) fn nth(&self, k: u64) -> f64 {
        let (a, b) = (self.interval, k as f64);
        let product = a * b;
        // Factors this large cannot be split; the product alone is then good enough.
        let error = if product > 1e290 || a > 1e290 {
            0.0
        } else {
            let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
            a_low * b_low - (product - a_high * b_high - a_low * b_high - a_high * b_low)
        };
        self.value - product - error
    }

    /// The last k from `from` on whose value still satisfies `inside`: it holds from there on and then no more.
    pub(super) fn last_from(&self, from: u64, inside: &dyn Fn(f64) -> bool) -> u64 {
        let (mut low, mut high) = (from, self.count);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if inside(self.nth(middle)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }
}

/// Two halves of 26 bits.
fn split(x: f64) -> (f64, f64) {
    let scaled = 134_217_729.0 * x;
    let high = scaled - (scaled - x);
    (high, x - high)
}
