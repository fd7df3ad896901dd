use std::hash::Hash;
use std::time::Duration;

use super::super::policy::{NO_SLOT, Segment};
use super::super::settings::Settings;
use super::dead::Dead;
use super::entry::{Entry, Freshness, Held};
use super::levels::Level;
use super::state::{Shard, upper};
use super::steady::nanos;

/// One part of a cache, as plain data.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ShardSnapshot<K, V> {
    /// Entries it may hold.
    pub capacity: u32,
    /// In the order of eviction within each segment, those that would go first at the beginning.
    pub entries: Vec<EntrySnapshot<K, V>>,
    /// The counters of popularity, which know keys that are no longer held, too.
    pub sketch: Vec<u64>,
}

/// One entry, as plain data.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct EntrySnapshot<K, V> {
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
    /// Where it stands with the policy: 0 in the window, 1 on probation, 2 protected.
    pub segment: u8,
    /// Which level it is in.
    pub level: Level,
    /// Its place in the order of the level; the lowest leaves first.
    pub place: u32,
    /// Until when it is fresh, in milliseconds since the Unix epoch; without it, for ever.
    pub fresh_until_ms: Option<u64>,
    /// Its tags.
    pub tags: Vec<String>,
}

impl<K: Clone + Hash + Eq, V: Clone> Shard<K, V> {
    pub(in super::super) fn export(
        &self,
        now: u64,
        epoch: Duration,
        settings: &Settings<K, V>,
    ) -> ShardSnapshot<K, V> {
        let mut places = vec![0; self.entries.len()];
        for level in [Level::L1, Level::L2] {
            for (place, slot) in self.levels.order(level).enumerate() {
                places[slot as usize] = place as u32;
            }
        }
        let entries = self.policy.order().filter_map(|(slot, segment)| {
            let (key, value) = self.peek(slot, now, settings)?;
            let entry = self.entry(slot)?;
            let left = Duration::from_nanos(entry.fresh_until - now);
            Some(EntrySnapshot {
                key: key.clone(),
                value,
                segment: segment as u8,
                level: self.levels.level(slot)?,
                place: places[slot as usize],
                fresh_until_ms: (entry.fresh_until < u64::MAX)
                    .then(|| (epoch + left).as_millis() as u64),
                tags: self
                    .tags
                    .of(slot)
                    .iter()
                    .map(|tag| tag.to_string())
                    .collect(),
            })
        });
        ShardSnapshot {
            capacity: self.capacity(),
            entries: entries.collect(),
            sketch: self.policy.sketch().to_vec(),
        }
    }

    /// Takes over counters of popularity from a part of the same capacity.
    pub(in super::super) fn import_sketch(&mut self, capacity: u32, sketch: &[u64]) {
        if capacity == self.capacity() {
            self.policy.restore_sketch(sketch);
        }
    }

    /// Takes in entries where they stood, as long as there is room; how many.
    pub(in super::super) fn import(
        &mut self,
        entries: Vec<(u64, EntrySnapshot<K, V>)>,
        now: u64,
        epoch: Duration,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> usize {
        let mut restored = Vec::new();
        for (hash, entry) in entries {
            let (level, place) = (entry.level, entry.place);
            if let Some(slot) = self.restore(hash, entry, now, epoch, settings, dead) {
                restored.push((level, place, slot));
            }
        }
        restored.sort_unstable_by_key(|&(level, place, _)| (level as u8, place));
        for &(level, _, slot) in &restored {
            self.settle(slot, level, settings, dead);
            self.schedule(slot, settings);
        }
        restored
            .iter()
            .filter(|&&(_, _, slot)| self.entry(slot).is_some())
            .count()
    }

    /// The slot of an entry that is in no level yet.
    fn restore(
        &mut self,
        hash: u64,
        entry: EntrySnapshot<K, V>,
        now: u64,
        epoch: Duration,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Option<u32> {
        let left = match entry.fresh_until_ms {
            None => u64::MAX,
            Some(until) => nanos(Duration::from_millis(until).checked_sub(epoch)?),
        };
        if let Some(slot) = self.find(hash, &entry.key)
            && self.keep_if_alive(slot, now, settings, dead) != Freshness::Gone
        {
            return None;
        }
        let weight = settings.weigh(&entry.key, &entry.value);
        let fits = [Level::L1, Level::L2]
            .into_iter()
            .any(|level| self.levels.could_hold(level, weight));
        if left == 0 || !fits {
            return None;
        }
        let segment = match entry.segment {
            0 => Segment::Window,
            1 => Segment::Probation,
            _ => Segment::Protected,
        };
        let slot = self.policy.restore(upper(hash), weight, segment);
        if slot == NO_SLOT {
            return None;
        }
        if self.entries.len() <= slot as usize {
            self.entries.resize_with(slot as usize + 1, || None);
        }
        self.table.insert(upper(hash), slot);
        let tags: Vec<&str> = entry.tags.iter().map(String::as_str).collect();
        self.entries[slot as usize] = Some(Entry {
            key: entry.key,
            held: Held::Value(entry.value),
            hash: upper(hash),
            fresh_until: now.saturating_add(left),
        });
        self.tags.file(slot, &tags);
        self.touch(slot, now, settings);
        self.stats.insertions += 1;
        Some(slot)
    }
}
