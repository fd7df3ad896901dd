/// How often keys were asked for lately: a count-min sketch of 4-bit counters that are halved now and then, so that
/// what was popular long ago is forgotten (Einziger, Friedman, Manes: "TinyLFU", ACM Transactions on Storage 13, 2017).
///
/// Estimates are never too low between two halvings, and too high only where hashes collide in all four rows.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    /// Sixteen counters a word.
    words: Vec<u64>,
    /// Selects a word.
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

/// One multiplier for each row, from the golden ratio and its successors in SplitMix; they need only be odd and unlike.
const ROWS: [u32; 4] = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f];

impl Sketch {
    /// A sketch for a cache of `capacity` entries: 4 bytes an entry and more, to the next power of two.
    pub(super) fn new(capacity: u32) -> Self {
        let words = (capacity / ENTRIES_PER_WORD)
            .max(MIN_WORDS)
            .next_power_of_two();
        Self {
            words: vec![0; words as usize],
            mask: words - 1,
            additions: 0,
            period: capacity.saturating_mul(PERIOD_PER_ENTRY).max(1),
        }
    }

    /// Counts one request for the key of this hash. Constant time, save that one call in ten times the capacity halves
    /// every counter.
    pub(super) fn add(&mut self, hash: u32) {
        let mut added = false;
        for row in ROWS {
            let (word, shift) = self.place(hash, row);
            let counter = (self.words[word] >> shift) & 15;
            if counter < 15 {
                self.words[word] += 1 << shift;
                added = true;
            }
        }
        if added {
            self.additions += 1;
            if self.additions >= self.period {
                self.halve();
            }
        }
    }

    /// How often the key of this hash was asked for lately, 0 to 15.
    pub(super) fn frequency(&self, hash: u32) -> u32 {
        ROWS.iter()
            .map(|&row| {
                let (word, shift) = self.place(hash, row);
                ((self.words[word] >> shift) & 15) as u32
            })
            .min()
            .unwrap_or(0)
    }

    /// Its counters, sixteen a word.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// Takes over the counters of a sketch for the same capacity; those of another are left alone.
    pub(super) fn restore(&mut self, words: &[u64]) {
        if words.len() == self.words.len() {
            self.words.copy_from_slice(words);
        }
    }

    fn halve(&mut self) {
        for word in &mut self.words {
            *word = (*word >> 1) & 0x7777_7777_7777_7777;
        }
        self.additions /= 2;
    }

    fn place(&self, hash: u32, row: u32) -> (usize, u32) {
        let mixed = (hash ^ (hash >> 15)).wrapping_mul(row);
        ((mixed >> 8 & self.mask) as usize, (mixed >> 28) << 2)
    }
}
