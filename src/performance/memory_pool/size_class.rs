/// Smallest and largest size class, as powers of two: 64 B and 1 MiB.
const SMALLEST: u32 = 6;
const LARGEST: u32 = 20;

/// How many size classes there are: a power of two each.
pub(super) const CLASSES: usize = (LARGEST - SMALLEST + 1) as usize;

/// The class that serves a request for so many bytes; `None` beyond the largest.
#[inline]
pub(super) fn class_for(bytes: usize) -> Option<usize> {
    let exponent = match bytes {
        0..=64 => SMALLEST,
        _ => usize::BITS - (bytes - 1).leading_zeros(),
    };
    (exponent <= LARGEST).then_some((exponent - SMALLEST) as usize)
}

/// The class under which a buffer of this capacity is kept, the largest that it can serve; `None` for one that is smaller
/// than the smallest class or larger than the largest.
#[inline]
pub(super) fn class_of(capacity: usize) -> Option<usize> {
    let exponent = capacity.checked_ilog2()?.checked_sub(SMALLEST)? as usize;
    (capacity <= 1 << LARGEST).then_some(exponent)
}

/// The bytes of a buffer made for this class.
#[inline]
pub(super) fn bytes_of(class: usize) -> usize {
    1 << (class as u32 + SMALLEST)
}
