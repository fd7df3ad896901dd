use super::shadow::Shadow;
use super::sketch::Sketch;
use super::tuner::sample_bits;

/// What is tried: the size in eighths of the present one, and whether by plain LRU.
const TRIALS: [(u32, Kind); 5] = [
    (8, Kind::Lru),
    (4, Kind::Adaptive),
    (8, Kind::Adaptive),
    (16, Kind::Adaptive),
    (32, Kind::Adaptive),
];

/// The most entries of the miniature of the present size.
const MOST_ENTRIES: u32 = 128;

/// Keys are told apart into so many groups, and how much their hit ratios differ says how far the mean can be trusted.
const GROUPS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Lru,
    Adaptive,
}

/// What another size, or plain LRU, would have given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advice {
    /// How many entries the cache would hold.
    pub entries: u32,
    /// Whether by plain LRU; otherwise by the adaptive policy, with the window it has in the real cache.
    pub lru: bool,
    /// Share of requests that would have found their key, 0 to 1. Good for ranking; its absolute value is as sure as
    /// `standard_error` says.
    pub hit_ratio: f64,
    /// Standard error of the hit ratio over groups of keys; infinite while there is too little to tell.
    pub standard_error: f64,
}

/// Miniature caches of other sizes, shown a sample of the requests: see [`Shadow`].
#[derive(Clone, Debug)]
pub(super) struct Advisor {
    shadows: [Shadow; TRIALS.len()],
    hits: [[u32; GROUPS]; TRIALS.len()],
    requests: [u32; GROUPS],
    sample_mask: u32,
    entries: u32,
}

impl Advisor {
    pub(super) fn new(entries: u32, window_percent: u32) -> Self {
        let halvings = (entries.div_ceil(MOST_ENTRIES)).next_power_of_two().ilog2();
        Self {
            shadows: TRIALS.map(|(eighths, kind)| {
                let share = if kind == Kind::Lru {
                    100
                } else {
                    window_percent
                };
                let miniature = (u64::from(entries) * u64::from(eighths) / 8) >> halvings;
                Shadow::new(miniature as u32, share)
            }),
            hits: [[0; GROUPS]; TRIALS.len()],
            requests: [0; GROUPS],
            sample_mask: (1 << halvings) - 1,
            entries,
        }
    }

    pub(super) fn set_window_percent(&mut self, percent: u32) {
        for (shadow, (_, kind)) in self.shadows.iter_mut().zip(TRIALS) {
            if kind == Kind::Adaptive {
                shadow.set_window_percent(percent);
            }
        }
    }

    pub(super) fn request(&mut self, hash: u32, sketch: &Sketch) {
        let bits = sample_bits(hash);
        if bits & self.sample_mask != 0 {
            return;
        }
        let group = (bits >> 17) as usize % GROUPS;
        self.requests[group] += 1;
        for (shadow, hits) in self.shadows.iter_mut().zip(&mut self.hits) {
            hits[group] += u32::from(shadow.request(hash, sketch));
        }
        if self.requests[group] == u32::MAX {
            self.requests.iter_mut().for_each(|count| *count /= 2);
            self.hits.iter_mut().flatten().for_each(|count| *count /= 2);
        }
    }

    /// Best first.
    pub(super) fn advise(&self) -> [Advice; TRIALS.len()] {
        let mut advice = [0, 1, 2, 3, 4].map(|trial| {
            let (eighths, kind) = TRIALS[trial];
            let (hit_ratio, standard_error) = ratio(&self.hits[trial], &self.requests);
            Advice {
                entries: (u64::from(self.entries) * u64::from(eighths) / 8).max(1) as u32,
                lru: kind == Kind::Lru,
                hit_ratio,
                standard_error,
            }
        });
        advice.sort_by(|a, b| b.hit_ratio.total_cmp(&a.hit_ratio));
        advice
    }
}

/// The ratio of all groups together, and its standard error by the delete-one jackknife (Efron: "The Jackknife, the
/// Bootstrap and Other Resampling Plans", 1982): keys of one group come and go together, so single requests are no
/// independent sample.
fn ratio(hits: &[u32; GROUPS], requests: &[u32; GROUPS]) -> (f64, f64) {
    let sum = |counts: &[u32; GROUPS]| counts.iter().map(|&count| u64::from(count)).sum::<u64>();
    let (all_hits, all_requests) = (sum(hits), sum(requests));
    if requests.contains(&0) {
        let ratio = if all_requests == 0 {
            0.0
        } else {
            all_hits as f64 / all_requests as f64
        };
        return (ratio, f64::INFINITY);
    }
    let without = |group: usize| {
        (all_hits - u64::from(hits[group])) as f64
            / (all_requests - u64::from(requests[group])) as f64
    };
    let mean = (0..GROUPS).map(without).sum::<f64>() / GROUPS as f64;
    let spread = (0..GROUPS)
        .map(|group| (without(group) - mean) * (without(group) - mean))
        .sum::<f64>();
    let variance = spread * (GROUPS - 1) as f64 / GROUPS as f64;
    (all_hits as f64 / all_requests as f64, variance.sqrt())
}
