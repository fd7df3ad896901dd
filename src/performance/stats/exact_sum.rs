use super::super::error::Error;

/// Limbs of the full range of a double, 2^-1074 .. 2^1024, with 64 bits of room for carries and more for the product of a
/// double with a count.
const WIDE: usize = 36;

/// Limbs that hold ordinary values in place: 2^-114 .. 2^142.
const NARROW: usize = 4;

/// The limb of the full range at which the narrow ones begin; -1074 + 64 * 15 = -114.
const NARROW_FROM: usize = 15;

/// Biased exponents whose 53 bits fit the narrow limbs and leave 64 bits for carries.
const NARROW_EXPONENTS: core::ops::Range<u64> = 961..1100;

/// A sum of non-negative doubles without any rounding: a fixed-point integer wide enough for all of them.
///
/// Because integers add exactly, sums merge bit-equal in any order and after any split; it is rounded once, to the
/// nearest double (ties to even), when [`ExactSum::value`] reads it. Ordinary values (2^-62 .. 2^77) are added in a few
/// integer instructions; others allocate the full 288-byte range at first touch. 2^64 additions cannot overflow it.
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    narrow: [u64; NARROW],
    wide: Option<Box<[u64; WIDE]>>,
}

impl ExactSum {
    /// An empty sum, 0.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            narrow: [0; NARROW],
            wide: None,
        }
    }

    /// Adds a finite value that is not negative. O(1), allocates only at the first extraordinary value.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = bits >> 52;
        if NARROW_EXPONENTS.contains(&exponent) {
            let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
            let position = (exponent - NARROW_EXPONENTS.start) as usize;
            let (limb, shift) = (position / 64, position % 64);
            let (low, high) = (mantissa << shift, mantissa >> 1 >> (63 - shift));
            // No branch on `high`: whether a value straddles two limbs is as random as the values are.
            let (sum, carry) = self.narrow[limb].overflowing_add(low);
            self.narrow[limb] = sum;
            let (sum, carry) = self.narrow[limb + 1].overflowing_add(high + u64::from(carry));
            self.narrow[limb + 1] = sum;
            if carry {
                ripple(&mut self.narrow[limb + 2..], 1);
            }
        } else if value > 0.0 {
            let (mantissa, position) = decompose(value);
            add_bits(self.wide_limbs(), mantissa, position);
        }
    }

    /// Adds another sum exactly.
    pub fn merge(&mut self, other: &Self) {
        add_limbs(&mut self.narrow, &other.narrow);
        if let Some(wide) = &other.wide {
            add_limbs(self.wide_limbs(), &wide[..]);
        }
    }

    /// Adds `(from - step) + (from - 2 step) + …`, `terms` terms in all, exactly; every term must be at least 0.
    pub(crate) fn add_falling_series(&mut self, from: f64, step: f64, terms: u64) {
        let steps_in_all = u128::from(terms) * (u128::from(terms) + 1) / 2;
        let mut series = [0; WIDE];
        add_product(&mut series, from, u128::from(terms));
        let mut steps = [0; WIDE];
        add_product(&mut steps, step, steps_in_all);
        subtract_limbs(&mut series, &steps);
        add_limbs(self.wide_limbs(), &series);
    }

    /// The sum, rounded once to the nearest double; sums beyond the largest double are reported as that.
    #[must_use]
    pub fn value(&self) -> f64 {
        match &self.wide {
            None => round(&self.narrow, -1074 + 64 * NARROW_FROM as i32),
            Some(_) => round(&self.all_limbs(), -1074),
        }
    }

    /// The canonical plain form: 32-bit limbs, little endian, and the exponent of the lowest: the sum is
    /// `Σ limbs[i] * 2^(32 i + exponent)`. No zero limb stands at either end; zero has no limbs and exponent 0.
    #[must_use]
    pub fn to_limbs(&self) -> (i32, Vec<u32>) {
        let all;
        let (from, words) = match &self.wide {
            None => (NARROW_FROM, &self.narrow[..]),
            Some(_) => {
                all = self.all_limbs();
                (0, &all[..])
            }
        };
        let mut limbs = Vec::with_capacity(2 * NARROW);
        let mut exponent = 0;
        let mut zeros = 0;
        for (position, word) in words.iter().enumerate() {
            for (half, digits) in [*word as u32, (*word >> 32) as u32].into_iter().enumerate() {
                if digits == 0 {
                    zeros += 1;
                    continue;
                }
                if limbs.is_empty() {
                    exponent = -1074 + 64 * (from + position) as i32 + 32 * half as i32;
                } else {
                    limbs.resize(limbs.len() + zeros, 0);
                }
                zeros = 0;
                limbs.push(digits);
            }
        }
        (exponent, limbs)
    }

    /// The sum that [`ExactSum::to_limbs`] gave these limbs for.
    ///
    /// # Errors
    /// [`Error::MalformedSum`] when the exponent is not one that form can have or the limbs exceed the range.
    pub fn from_limbs(exponent: i32, limbs: impl IntoIterator<Item = u32>) -> Result<Self, Error> {
        let mut sum = Self::new();
        let mut position = exponent.wrapping_add(1074) as u32 as usize;
        for limb in limbs {
            if !position.is_multiple_of(32) || position >= 64 * (WIDE - 1) {
                return Err(Error::MalformedSum { exponent });
            }
            let narrow = position / 64 >= NARROW_FROM && position / 64 < NARROW_FROM + NARROW - 1;
            if narrow {
                add_bits(
                    &mut sum.narrow,
                    u64::from(limb),
                    position - 64 * NARROW_FROM,
                );
            } else if limb != 0 {
                add_bits(sum.wide_limbs(), u64::from(limb), position);
            }
            position += 32;
        }
        Ok(sum)
    }

    #[cold]
    fn wide_limbs(&mut self) -> &mut [u64] {
        &mut self.wide.get_or_insert_with(|| Box::new([0; WIDE]))[..]
    }

    fn all_limbs(&self) -> [u64; WIDE] {
        let mut all = self.wide.as_deref().copied().unwrap_or([0; WIDE]);
        add_limbs(&mut all[NARROW_FROM..], &self.narrow);
        all
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.all_limbs() == other.all_limbs()
    }
}

