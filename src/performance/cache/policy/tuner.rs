use super::shadow::Shadow;
use super::sketch::Sketch;

/// The shares of the window that are tried, in percent of the whole: small and looping working sets want a small window,
/// pages and records a medium one, and 100 is plain LRU, which nothing beats where only recency counts.
pub(super) const SHARES: [u32; 5] = [1, 10, 30, 60, 100];

/// The share it begins with, as an index: the first, because a cache that fills first sees much that comes only once.
const FIRST: usize = 0;

/// The most entries of a miniature. A larger one ranks no better on the traces this was tuned on; requests are sampled so
/// that a miniature stands for the whole.
const MOST_ENTRIES: u32 = 256;

/// Rounds in the time in which a miniature is asked as often as it has entries: short ones, so that a share that does badly
/// is left soon.
const ROUNDS: u32 = 8;

/// The least requests of a round.
const LEAST_ROUND: u32 = 8;

/// Scores fade by 1/128 with each round, so that what counts is about sixteen times as many requests as there are entries:
/// with a shorter memory it follows every mood of the requests, always too late.
const FADE_SHIFT: u32 = 7;

/// Another share must promise so many thousandths more hits among all requests before it is taken.
const MARGIN_PER_MILLE: u64 = 5;

/// And so many hits more in all: at the start, when there are few requests yet, fewer say nothing.
const MARGIN_HITS: u64 = 3;

/// Scores are kept in 256ths, so that fading loses nothing to rounding.
const UNIT_SHIFT: u32 = 8;

/// Chooses the share of the window: miniature caches, one for each share, are shown a sample of the requests, and the
/// share whose miniature would have had most of them lately is taken. Where none is better by the margin, it stays.
#[derive(Clone, Debug)]
pub(super) struct Tuner {
    shadows: [Shadow; SHARES.len()],
    scores: [u64; SHARES.len()],
    hits: [u32; SHARES.len()],
    /// The score of a miniature that had everything.
    full: u64,
    chosen: usize,
    /// Sampled requests in this round, and how many make one.
    requests: u32,
    round: u32,
    /// Bits of the hash that must be 0 for a key to be in the sample.
    sample_mask: u32,
}

impl Tuner {
    pub(super) fn new(entries: u32) -> Self {
        let halvings = (entries.div_ceil(MOST_ENTRIES)).next_power_of_two().ilog2();
        let miniature = (entries >> halvings).max(1);
        Self {
            shadows: SHARES.map(|share| Shadow::new(miniature, share)),
            scores: [0; SHARES.len()],
            hits: [0; SHARES.len()],
            full: 0,
            chosen: FIRST,
            requests: 0,
            round: (miniature / ROUNDS).max(LEAST_ROUND),
            sample_mask: (1 << halvings) - 1,
        }
    }

    /// The share to be used now, in percent.
    pub(super) fn share(&self) -> u32 {
        SHARES[self.chosen]
    }

    /// Shows it a request. Gives the share to be used from now on when that changes.
    pub(super) fn request(&mut self, hash: u32, sketch: &Sketch) -> Option<u32> {
        if sample_bits(hash) & self.sample_mask != 0 {
            return None;
        }
        for (shadow, hits) in self.shadows.iter_mut().zip(&mut self.hits) {
            *hits += u32::from(shadow.request(hash, sketch));
        }
        self.requests += 1;
        if self.requests < self.round {
            return None;
        }
        self.requests = 0;
        for (score, hits) in self.scores.iter_mut().zip(&mut self.hits) {
            *score = *score - (*score >> FADE_SHIFT) + (u64::from(*hits) << UNIT_SHIFT);
            *hits = 0;
        }
        self.full = self.full - (self.full >> FADE_SHIFT) + (u64::from(self.round) << UNIT_SHIFT);
        self.choose()
    }

    fn choose(&mut self) -> Option<u32> {
        let mut best = self.chosen;
        for (index, &score) in self.scores.iter().enumerate() {
            if score > self.scores[best] {
                best = index;
            }
        }
        let margin = self.full * MARGIN_PER_MILLE / 1000 + (MARGIN_HITS << UNIT_SHIFT);
        if self.scores[best] <= self.scores[self.chosen] + margin {
            return None;
        }
        self.chosen = best;
        Some(self.share())
    }
}

/// Bits to sample by, unlike those that the sketch and the index go by.
pub(super) fn sample_bits(hash: u32) -> u32 {
    hash.wrapping_mul(0x2545_f491) >> 12
}
