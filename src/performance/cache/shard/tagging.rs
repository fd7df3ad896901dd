use std::hash::Hash;

use super::super::settings::Settings;
use super::dead::Dead;
use super::state::{Cause, Shard};

impl<K: Hash + Eq, V: Clone> Shard<K, V> {
    /// Deletes what carries a tag; how many entries.
    pub(in super::super) fn delete_tag(&mut self, tag: &str, dead: &mut Dead<K, V>) -> usize {
        let slots = self.supersede_tag(tag);
        for &slot in &slots {
            self.evict(slot, Cause::Deleted, dead);
        }
        slots.len()
    }

    /// Makes what carries a tag stale, or deletes it where nothing stale is ever given out; how many entries.
    pub(in super::super) fn expire_tag(
        &mut self,
        tag: &str,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> usize {
        if settings.longest_stale() == 0 {
            return self.delete_tag(tag, dead);
        }
        let slots = self.supersede_tag(tag);
        for &slot in &slots {
            if let Some(entry) = self.entries[slot as usize].as_mut() {
                entry.fresh_until = entry.fresh_until.min(now);
            }
            self.schedule(slot, settings);
        }
        slots.len()
    }

    /// The slots with a tag. A load that is under way for one of them may have read what the tag was about.
    fn supersede_tag(&mut self, tag: &str) -> Vec<u32> {
        self.writes += 1;
        let slots = self.tags.slots(tag);
        for &slot in &slots {
            if let Some(entry) = self.entries[slot as usize].as_ref() {
                self.flights.remove(&entry.key);
            }
        }
        self.flights.retain(|_, flight| !flight.has_tag(tag));
        slots
    }
}
