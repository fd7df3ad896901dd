use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The tags of an entry, sorted; most have none.
pub(super) type TagSet = Option<Box<[Arc<str>]>>;

/// Which slots carry a tag. A tag that no entry carries takes no memory.
#[derive(Debug, Default)]
pub(super) struct Tags {
    slots: HashMap<Arc<str>, HashSet<u32>>,
}

impl Tags {
    /// Files a slot that has no tags under these, and gives what the entry keeps.
    pub(super) fn file(&mut self, slot: u32, tags: &[&str]) -> TagSet {
        if tags.is_empty() {
            return None;
        }
        let mut set: Vec<Arc<str>> = tags.iter().map(|tag| self.intern(tag)).collect();
        set.sort_unstable();
        set.dedup();
        for tag in &set {
            self.slots.entry(tag.clone()).or_default().insert(slot);
        }
        Some(set.into_boxed_slice())
    }

    pub(super) fn unfile(&mut self, slot: u32, tags: &TagSet) {
        for tag in tags.iter().flatten() {
            if let Some(slots) = self.slots.get_mut(tag) {
                slots.remove(&slot);
                if slots.is_empty() {
                    self.slots.remove(tag);
                }
            }
        }
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
