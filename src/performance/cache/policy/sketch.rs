/// How often keys were asked for lately: a count-min sketch of 4-bit counters that are halved now and then, so that
/// what was popular long ago is forgotten (Einziger, Friedman, Manes: "TinyLFU", ACM Transactions on Storage 13, 2017).
///
/// Estimates are never too low between two halvings, and too high only where hashes collide in all four rows.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    /// Sixteen counters a word. The counters of a key are one in each word of a block, which lies in one line of the
    /// processor's cache.
    blocks: Vec<[u64; 4]>,
    /// Selects a block.
    mask: u32,
    /// Additions since the last halving.
    additions: u32,
    /// Additions after which all counters are halved.
    period: u32,
}

/// Counters are halved after so many additions for each entry of the cache; the paper's sample size.
const PERIOD_PER_ENTRY: u32 = 10;

/// Entries of the cache for each word of the sketch. With half as many counters, what a cache is asked for and does not
/// hold fills them between two halvings, and new keys look as popular as old ones.
const ENTRIES_PER_WORD: u32 = 2;

/// The sketch of the smallest cache, in words. Small caches can afford to tell keys apart well.
const MIN_WORDS: u32 = 512;

/// A counter in a word, when it is full.
const COUNTER: u32 = 15;

/// Odd and unlike numbers, from SplitMix and MurmurHash3, by which a hash becomes a block, and the places in its words.
const BLOCKS: u32 = 0x9e37_79b1;
const SHIFTS: u32 = 0x85eb_ca77;

impl Sketch {
    /// A sketch for a cache of `capacity` entries: 4 bytes an entry and more, to the next power of two.
    pub(super) fn new(capacity: u32) -> Self {
        let words = (capacity / ENTRIES_PER_WORD)
            .max(MIN_WORDS)
            .next_power_of_two();
        let blocks = words / 4;
        Self {
            blocks: vec![[0; 4]; blocks as usize],
            mask: blocks - 1,
            additions: 0,
            period: capacity.saturating_mul(PERIOD_PER_ENTRY).max(1),
        }
    }

    /// Counts one request for the key of this hash. Constant time, save that one call in ten times the capacity halves
    /// every counter.
    #[inline(always)]
    pub(super) fn add(&mut self, hash: u32) {
        let shifts = hash.wrapping_mul(SHIFTS);
        let [a, b, c, d] = &mut self.blocks[(hash.wrapping_mul(BLOCKS) >> 8 & self.mask) as usize];
        let added = count(a, shifts >> 26)
            | count(b, shifts >> 22)
            | count(c, shifts >> 18)
            | count(d, shifts >> 14);
        if added {
            self.additions += 1;
            if self.additions >= self.period {
                self.halve();
            }
        }
    }

    /// How often the key of this hash was asked for lately, 0 to 15.
    #[inline(always)]
    pub(super) fn frequency(&self, hash: u32) -> u32 {
        let shifts = hash.wrapping_mul(SHIFTS);
        let [a, b, c, d] = self.blocks[(hash.wrapping_mul(BLOCKS) >> 8 & self.mask) as usize];
        let (a, b) = (counter(a, shifts >> 26), counter(b, shifts >> 22));
        let (c, d) = (counter(c, shifts >> 18), counter(d, shifts >> 14));
        a.min(b).min(c.min(d))
    }

    /// Its counters, sixteen a word.
    pub(super) fn words(&self) -> &[u64] {
        self.blocks.as_flattened()
    }

    /// Takes over the counters of a sketch for the same capacity; those of another are left alone.
    pub(super) fn restore(&mut self, words: &[u64]) {
        if words.len() == self.words().len() {
            self.blocks.as_flattened_mut().copy_from_slice(words);
        }
    }

    fn halve(&mut self) {
        for word in self.blocks.as_flattened_mut() {
            *word = (*word >> 1) & 0x7777_7777_7777_7777;
        }
        self.additions /= 2;
    }
}

/// A counter of a word; the place is the middle of a hash, of which four bits count.
#[inline(always)]
fn counter(word: u64, place: u32) -> u32 {
    (word >> (place & 60)) as u32 & COUNTER
}

/// Adds one to a counter; false where it is full.
#[inline(always)]
fn count(word: &mut u64, place: u32) -> bool {
    let added = counter(*word, place) < COUNTER;
    *word += u64::from(added) << (place & 60);
    added
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Sketch;

    /// SplitMix64 (Steele, Lea, Flood 2014).
    fn next(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    #[test]
    fn estimates_are_never_too_low_and_rarely_too_high() {
        for seed in 1..=20 {
            println!("seed {seed}");
            let mut state = seed;
            let capacity = 50 + (next(&mut state) % 3000) as u32;
            let mut sketch = Sketch::new(capacity);
            let mut exact: HashMap<u32, u32> = HashMap::new();
            // Fewer than make it halve its counters.
            for _ in 0..capacity * 9 {
                let rank = next(&mut state) % u64::from(capacity * 2);
                let key = (next(&mut state) % (rank + 1)) as u32;
                let hash = key.wrapping_mul(0x9e37_79b1) ^ key.rotate_left(13);
                sketch.add(hash);
                *exact.entry(hash).or_default() += 1;
            }
            let mut too_high = 0;
            for (&hash, &count) in &exact {
                let estimate = sketch.frequency(hash);
                assert!(estimate >= count.min(15), "{estimate} for {count}");
                too_high += u32::from(estimate > count.min(15) + 1);
            }
            assert!(
                too_high as usize * 10 <= exact.len(),
                "{too_high} of {} by more than one",
                exact.len()
            );
        }
    }

    #[test]
    fn halving_forgets_and_counts_on() {
        let mut sketch = Sketch::new(1);
        (0..9).for_each(|_| sketch.add(7));
        assert_eq!(sketch.frequency(7), 9);
        sketch.add(7);
        assert_eq!(sketch.frequency(7), 5, "ten times the capacity was reached");
        (0..4).for_each(|_| sketch.add(7));
        assert_eq!(sketch.frequency(7), 9);
    }
}
