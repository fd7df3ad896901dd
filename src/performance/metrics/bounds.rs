//! Bucket boundaries: base-2 exponential buckets at scale 6.
//!
//! Bucket `i` holds `(2^(i/64), 2^((i+1)/64)]`, the definition of OpenTelemetry's exponential histogram and of
//! Prometheus' native histogram at schema 6, so that exported buckets are the recorded ones
//! (<https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram>).

/// The scale of every recorded bucket: 2^6 buckets per power of two.
pub const SCALE: i32 = 6;

/// Buckets per octave (power of two) at [`SCALE`].
pub(crate) const PER_OCTAVE: usize = 64;

/// 2^-30: values at or below it (0.93 ns, where the unit is seconds) count as underflow.
pub(crate) const LOWEST: f64 = 1.0 / (1u64 << 30) as f64;

/// 2^53: values above it count as overflow.
pub(crate) const HIGHEST: f64 = (1u64 << 53) as f64;

const FRACTION: u64 = (1 << 52) - 1;

/// `floor(2^52 * (2^(j/64) - 1))` for j in 0..=64, by exact integer roots.
///
/// A boundary is irrational except for j = 0 and 64, so a mantissa lies above it exactly when its 52 fraction bits
/// exceed this floor: the comparison is exact, not "within an ulp".
const BOUNDS: [u64; PER_OCTAVE + 1] = [
    0x00000000000000,
    0x002c9a3e778060,
    0x0059b0d3158574,
    0x00874518759bc8,
    0x00b5586cf9890f,
    0x00e3ec32d3d1a2,
    0x011301d0125b50,
    0x01429aaea92ddf,
    0x0172b83c7d517a,
    0x01a35beb6fcb75,
    0x01d4873168b9aa,
    0x02063b88628cd6,
    0x02387a6e756238,
    0x026b4565e27cdd,
    0x029e9df51fdee1,
    0x02d285a6e4030b,
    0x0306fe0a31b715,
    0x033c08b26416ff,
    0x0371a7373aa9ca,
    0x03a7db34e59ff6,
    0x03dea64c123422,
    0x04160a21f72e29,
    0x044e086061892d,
    0x0486a2b5c13cd0,
    0x04bfdad5362a27,
    0x04f9b2769d2ca6,
    0x05342b569d4f81,
    0x056f4736b527da,
    0x05ab07dd485429,
    0x05e76f15ad2148,
    0x06247eb03a5584,
    0x06623882552224,
    0x06a09e667f3bcc,
    0x06dfb23c651a2e,
    0x071f75e8ec5f73,
    0x075feb564267c8,
    0x07a11473eb0186,
    0x07e2f336cf4e62,
    0x082589994cce12,
    0x0868d99b4492ec,
    0x08ace5422aa0db,
    0x08f1ae99157736,
    0x093737b0cdc5e4,
    0x097d829fde4e4f,
    0x09c49182a3f090,
    0x0a0c667b5de564,
    0x0a5503b23e255c,
    0x0a9e6b5579fdbf,
    0x0ae89f995ad3ad,
    0x0b33a2b84f15fa,
    0x0b7f76f2fb5e46,
    0x0bcc1e904bc1d2,
    0x0c199bdd85529c,
    0x0c67f12e57d14b,
    0x0cb720dcef9069,
    0x0d072d4a07897b,
    0x0d5818dcfba487,
    0x0da9e603db3285,
    0x0dfc97337b9b5e,
    0x0e502ee78b3ff6,
    0x0ea4afa2a490d9,
    0x0efa1bee615a27,
    0x0f50765b6e4540,
    0x0fa7c1819e90d8,
    0x10000000000000,
];

/// For each value of the top 7 fraction bits the bucket in which that cell of the mantissa begins.
///
/// The narrowest bucket (2^(1/64) - 1 = 0.0109) is wider than a cell (1/128 = 0.0078), so at most one boundary
/// lies inside a cell and one comparison settles it.
const FIRST_OF_CELL: [u8; 128] = first_of_cell();

const fn first_of_cell() -> [u8; 128] {
    let mut table = [0; 128];
    let (mut cell, mut bucket) = (0, 0);
    while cell < 128 {
        while BOUNDS[bucket + 1] <= (cell as u64) << 45 {
            bucket += 1;
        }
        table[cell] = bucket as u8;
        cell += 1;
    }
    table
}

