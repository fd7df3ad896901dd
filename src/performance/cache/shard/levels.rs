use super::super::policy::{Links, List, NO_SLOT};

/// Which level of memory an entry is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Level {
    /// Hot: the value as it is.
    L1,
    /// Warm: the value as it is or, with a codec, as bytes.
    L2,
}

/// What a level may hold.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct LevelBound {
    pub(in super::super) entries: u32,
    /// Sum of the weights; without one, as many as there are.
    pub(in super::super) bytes: Option<u64>,
}

const NOWHERE: u8 = 2;
const LEVEL: u8 = 3;
const VISITED: u8 = 4;

/// Which entries are in which level, over slots. Who leaves the hot level is found by second chance (Corbató: "A paging
/// experiment with the Multics system", 1968): the hand passes those that were asked for since it came by last. The warm
/// level lets go of what has been there longest.
#[derive(Debug)]
pub(super) struct Levels {
    links: Links,
    lists: [List; 2],
    bytes: [u64; 2],
    bounds: [LevelBound; 2],
    /// The level, and whether it was asked for since the hand came by.
    states: Vec<u8>,
    /// Empty while nothing weighs anything.
    weights: Vec<u32>,
}

impl Levels {
    pub(super) fn new(bounds: [LevelBound; 2]) -> Self {
        Self {
            links: Links::default(),
            lists: [List::new(); 2],
            bytes: [0; 2],
            bounds,
            states: Vec::new(),
            weights: Vec::new(),
        }
    }

    pub(super) fn len(&self, level: Level) -> u32 {
        self.lists[level as usize].len()
    }

    pub(super) fn bytes(&self, level: Level) -> u64 {
        self.bytes[level as usize]
    }

    /// Where the slot is, if anywhere.
    pub(super) fn level(&self, slot: u32) -> Option<Level> {
        match self.states.get(slot as usize).map(|state| state & LEVEL) {
            Some(0) => Some(Level::L1),
            Some(1) => Some(Level::L2),
            _ => None,
        }
    }

    pub(super) fn weight(&self, slot: u32) -> u32 {
        self.weights.get(slot as usize).copied().unwrap_or(0)
    }

    /// It was asked for.
    #[inline]
    pub(super) fn visit(&mut self, slot: u32) {
        self.states[slot as usize] |= VISITED;
    }

    /// Takes in a slot that is nowhere, as the newest of the level.
    pub(super) fn enter(&mut self, slot: u32, level: Level, weight: u32) {
        let at = slot as usize;
        if self.states.len() <= at {
            self.states.resize(at + 1, NOWHERE);
            self.links.grow(at + 1);
        }
        self.states[at] = level as u8;
        if weight > 0 && self.weights.len() <= at {
            self.weights.resize(self.states.len(), 0);
        }
        if let Some(known) = self.weights.get_mut(at) {
            *known = weight;
        }
        self.bytes[level as usize] += u64::from(weight);
        self.links.push_head(&mut self.lists[level as usize], slot);
    }

    /// Takes a slot out of its level; one that is nowhere stays so.
    pub(super) fn leave(&mut self, slot: u32) {
        if let Some(level) = self.level(slot) {
            self.bytes[level as usize] -= u64::from(self.weight(slot));
            self.links.unlink(&mut self.lists[level as usize], slot);
            self.states[slot as usize] = NOWHERE;
        }
    }

    /// Whether a level that were empty had room for one of this weight.
    pub(super) fn could_hold(&self, level: Level, weight: u32) -> bool {
        let LevelBound { entries, bytes } = self.bounds[level as usize];
        entries > 0 && bytes.is_none_or(|bytes| u64::from(weight) <= bytes)
    }

    /// Whether a level has room for one more of this weight.
    pub(super) fn has_room(&self, level: Level, weight: u32) -> bool {
        let LevelBound { entries, bytes } = self.bounds[level as usize];
        self.len(level) < entries
            && bytes.is_none_or(|bytes| self.bytes(level) + u64::from(weight) <= bytes)
    }

    /// Whether a level has more entries than it may.
    pub(super) fn is_over(&self, level: Level) -> bool {
        self.len(level) > self.bounds[level as usize].entries
    }

    /// Whether a level weighs more than it may.
    pub(super) fn is_overweight(&self, level: Level) -> bool {
        self.bounds[level as usize]
            .bytes
            .is_some_and(|bytes| self.bytes(level) > bytes)
    }

    /// Who leaves the hot level next. Constant time on average: each pass of the hand over a slot takes back a visit.
    pub(super) fn coldest(&mut self) -> Option<u32> {
        let list = &mut self.lists[Level::L1 as usize];
        loop {
            let slot = list.tail();
            if slot == NO_SLOT {
                return None;
            }
            let state = &mut self.states[slot as usize];
            if *state & VISITED == 0 {
                return Some(slot);
            }
            *state &= !VISITED;
            self.links.move_to_head(list, slot);
        }
    }

    /// Who has been in the warm level longest.
    pub(super) fn oldest(&self) -> Option<u32> {
        match self.lists[Level::L2 as usize].tail() {
            NO_SLOT => None,
            slot => Some(slot),
        }
    }

    /// The slots of a level, those that leave first at the beginning.
    pub(super) fn order(&self, level: Level) -> impl Iterator<Item = u32> + '_ {
        let mut slot = self.lists[level as usize].tail();
        std::iter::from_fn(move || {
            let found = slot;
            if found == NO_SLOT {
                return None;
            }
            slot = self.links.before(found);
            Some(found)
        })
    }
}