/// The 53-bit integer of a finite double and the position of its lowest bit above 2^-1074.
fn decompose(value: f64) -> (u64, usize) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match bits >> 52 {
        0 => (fraction, 0),
        exponent => (fraction | 1 << 52, exponent as usize - 1),
    }
}

/// Adds `mantissa * 2^position`; there must be a limb above the one of `position`.
fn add_bits(limbs: &mut [u64], mantissa: u64, position: usize) {
    let (limb, shift) = (position / 64, position % 64);
    // Two steps, since a shift by 64 is not defined when `shift` is 0.
    let (low, high) = (mantissa << shift, mantissa >> 1 >> (63 - shift));
    if let Some([first, second, rest @ ..]) = limbs.get_mut(limb..) {
        let (sum, carry) = first.overflowing_add(low);
        *first = sum;
        let (sum, carry) = second.overflowing_add(high + u64::from(carry));
        *second = sum;
        if carry {
            ripple(rest, 1);
        }
    }
}

#[cold]
fn ripple(limbs: &mut [u64], mut carry: u64) {
    for limb in limbs {
        let (sum, overflow) = limb.overflowing_add(carry);
        *limb = sum;
        if !overflow {
            return;
        }
        carry = 1;
    }
}

fn add_limbs(limbs: &mut [u64], addend: &[u64]) {
    for (index, limb) in addend.iter().enumerate() {
        if *limb != 0 {
            ripple(&mut limbs[index..], *limb);
        }
    }
}

fn subtract_limbs(limbs: &mut [u64], subtrahend: &[u64]) {
    let mut borrow = false;
    for (limb, other) in limbs.iter_mut().zip(subtrahend) {
        let (less, first) = limb.overflowing_sub(*other);
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        *limb = less;
        borrow = first || second;
    }
}

/// Adds `value * factor`, 32 bits of the factor at a time so that each partial product fits two limbs.
fn add_product(limbs: &mut [u64; WIDE], value: f64, factor: u128) {
    let (mantissa, position) = decompose(value);
    for part in 0..4 {
        let digits = (factor >> (32 * part)) as u32;
        let product = u128::from(mantissa) * u128::from(digits);
        for (half, offset) in [(product as u64, 0), ((product >> 64) as u64, 64)] {
            if half != 0 {
                add_bits(limbs, half, position + 32 * part + offset);
            }
        }
    }
}

/// Rounds `limbs * 2^exponent` to the nearest double, ties to even.
fn round(limbs: &[u64], exponent: i32) -> f64 {
    let Some(top) = limbs.iter().rposition(|limb| *limb != 0) else {
        return 0.0;
    };
    let length = 64 * top + 64 - limbs[top].leading_zeros() as usize;
    if length <= 53 {
        return scale(limbs[0], exponent);
    }
    let cut = length - 53;
    let mantissa = bits_from(limbs, cut);
    let half = bits_from(limbs, cut - 1) & 1 == 1;
    let sticky = (0..cut - 1).step_by(64).any(|from| {
        let width = (cut - 1 - from).min(64);
        bits_from(limbs, from) << (64 - width) != 0
    });
    let rounded = mantissa + u64::from(half && (sticky || mantissa & 1 == 1));
    scale(rounded, exponent + cut as i32)
}

