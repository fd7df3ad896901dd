use super::super::room::reserve;
use super::adaptive::Segment;
use super::links::{Links, List, NO_SLOT};
use super::sketch::Sketch;

/// What share of the main part is protected: entries that were asked for again after they left the window.
const PROTECTED_PERCENT: u64 = 80;

/// How many entries one insertion moves out of a window that became smaller: a change is spread, not done at once.
const MOVES_PER_INSERT: u32 = 4;

const WINDOW: usize = Segment::Window as usize;
const PROBATION: usize = Segment::Probation as usize;
const PROTECTED: usize = Segment::Protected as usize;
const FREE: u8 = 3;

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Entries, at least 1.
    pub(super) entries: u32,
    /// Sum of weights; 0 is no bound.
    pub(super) weight: u64,
}

/// The order in which entries go: a least-recently-used window for what is new, and a main part in which what was asked
/// for again is protected from what was not. Who leaves the window stays only if it is more popular than who would have
/// to go for it ("W-TinyLFU").
#[derive(Clone, Debug)]
pub(super) struct Segments {
    links: Links,
    lists: [List; 3],
    weights_of: [u64; 3],
    /// Which list a slot is in.
    tags: Vec<u8>,
    hashes: Vec<u32>,
    /// Empty while nothing is weighed.
    weights: Vec<u32>,
    /// Slots that are free again.
    free: List,
    bounds: Bounds,
    /// How much of all the window may have, in percent.
    window_percent: u32,
    /// What that comes to: entries and weight of the window and of the protected part.
    limits: [(u32, u64); 3],
    len: u32,
    weight: u64,
}

impl Segments {
    pub(super) fn new(bounds: Bounds, window_percent: u32) -> Self {
        let mut segments = Self {
            links: Links::default(),
            lists: [List::new(); 3],
            weights_of: [0; 3],
            tags: Vec::new(),
            hashes: Vec::new(),
            weights: Vec::new(),
            free: List::new(),
            bounds,
            window_percent,
            limits: [(0, 0); 3],
            len: 0,
            weight: 0,
        };
        segments.set_window_percent(window_percent);
        segments
    }

    pub(super) fn len(&self) -> u32 {
        self.len
    }

    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    pub(super) fn window_percent(&self) -> u32 {
        self.window_percent
    }

    /// Takes effect little by little, as entries come.
    pub(super) fn set_window_percent(&mut self, percent: u32) {
        self.window_percent = percent;
        let Bounds { entries, weight } = self.bounds;
        for list in [WINDOW, PROTECTED] {
            let most = self.share(list, u64::from(entries)) as u32;
            self.limits[list] = (most, self.share(list, weight));
        }
    }

    pub(super) fn contains(&self, slot: u32) -> bool {
        self.tags.get(slot as usize).is_some_and(|&tag| tag < FREE)
    }

    pub(super) fn hash(&self, slot: u32) -> u32 {
        self.hashes[slot as usize]
    }

    pub(super) fn weight_of(&self, slot: u32) -> u32 {
        if self.bounds.weight == 0 {
            0
        } else {
            self.weights[slot as usize]
        }
    }

    /// The entry was asked for. Constant time.
    pub(super) fn touch(&mut self, slot: u32) {
        match self.tags[slot as usize] as usize {
            // The window grew: what is asked for moves there, or it would go before what is older.
            PROBATION | PROTECTED if self.is_main_over() => self.relocate(slot, WINDOW),
            PROBATION => {
                self.relocate(slot, PROTECTED);
                while self.is_over(PROTECTED) {
                    self.relocate(self.lists[PROTECTED].tail(), PROBATION);
                }
            }
            list @ (WINDOW | PROTECTED) => self.links.move_to_head(&mut self.lists[list], slot),
            _ => {}
        }
    }

    /// A slot for a new entry, the most recent of the window. The caller goes on with [`Segments::evict`].
    pub(super) fn insert(&mut self, hash: u32, weight: u32) -> u32 {
        let slot = self.free_slot();
        self.place(slot, hash, weight, Segment::Window);
        slot
    }

    /// Takes in an entry that becomes the most recent of its segment, at a slot from [`Segments::free_slot`] or one that
    /// [`Segments::claim`] gave way to.
    pub(super) fn place(&mut self, slot: u32, hash: u32, weight: u32, segment: Segment) {
        let list = segment as usize;
        self.hashes[slot as usize] = hash;
        self.tags[slot as usize] = list as u8;
        self.links.push_head(&mut self.lists[list], slot);
        if self.bounds.weight > 0 {
            self.weights[slot as usize] = weight;
            self.weights_of[list] += u64::from(weight);
            self.weight += u64::from(weight);
        }
        self.len += 1;
    }

