use super::super::room::reserve;

/// No slot: the end of a list, or nothing found.
pub const NO_SLOT: u32 = u32::MAX;

/// The two ends of a list of slots, and how many it has.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct List {
    /// The most recently used.
    head: u32,
    /// The least recently used.
    tail: u32,
    len: u32,
}

/// Where each slot stands in the one list it is in: 8 bytes a slot.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Links {
    /// Towards the tail.
    next: Vec<u32>,
    /// Towards the head.
    prev: Vec<u32>,
}

impl List {
    pub(in super::super) const fn new() -> Self {
        Self {
            head: NO_SLOT,
            tail: NO_SLOT,
            len: 0,
        }
    }

    pub(in super::super) const fn len(&self) -> u32 {
        self.len
    }

    pub(in super::super) const fn head(&self) -> u32 {
        self.head
    }

    pub(in super::super) const fn tail(&self) -> u32 {
        self.tail
    }
}

impl Links {
    /// Makes room for slots below `slots`, of `most` there may ever be.
    pub(in super::super) fn reserve(&mut self, slots: usize, most: usize) {
        reserve(&mut self.next, slots, most);
        reserve(&mut self.prev, slots, most);
    }

    /// Has links for slots below `slots`.
    pub(in super::super) fn grow(&mut self, slots: usize) {
        if self.next.len() < slots {
            self.next.resize(slots, NO_SLOT);
            self.prev.resize(slots, NO_SLOT);
        }
    }

    /// The slot before this one, towards the head.
    pub(in super::super) fn before(&self, slot: u32) -> u32 {
        self.prev[slot as usize]
    }

    /// Puts a slot that is in no list at the head.
    #[inline(always)]
    pub(in super::super) fn push_head(&mut self, list: &mut List, slot: u32) {
        self.prev[slot as usize] = NO_SLOT;
        self.next[slot as usize] = list.head;
        match list.head {
            NO_SLOT => list.tail = slot,
            head => self.prev[head as usize] = slot,
        }
        list.head = slot;
        list.len += 1;
    }

    /// Takes a slot out of its list.
    #[inline(always)]
    pub(in super::super) fn unlink(&mut self, list: &mut List, slot: u32) {
        let (prev, next) = (self.prev[slot as usize], self.next[slot as usize]);
        match prev {
            NO_SLOT => list.head = next,
            _ => self.next[prev as usize] = next,
        }
        match next {
            NO_SLOT => list.tail = prev,
            _ => self.prev[next as usize] = prev,
        }
        list.len -= 1;
    }

    /// Makes a slot of the list its head.
    pub(in super::super) fn move_to_head(&mut self, list: &mut List, slot: u32) {
        if list.head != slot {
            self.unlink(list, slot);
            self.push_head(list, slot);
        }
    }
}
