use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Which slots carry a tag, and the other way round. What carries none, and a tag that nothing carries, takes no memory.
#[derive(Debug, Default)]
pub(super) struct Tags {
    slots: HashMap<Arc<str>, HashSet<u32>>,
    tags: HashMap<u32, Box<[Arc<str>]>>,
}

impl Tags {
    /// Files a slot that has no tags under these.
    pub(super) fn file(&mut self, slot: u32, tags: &[&str]) {
        if tags.is_empty() {
            return;
        }
        let mut set: Vec<Arc<str>> = tags.iter().map(|tag| self.intern(tag)).collect();
        set.sort_unstable();
        set.dedup();
        for tag in &set {
            self.slots.entry(tag.clone()).or_default().insert(slot);
        }
        self.tags.insert(slot, set.into_boxed_slice());
    }

    #[inline]
    pub(super) fn unfile(&mut self, slot: u32) {
        if self.tags.is_empty() {
            return;
        }
        for tag in self.tags.remove(&slot).unwrap_or_default() {
            if let Some(slots) = self.slots.get_mut(&tag) {
                slots.remove(&slot);
                if slots.is_empty() {
                    self.slots.remove(&tag);
                }
            }
        }
    }

    /// The tags of a slot.
    pub(super) fn of(&self, slot: u32) -> &[Arc<str>] {
        self.tags.get(&slot).map_or(&[], |tags| tags)
    }

    /// The slots that carry a tag, in order, so that the same calls have the same effect everywhere.
    pub(super) fn slots(&self, tag: &str) -> Vec<u32> {
        let mut slots: Vec<u32> = self.slots.get(tag).into_iter().flatten().copied().collect();
        slots.sort_unstable();
        slots
    }

    fn intern(&self, tag: &str) -> Arc<str> {
        match self.slots.get_key_value(tag) {
            Some((known, _)) => known.clone(),
            None => tag.into(),
        }
    }
}