    /// Every entry with its segment, the least recent of each first.
    pub(super) fn order(&self) -> impl Iterator<Item = (u32, Segment)> + '_ {
        [Segment::Probation, Segment::Protected, Segment::Window]
            .into_iter()
            .flat_map(move |segment| {
                let mut slot = self.lists[segment as usize].tail();
                std::iter::from_fn(move || {
                    let found = slot;
                    if found == NO_SLOT {
                        return None;
                    }
                    slot = self.links.before(found);
                    Some((found, segment))
                })
            })
    }

    pub(super) fn set_weight(&mut self, slot: u32, weight: u32) {
        if self.bounds.weight > 0 && self.contains(slot) {
            let list = self.tags[slot as usize] as usize;
            let old = std::mem::replace(&mut self.weights[slot as usize], weight);
            self.weights_of[list] = self.weights_of[list] + u64::from(weight) - u64::from(old);
            self.weight = self.weight + u64::from(weight) - u64::from(old);
        }
    }

    /// Lets go of entries until all bounds hold, and tells of each; `keep` is never among them.
    pub(super) fn evict(&mut self, sketch: &Sketch, keep: u32, mut gone: impl FnMut(u32)) {
        let mut candidate = NO_SLOT;
        for _ in 0..MOVES_PER_INSERT {
            if !self.is_over(WINDOW) || self.lists[WINDOW].tail() == keep {
                break;
            }
            let slot = self.lists[WINDOW].tail();
            self.relocate(slot, PROBATION);
            if candidate == NO_SLOT {
                candidate = slot;
            }
        }
        while self.len() > self.bounds.entries
            || self.bounds.weight > 0 && self.weight() > self.bounds.weight
        {
            let victim = self.victim(candidate, keep);
            let slot = match (candidate, victim) {
                (NO_SLOT, NO_SLOT) => return,
                (NO_SLOT, victim) => victim,
                (candidate, NO_SLOT) => candidate,
                (candidate, victim) => {
                    let wanted = sketch.frequency(self.hash(candidate));
                    if wanted > sketch.frequency(self.hash(victim)) {
                        victim
                    } else {
                        candidate
                    }
                }
            };
            if slot == candidate {
                candidate = NO_SLOT;
            }
            gone(slot);
            self.remove(slot);
        }
    }

    /// Forgets an entry; its slot is free at once.
    pub(super) fn remove(&mut self, slot: u32) {
        let list = self.tags[slot as usize] as usize;
        self.links.unlink(&mut self.lists[list], slot);
        let weight = u64::from(self.weight_of(slot));
        self.weights_of[list] -= weight;
        self.weight -= weight;
        self.len -= 1;
        self.tags[slot as usize] = FREE;
        self.links.push_head(&mut self.free, slot);
    }

    /// Who goes next, save `keep` and the candidate it would go for.
    fn victim(&self, candidate: u32, keep: u32) -> u32 {
        for list in [PROBATION, PROTECTED, WINDOW] {
            let mut slot = self.lists[list].tail();
            while slot != NO_SLOT && (slot == candidate || slot == keep) {
                slot = self.links.before(slot);
            }
            if slot != NO_SLOT {
                return slot;
            }
        }
        NO_SLOT
    }

    fn relocate(&mut self, slot: u32, to: usize) {
        let from = self.tags[slot as usize] as usize;
        self.links.unlink(&mut self.lists[from], slot);
        self.links.push_head(&mut self.lists[to], slot);
        self.tags[slot as usize] = to as u8;
        if self.bounds.weight > 0 {
            let weight = u64::from(self.weights[slot as usize]);
            self.weights_of[from] -= weight;
            self.weights_of[to] += weight;
        }
    }

    fn is_over(&self, list: usize) -> bool {
        let (entries, weight) = self.limits[list];
        let len = self.lists[list].len();
        len > entries.max(1) || self.bounds.weight > 0 && len > 1 && self.weights_of[list] > weight
    }

    /// Whether the main part has more than the window leaves it.
    fn is_main_over(&self) -> bool {
        let Bounds { entries, weight } = self.bounds;
        let (window, window_weight) = self.limits[WINDOW];
        let main = self.lists[PROBATION].len() + self.lists[PROTECTED].len();
        let weighs = self.weights_of[PROBATION] + self.weights_of[PROTECTED];
        main > entries - window || weight > 0 && weighs > weight - window_weight
    }

    fn share(&self, list: usize, of: u64) -> u64 {
        let window = of * u64::from(self.window_percent) / 100;
        match list {
            WINDOW => window,
            _ => (of - window) * PROTECTED_PERCENT / 100,
        }
    }

    /// A slot that is in no use, taken from the free ones.
    pub(super) fn free_slot(&mut self) -> u32 {
        if self.free.head() == NO_SLOT {
            self.grow(self.tags.len() + 1);
        }
        let slot = self.free.head();
        self.links.unlink(&mut self.free, slot);
        slot
    }

    /// Takes this slot from the free ones, making it first where need be; false where it is in use.
    pub(super) fn claim(&mut self, slot: u32) -> bool {
        if self.contains(slot) {
            return false;
        }
        if self.tags.len() <= slot as usize {
            self.grow(slot as usize + 1);
        }
        self.links.unlink(&mut self.free, slot);
        true
    }

    /// Makes slots up to `slots`, all of them free.
    fn grow(&mut self, slots: usize) {
        let before = self.tags.len();
        let most = self.bounds.entries as usize + 1;
        reserve(&mut self.tags, slots, most);
        reserve(&mut self.hashes, slots, most);
        self.links.reserve(slots, most);
        self.tags.resize(slots, FREE);
        self.hashes.resize(slots, 0);
        if self.bounds.weight > 0 {
            reserve(&mut self.weights, slots, most);
            self.weights.resize(slots, 0);
        }
        self.links.grow(slots);
        for slot in before..slots {
            self.links.push_head(&mut self.free, slot as u32);
        }
    }
}
