use std::ops::Range;

use super::bounds::PER_OCTAVE;

/// Counts of the buckets of one octave.
pub(crate) type Octave = [u32; PER_OCTAVE];

/// Counts by bucket, held for the octaves that were ever touched: 256 bytes an octave, and a pointer for each octave
/// between the lowest and the highest one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Octaves {
    /// The octave of `touched[0]`; meaningless while that is empty.
    lowest: i32,
    touched: Vec<Option<Box<Octave>>>,
    /// What no longer fits 32 bits: bucket index and the multiple of 2^32 to add. Empty for all but giant series.
    carries: Vec<(i32, u64)>,
}

impl Octaves {
    /// Counts one sample. O(1); allocates at the first touch of an octave.
    #[inline(always)]
    pub(crate) fn increment(&mut self, octave: i32, bucket: usize) {
        let position = octave.wrapping_sub(self.lowest) as usize;
        if let Some(Some(counts)) = self.touched.get_mut(position) {
            // The mask changes nothing; it spares the check of the index.
            let count = &mut counts[bucket % PER_OCTAVE];
            let (sum, overflow) = count.overflowing_add(1);
            *count = sum;
            if overflow {
                self.carry(octave * PER_OCTAVE as i32 + bucket as i32, 1);
            }
            return;
        }
        self.add(octave * PER_OCTAVE as i32 + bucket as i32, 1);
    }

    /// Adds `n` samples to bucket `index`.
    #[cold]
    pub(crate) fn add(&mut self, index: i32, n: u64) {
        if n == 0 {
            return;
        }
        let counts = self.octave(index.div_euclid(PER_OCTAVE as i32));
        let bucket = index.rem_euclid(PER_OCTAVE as i32) as usize;
        let sum = u64::from(counts[bucket]) + (n & 0xFFFF_FFFF);
        counts[bucket] = sum as u32;
        let carried = (sum >> 32) + (n >> 32);
        if carried > 0 {
            self.carry(index, carried);
        }
    }

    /// Calls `visit` with index and count of every bucket that is not empty, lowest first.
    pub(crate) fn for_each(&self, visit: &mut dyn FnMut(i32, u64)) {
        self.for_each_octave(&mut |octave, counts| {
            for (index, count) in (octave * PER_OCTAVE as i32..).zip(counts) {
                let total = u64::from(*count) + self.carried(index..index + 1);
                if total > 0 {
                    visit(index, total);
                }
            }
        });
    }

    /// Finds the buckets that hold the samples of ascending ranks; those beyond the last sample stay `None`.
    pub(crate) fn find(&self, ranks: &[u64], found: &mut [Option<i32>]) {
        let mut next = 0;
        let mut before = 0;
        self.for_each_octave(&mut |octave, counts| {
            let Some(mut rank) = ranks.get(next).copied() else {
                return;
            };
            let first = octave * PER_OCTAVE as i32;
            let indices = first..first + PER_OCTAVE as i32;
            let low: u64 = counts.chunks_exact(8).map(sum_of_8).sum();
            let end = before + low + self.carried(indices.clone());
            let mut seen = before;
            let mut buckets = indices.zip(counts);
            // Only an octave in which a rank lies is looked at bucket by bucket.
            while rank <= end
                && let Some((index, count)) = buckets.next()
            {
                seen += u64::from(*count);
                if !self.carries.is_empty() {
                    seen += self.carried(index..index + 1);
                }
                while rank <= seen && next < ranks.len() {
                    found[next] = Some(index);
                    next += 1;
                    rank = ranks.get(next).copied().unwrap_or(u64::MAX);
                }
            }
            before = end;
        });
    }

    /// Calls `visit` with every octave that was ever touched, lowest first, and the low 32 bits of its 64 counts.
    pub(crate) fn for_each_octave(&self, visit: &mut dyn FnMut(i32, &Octave)) {
        for (octave, counts) in (self.lowest..).zip(&self.touched) {
            if let Some(counts) = counts {
                visit(octave, counts);
            }
        }
    }

    /// Bucket index and how many times 2^32 are to be added to its count.
    pub(crate) fn carries(&self) -> &[(i32, u64)] {
        &self.carries
    }

    fn octave(&mut self, octave: i32) -> &mut Octave {
        if self.touched.is_empty() {
            self.lowest = octave;
        }
        let below = (self.lowest - octave).max(0) as usize;
        if below > 0 {
            self.touched.splice(0..0, (0..below).map(|_| None));
            self.lowest = octave;
        }
        let position = (octave - self.lowest) as usize;
        if position >= self.touched.len() {
            // Exactly as many as needed: doubling would waste more than the vector holds.
            self.touched
                .reserve_exact(position + 1 - self.touched.len());
            self.touched.resize_with(position + 1, || None);
        }
        self.touched[position].get_or_insert_with(|| Box::new([0; PER_OCTAVE]))
    }

    #[cold]
    fn carry(&mut self, index: i32, multiple: u64) {
        match self
            .carries
            .iter_mut()
            .find(|(carried, _)| *carried == index)
        {
            Some((_, sum)) => *sum = sum.saturating_add(multiple),
            None => self.carries.push((index, multiple)),
        }
    }

    /// What the counts of these buckets have beyond 32 bits.
    fn carried(&self, indices: Range<i32>) -> u64 {
        let within = self
            .carries
            .iter()
            .filter(|(index, _)| indices.contains(index));
        within.fold(0, |sum, (_, multiple)| {
            multiple.saturating_mul(1 << 32).saturating_add(sum)
        })
    }
}

/// Written out, because the module is compiled for size and its loops are not unrolled.
fn sum_of_8(counts: &[u32]) -> u64 {
    match counts {
        [a, b, c, d, e, f, g, h] => {
            let wide = |count: &u32| u64::from(*count);
            wide(a) + wide(b) + wide(c) + wide(d) + wide(e) + wide(f) + wide(g) + wide(h)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(octaves: &Octaves) -> Vec<(i32, u64)> {
        let mut all = Vec::new();
        octaves.for_each(&mut |index, count| all.push((index, count)));
        all
    }

    #[test]
    fn octaves_are_touched_in_any_order_and_read_in_ascending_order() {
        let mut octaves = Octaves::default();
        for octave in [3, -5, 0, 50, -30] {
            octaves.increment(octave, 7);
        }
        octaves.increment(0, 8);
        assert_eq!(
            contents(&octaves),
            [(-1913, 1), (-313, 1), (7, 1), (8, 1), (199, 1), (3207, 1)]
        );
    }

    #[test]
    fn counts_beyond_32_bits_do_not_wrap() {
        let mut octaves = Octaves::default();
        octaves.add(64, u64::from(u32::MAX));
        octaves.increment(1, 0);
        octaves.add(64, 5 << 32);
        assert_eq!(contents(&octaves), [(64, 6 << 32)]);
    }
}