/// The 64 bits that begin at bit `from` (fewer at the end), without those above 53 bits of a full mantissa.
fn bits_from(limbs: &[u64], from: usize) -> u64 {
    let (limb, shift) = (from / 64, from % 64);
    let low = limbs[limb] >> shift;
    let high = limbs
        .get(limb + 1)
        .map_or(0, |next| next << 1 << (63 - shift));
    low | high
}

/// `mantissa * 2^exponent` for a mantissa of at most 2^53 and an exponent of at least -1074: always exact.
fn scale(mantissa: u64, exponent: i32) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let length = 64 - mantissa.leading_zeros() as i32;
    let biased = exponent + length - 1 + 1023;
    if biased >= 2047 {
        return f64::MAX;
    }
    if biased <= 0 {
        return f64::from_bits(mantissa << (exponent + 1074));
    }
    let fraction = if length == 54 {
        mantissa >> 1
    } else {
        mantissa << (53 - length)
    };
    f64::from_bits((biased as u64) << 52 | fraction & ((1 << 52) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::new();
        values.iter().for_each(|value| sum.add(*value));
        sum
    }

    #[test]
    fn small_values_are_not_lost_beside_large_ones() {
        let mut sum = sum_of(&[1e16]);
        (0..10_000).for_each(|_| sum.add(1.0));
        assert_eq!(sum.value(), 1e16 + 10_000.0);
        assert_eq!(sum_of(&[0.1; 10]).value(), 1.0);
    }

    #[test]
    fn single_values_are_read_back_bit_equal() {
        for value in [
            0.0,
            f64::from_bits(1),
            1e-310,
            f64::MIN_POSITIVE,
            1e-100,
            0.1,
            1.5,
            1e22,
            1e300,
            f64::MAX,
        ] {
            assert_eq!(
                sum_of(&[value]).value().to_bits(),
                value.to_bits(),
                "{value}"
            );
        }
    }

    #[test]
    fn ties_go_to_even_and_a_trailing_bit_breaks_them() {
        let two_53 = (1u64 << 53) as f64;
        assert_eq!(sum_of(&[two_53, 1.0]).value(), two_53);
        assert_eq!(sum_of(&[two_53, 3.0]).value(), two_53 + 4.0);
        assert_eq!(sum_of(&[two_53, 1.0, 1e-300]).value(), two_53 + 2.0);
        assert_eq!(sum_of(&[two_53 - 1.0, 0.5]).value(), two_53);
    }

    #[test]
    fn a_sum_beyond_the_largest_double_saturates() {
        assert_eq!(sum_of(&[f64::MAX, f64::MAX]).value(), f64::MAX);
    }

    #[test]
    fn limbs_carry_the_sum_exactly() {
        for values in [
            &[0.1, 0.2, 0.3][..],
            &[1e-320, 1e300],
            &[5.0],
            &[1e15, 1e-15],
            &[],
        ] {
            let sum = sum_of(values);
            let (exponent, limbs) = sum.to_limbs();
            let back = ExactSum::from_limbs(exponent, limbs.clone()).unwrap();
            assert_eq!(back, sum);
            assert_eq!(back.to_limbs(), (exponent, limbs));
        }
    }

    #[test]
    fn the_longest_series_of_the_largest_values_fits() {
        let mut series = ExactSum::new();
        let terms = 1 << 40;
        let step = f64::MAX / terms as f64;
        series.add_falling_series(f64::MAX, step, terms - 1);
        // step * (1 + 2 + … + (2^40 - 1)) = step * 2^39 * (2^40 - 1).
        let mut expected = ExactSum::new();
        let mut product = [0; WIDE];
        add_product(&mut product, step, (1 << 39) * ((1 << 40) - 1));
        add_limbs(expected.wide_limbs(), &product);
        assert_eq!(series.to_limbs(), expected.to_limbs());
        assert_eq!(series.to_limbs().1.last(), Some(&33_554_431));
    }

    #[test]
    fn impossible_limbs_are_refused() {
        assert!(ExactSum::from_limbs(-1073, [1]).is_err());
        assert!(ExactSum::from_limbs(-1106, [1]).is_err());
        assert!(ExactSum::from_limbs(974, [1; 9]).is_err());
        assert!(ExactSum::from_limbs(i32::MAX, [1]).is_err());
    }

    #[test]
    fn a_falling_series_is_the_sum_of_its_terms() {
        for (from, step, terms) in [
            (10.0, 1.0, 9u64),
            (0.75, 0.25, 3),
            (1e12, 1.0, 1_000_000),
            (3.0, 1e-3, 1),
        ] {
            let mut series = ExactSum::new();
            series.add_falling_series(from, step, terms);
            let mut naive = ExactSum::new();
            (1..=terms).for_each(|k| naive.add(from - step * k as f64));
            assert_eq!(series.value(), naive.value());
        }
    }
}
