use super::bounds::PER_OCTAVE;

type Octave = [u32; PER_OCTAVE];

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
    #[inline(always)]
    pub(crate) fn for_each(&self, mut visit: impl FnMut(i32, u64)) {
        let carried = !self.carries.is_empty();
        for (position, octave) in self.touched.iter().enumerate() {
            let Some(counts) = octave else { continue };
            let first = (self.lowest + position as i32) * PER_OCTAVE as i32;
            for (index, count) in (first..).zip(counts.iter()) {
                if carried {
                    let total = u64::from(*count) + self.carried(index);
                    if total > 0 {
                        visit(index, total);
                    }
                } else if *count > 0 {
                    visit(index, u64::from(*count));
                }
            }
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.touched.len() * PER_OCTAVE
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

    fn carried(&self, index: i32) -> u64 {
        let multiple = self.carries.iter().find(|(carried, _)| *carried == index);
        multiple.map_or(0, |(_, sum)| sum.saturating_mul(1 << 32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(octaves: &Octaves) -> Vec<(i32, u64)> {
        let mut all = Vec::new();
        octaves.for_each(|index, count| all.push((index, count)));
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