/// The octave of a value in `(2^-30, 2^53]` and its bucket in that octave. O(1), no float function.
#[inline(always)]
pub(crate) fn locate(value: f64) -> (i32, usize) {
    // Upper-inclusive: one step below its bit pattern, a power of two falls into the octave beneath.
    let below = value.to_bits() - 1;
    let fraction = below & FRACTION;
    let first = FIRST_OF_CELL[(fraction >> 45) as usize] as usize;
    let bucket = first + usize::from(fraction >= BOUNDS[first + 1]);
    ((below >> 52) as i32 - 1023, bucket)
}

/// The bucket index of a value at [`SCALE`], or `None` outside `(2^-30, 2^53]`.
///
/// An index at a lower scale `s` is this one shifted right by `6 - s`.
#[must_use]
pub fn bucket_index(value: f64) -> Option<i32> {
    if value > LOWEST && value <= HIGHEST {
        let (octave, bucket) = locate(value);
        Some(octave * PER_OCTAVE as i32 + bucket as i32)
    } else {
        None
    }
}

/// The lower (exclusive) bound of bucket `index` at [`SCALE`], rounded down to a double; its upper (inclusive)
/// bound is the lower bound of `index + 1`. Valid for octaves -1022..=1023.
#[must_use]
pub fn lower_bound(index: i32) -> f64 {
    let octave = index.div_euclid(PER_OCTAVE as i32);
    let bucket = index.rem_euclid(PER_OCTAVE as i32) as usize;
    mantissa(bucket) * power_of_two(octave)
}

/// The value reported for bucket `index`: 2ab/(a+b), the harmonic mean of its bounds.
///
/// It is the point whose relative distance to both bounds is the same, (b-a)/(a+b) <= 0.5416 %: no other
/// representative has a smaller worst case.
#[must_use]
pub(crate) fn representative(index: i32) -> f64 {
    let octave = index.div_euclid(PER_OCTAVE as i32);
    let bucket = index.rem_euclid(PER_OCTAVE as i32) as usize;
    let (low, high) = (mantissa(bucket), mantissa(bucket + 1));
    2.0 * low * high / (low + high) * power_of_two(octave)
}

/// `2^(bucket/64)` rounded down to a double; exact for 0 and 64.
fn mantissa(bucket: usize) -> f64 {
    f64::from_bits((1023 << 52) + BOUNDS[bucket])
}

/// 2^exponent, exactly, for exponents of normal doubles.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent.clamp(-1022, 1023) + 1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_two_belongs_to_the_bucket_below_it() {
        for octave in -29..53 {
            let power = power_of_two(octave);
            assert_eq!(bucket_index(power), Some(octave * 64 - 1));
            let above = f64::from_bits(power.to_bits() + 1);
            assert_eq!(bucket_index(above), Some(octave * 64));
        }
    }

    #[test]
    fn the_range_is_open_below_and_closed_above() {
        assert_eq!(bucket_index(LOWEST), None);
        assert_eq!(
            bucket_index(f64::from_bits(LOWEST.to_bits() + 1)),
            Some(-1920)
        );
        assert_eq!(bucket_index(HIGHEST), Some(3391));
        assert_eq!(bucket_index(f64::from_bits(HIGHEST.to_bits() + 1)), None);
        assert_eq!(bucket_index(f64::NAN), None);
    }

    #[test]
    fn every_boundary_separates_its_two_neighbours() {
        for index in -1919..3392 {
            let bound = lower_bound(index);
            let above = f64::from_bits(bound.to_bits() + 1);
            assert_eq!(bucket_index(bound), Some(index - 1), "at {bound}");
            assert_eq!(bucket_index(above), Some(index), "above {bound}");
        }
    }

    #[test]
    fn a_representative_lies_within_the_promised_error_of_both_bounds() {
        for index in -1920..3392 {
            let (low, high, value) = (
                lower_bound(index),
                lower_bound(index + 1),
                representative(index),
            );
            assert!((value - low) / low <= 0.00542 && (high - value) / high <= 0.00542);
        }
    }
}
