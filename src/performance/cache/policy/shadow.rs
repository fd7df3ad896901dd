use super::index::Index;
use super::links::NO_SLOT;
use super::segments::{Bounds, Segments};
use super::sketch::Sketch;

/// A small cache of keys without values that is shown a sample of the requests, to see how often it would have had the
/// key (Waldspurger et al.: "Cache Modeling and Optimization using Miniature Simulations", USENIX ATC 2017).
#[derive(Clone, Debug)]
pub(super) struct Shadow {
    segments: Segments,
    index: Index,
}

impl Shadow {
    pub(super) fn new(entries: u32, window_percent: u32) -> Self {
        let entries = entries.max(1);
        let bounds = Bounds { entries, weight: 0 };
        Self {
            segments: Segments::new(bounds, window_percent),
            index: Index::new(entries + 1),
        }
    }

    pub(super) fn set_window_percent(&mut self, percent: u32) {
        self.segments.set_window_percent(percent);
    }

    /// Whether it had the key; it has it now.
    pub(super) fn request(&mut self, hash: u32, sketch: &Sketch) -> bool {
        let slot = self.index.find(hash);
        if slot != NO_SLOT {
            self.segments.touch(slot);
            return true;
        }
        let slot = self.segments.insert(hash, 0);
        self.index.insert(hash, slot);
        let mut gone = NO_SLOT;
        self.segments.evict(sketch, slot, |victim| gone = victim);
        if gone != NO_SLOT {
            self.index.remove(self.segments.hash(gone));
        }
        false
    }
}
