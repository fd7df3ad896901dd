use super::links::NO_SLOT;

/// Finds slots by the hash of their key: open addressing with linear probing, at most half full.
#[derive(Clone, Debug)]
pub(super) struct Index {
    /// Hash and slot; no slot where it is empty.
    cells: Vec<(u32, u32)>,
    mask: u32,
}

impl Index {
    /// Room for `entries` at once.
    pub(super) fn new(entries: u32) -> Self {
        let cells = (entries.max(4) * 2).next_power_of_two();
        Self {
            cells: vec![(0, NO_SLOT); cells as usize],
            mask: cells - 1,
        }
    }

    pub(super) fn find(&self, hash: u32) -> u32 {
        self.cells[self.seek(hash)].1
    }

    /// Takes in a hash that is not there.
    pub(super) fn insert(&mut self, hash: u32, slot: u32) {
        let at = self.seek(hash);
        self.cells[at] = (hash, slot);
    }

    /// Removes a hash, and closes the gap so that every other one is still found.
    pub(super) fn remove(&mut self, hash: u32) {
        let mut gap = self.seek(hash);
        if self.cells[gap].1 == NO_SLOT {
            return;
        }
        let mut at = gap;
        loop {
            at = (at + 1) & self.mask as usize;
            let (other, slot) = self.cells[at];
            if slot == NO_SLOT {
                break;
            }
            // It may move into the gap if its place lies not between the gap and where it stands.
            let from_home = at.wrapping_sub(self.home(other)) & self.mask as usize;
            if from_home >= (at.wrapping_sub(gap) & self.mask as usize) {
                self.cells[gap] = self.cells[at];
                gap = at;
            }
        }
        self.cells[gap].1 = NO_SLOT;
    }

    /// Where the hash is, or the empty cell where it would be.
    fn seek(&self, hash: u32) -> usize {
        let mut at = self.home(hash);
        while self.cells[at].1 != NO_SLOT && self.cells[at].0 != hash {
            at = (at + 1) & self.mask as usize;
        }
        at
    }

    fn home(&self, hash: u32) -> usize {
        (hash.wrapping_mul(0x9e37_79b1) >> 7 & self.mask) as usize
    }
}
