use super::advisor::{Advice, Advisor};
use super::links::NO_SLOT;
use super::segments::{Bounds, Segments};
use super::sketch::Sketch;
use super::tuner::Tuner;

/// How much a cache may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyConfig {
    /// Entries, 1 to [`PolicyConfig::MAX_CAPACITY`]; what is outside is taken as the nearest of these.
    pub capacity: u32,
    /// Sum of the weights; 0 is no bound.
    pub max_weight: u64,
}

impl PolicyConfig {
    /// 16,777,216 entries.
    pub const MAX_CAPACITY: u32 = 1 << 24;
}

/// Where in the order of eviction an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Segment {
    /// What is new, in the order of its last use.
    Window = 0,
    /// What left the window and was not asked for since.
    Probation = 1,
    /// What was asked for after that.
    Protected = 2,
}

/// Decides which entries of a cache go: W-TinyLFU (Einziger, Friedman, Manes 2017) whose window is chosen live among five
/// shares by miniature simulations, so that it is neither beaten by scans nor by plain recency.
///
/// It knows entries as integer slots, which it hands out, and keys as 32-bit hashes; keys and values stay with the
/// caller. Every operation takes constant time on average and allocates only while the cache grows.
#[derive(Clone, Debug)]
pub struct Policy {
    segments: Segments,
    sketch: Sketch,
    tuner: Tuner,
    advisor: Advisor,
    /// Slots to be taken by the caller, the next one last.
    victims: Vec<u32>,
}

impl Policy {
    /// A policy without entries.
    #[must_use]
    pub fn new(config: PolicyConfig) -> Self {
        let entries = config.capacity.clamp(1, PolicyConfig::MAX_CAPACITY);
        let bounds = Bounds {
            entries,
            weight: config.max_weight,
        };
        let tuner = Tuner::new(entries);
        Self {
            segments: Segments::new(bounds, tuner.share()),
            sketch: Sketch::new(entries),
            advisor: Advisor::new(entries, tuner.share()),
            tuner,
            victims: Vec::new(),
        }
    }

    /// Takes in an entry whose key has this well-mixed hash, and gives its slot. Afterwards [`Policy::take_victim`] names
    /// the slots of those that go for it; they are never the slot of the entry itself, and free with the next call.
    ///
    /// [`NO_SLOT`]: it weighs more than all may together, and nothing changed.
    pub fn insert(&mut self, hash: u32, weight: u32) -> u32 {
        if !self.fits(weight) {
            return NO_SLOT;
        }
        self.request(hash);
        let slot = self.segments.insert(hash, weight);
        self.evict(slot);
        slot
    }

    /// [`Policy::insert`] at a slot of the caller's choice, for callers who hand out slots themselves; all slots below it
    /// take memory. False where it is in use, or the entry weighs more than all may together; nothing changed then.
    pub fn insert_at(&mut self, slot: u32, hash: u32, weight: u32) -> bool {
        if !self.fits(weight) || !self.segments.claim(slot) {
            return false;
        }
        self.request(hash);
        self.segments.place(slot, hash, weight, Segment::Window);
        self.evict(slot);
        true
    }

    /// The slot of an entry that goes; the caller asks until there is none, after each [`Policy::insert`] and
    /// [`Policy::set_weight`].
    pub fn take_victim(&mut self) -> Option<u32> {
        self.victims.pop()
    }

    /// An entry was asked for. What is in no use is ignored.
    pub fn hit(&mut self, slot: u32) {
        if self.segments.contains(slot) {
            self.request(self.segments.hash(slot));
            self.segments.touch(slot);
        }
    }

    /// The value of an entry was replaced by one of this weight; others may have to go for it, or itself when it weighs
    /// more than all may together.
    pub fn set_weight(&mut self, slot: u32, weight: u32) {
        if self.segments.contains(slot) {
            self.segments.set_weight(slot, weight);
            self.evict(if self.fits(weight) { slot } else { NO_SLOT });
        }
    }

    /// An entry was deleted, or expired.
    pub fn remove(&mut self, slot: u32) {
        if self.segments.contains(slot) {
            self.segments.remove(slot);
        }
    }

    /// How often the key of an entry was asked for lately, 0 to 15.
    #[must_use]
    pub fn frequency(&self, slot: u32) -> u32 {
        if self.segments.contains(slot) {
            self.sketch.frequency(self.segments.hash(slot))
        } else {
            0
        }
    }

    /// Entries held.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.segments.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entries it holds at most.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.segments.bounds().entries
    }

    /// The sum of the weights; 0 where nothing is weighed.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.segments.weight()
    }

    /// How much of the cache is the window, in percent: 1, 10, 30, 60 or 100.
    #[must_use]
    pub fn window_percent(&self) -> u32 {
        self.segments.window_percent()
    }

    /// What another size, or plain LRU, would have given, best first, from a sample of the requests.
    #[must_use]
    pub fn advise(&self) -> [Advice; 5] {
        self.advisor.advise()
    }

    /// Every entry with its segment, those that would go first at the beginning of each.
    pub fn order(&self) -> impl Iterator<Item = (u32, Segment)> + '_ {
        self.segments.order()
    }

    /// Takes in an entry as [`Policy::order`] gave it, where it stood, as long as there is room; [`NO_SLOT`] otherwise.
    pub fn restore(&mut self, hash: u32, weight: u32, segment: Segment) -> u32 {
        if !self.has_room(weight) {
            return NO_SLOT;
        }
        let slot = self.segments.free_slot();
        self.segments.place(slot, hash, weight, segment);
        slot
    }

    /// [`Policy::restore`] at a slot of the caller's choice; false where there is no room, or the slot is in use.
    pub fn restore_at(&mut self, slot: u32, hash: u32, weight: u32, segment: Segment) -> bool {
        if !self.has_room(weight) || !self.segments.claim(slot) {
            return false;
        }
        self.segments.place(slot, hash, weight, segment);
        true
    }

    /// The counters of popularity, for a snapshot.
    #[must_use]
    pub fn sketch(&self) -> &[u64] {
        self.sketch.words()
    }

    /// Takes counters of popularity over from a snapshot of a policy of the same capacity; others are left alone.
    pub fn restore_sketch(&mut self, words: &[u64]) {
        self.sketch.restore(words);
    }

    /// Whether an entry of this weight can be held at all.
    fn fits(&self, weight: u32) -> bool {
        let max = self.segments.bounds().weight;
        max == 0 || u64::from(weight) <= max
    }

    /// Whether there is room for one more entry without another one going.
    fn has_room(&self, weight: u32) -> bool {
        let max = self.segments.bounds().weight;
        self.len() < self.capacity() && (max == 0 || self.weight() + u64::from(weight) <= max)
    }

    fn request(&mut self, hash: u32) {
        self.sketch.add(hash);
        self.advisor.request(hash, &self.sketch);
        if let Some(percent) = self.tuner.request(hash, &self.sketch) {
            self.segments.set_window_percent(percent);
            self.advisor.set_window_percent(percent);
        }
    }

    fn evict(&mut self, keep: u32) {
        let victims = &mut self.victims;
        self.segments
            .evict(&self.sketch, keep, |slot| victims.push(slot));
    }
}
