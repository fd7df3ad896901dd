use super::super::policy::NO_SLOT;

/// Finds slots by key: open addressing with linear probing, at most three quarters full. It knows hashes and slots; the
/// caller compares the keys.
#[derive(Debug)]
pub(super) struct Table {
    /// Hash and slot; no slot where it is empty.
    cells: Vec<(u32, u32)>,
    len: usize,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            cells: vec![(0, NO_SLOT); 8],
            len: 0,
        }
    }

    /// The slot with this hash that is the one.
    #[inline]
    pub(super) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mut at = self.home(hash);
        loop {
            let (other, slot) = self.cells[at];
            if slot == NO_SLOT {
                return None;
            }
            if other == hash && is_it(slot) {
                return Some(slot);
            }
            at = self.after(at);
        }
    }

    /// Takes in a slot that is not there. Constant time on average; allocates only while the cache grows.
    pub(super) fn insert(&mut self, hash: u32, slot: u32) {
        if (self.len + 1) * 4 > self.cells.len() * 3 {
            self.grow();
        }
        self.place(hash, slot);
        self.len += 1;
    }

    /// Takes out a slot, and closes the gap so that every other one is still found.
    pub(super) fn remove(&mut self, hash: u32, slot: u32) {
        let mut gap = self.home(hash);
        while self.cells[gap].1 != slot {
            if self.cells[gap].1 == NO_SLOT {
                return;
            }
            gap = self.after(gap);
        }
        let mask = self.cells.len() - 1;
        let mut at = gap;
        loop {
            at = self.after(at);
            let (other, slot) = self.cells[at];
            if slot == NO_SLOT {
                break;
            }
            // It may move into the gap if its place lies not between the gap and where it stands.
            let from_home = at.wrapping_sub(self.home(other)) & mask;
            if from_home >= (at.wrapping_sub(gap) & mask) {
                self.cells[gap] = self.cells[at];
                gap = at;
            }
        }
        self.cells[gap].1 = NO_SLOT;
        self.len -= 1;
    }

    fn grow(&mut self) {
        let doubled = vec![(0, NO_SLOT); self.cells.len() * 2];
        let old = std::mem::replace(&mut self.cells, doubled);
        for (hash, slot) in old.into_iter().filter(|&(_, slot)| slot != NO_SLOT) {
            self.place(hash, slot);
        }
    }

    fn place(&mut self, hash: u32, slot: u32) {
        let mut at = self.home(hash);
        while self.cells[at].1 != NO_SLOT {
            at = self.after(at);
        }
        self.cells[at] = (hash, slot);
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.cells.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.cells.len() - 1)
    }
}
