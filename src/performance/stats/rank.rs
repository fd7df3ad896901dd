/// The rank, in 1..=n, of quantile `q` among `n` sorted samples: `max(1, ceil(q * n))` without float error.
///
/// `q * n` in doubles misleads both ways: 0.07 * 100 comes out above 7, and the exact value of the double 0.9 times
/// 10 lies above 9. So when `q` is the double nearest to some `k / n`, that `k` is what was meant; otherwise the
/// ceiling is taken of the exact product. `n` must be at least 1 and `q` in [0, 1]; O(1).
pub(crate) fn rank(q: f64, n: u64) -> u64 {
    let meant = (q * n as f64 + 0.5) as u64;
    if meant >= 1 && meant <= n && meant as f64 / n as f64 == q {
        return meant;
    }
    exact_ceiling(q, n).clamp(1, n)
}

/// The ceiling of q * n with q taken as the exact binary fraction it is.
fn exact_ceiling(q: f64, n: u64) -> u64 {
    let bits = q.to_bits();
    let exponent = (bits >> 52) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, shift) = match exponent {
        0 => (fraction, 1074),
        _ => (fraction | 1 << 52, 1075 - exponent),
    };
    let product = u128::from(mantissa) * u128::from(n);
    if shift >= 128 {
        return u64::from(product > 0);
    }
    let whole = product >> shift;
    let rest = product & ((1u128 << shift) - 1);
    (whole + u128::from(rest > 0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_quantiles_mean_what_they_say() {
        for n in 1..=1_000u64 {
            for percent in 1..=100u64 {
                let expected = (percent * n).div_ceil(100).max(1);
                assert_eq!(
                    rank(percent as f64 / 100.0, n),
                    expected,
                    "q = {percent} %, n = {n}"
                );
            }
        }
    }

    #[test]
    fn one_ulp_above_a_half_is_the_next_rank() {
        assert_eq!(rank(0.5, 2), 1);
        assert_eq!(rank(f64::from_bits(0.5f64.to_bits() + 1), 2), 2);
        assert_eq!(rank(f64::from_bits(0.5f64.to_bits() - 1), 2), 1);
    }

    #[test]
    fn the_ends_are_the_first_and_the_last_sample() {
        for n in [1, 2, 1_000, u64::MAX] {
            assert_eq!(rank(0.0, n), 1);
            assert_eq!(rank(f64::from_bits(1), n), 1);
            assert_eq!(rank(1.0, n), n);
        }
    }
}
