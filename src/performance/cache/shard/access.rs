use std::borrow::Borrow;
use std::hash::Hash;

use super::super::policy::NO_SLOT;
use super::super::settings::Settings;
use super::dead::Dead;
use super::entry::{Entry, Freshness, Held};
use super::levels::Level;
use super::state::{Cause, Incoming, Shard, upper};

/// Tags of one entry at most. One with more is not kept: it must not be kept under some of them only.
const MOST_TAGS: usize = 64;

impl<K: Hash + Eq, V: Clone> Shard<K, V> {
    /// A fresh value, as a request that counts.
    pub(in super::super) fn get<Q>(
        &mut self,
        hash: u64,
        key: &Q,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + ?Sized,
    {
        self.reclaim_some(now, settings, dead);
        let found = self
            .find(hash, key)
            .filter(|&slot| self.keep_if_alive(slot, now, settings, dead) == Freshness::Fresh)
            .and_then(|slot| self.hit(slot, now, settings, dead));
        self.stats.misses += u64::from(found.is_none());
        found
    }

    /// A fresh value, without any trace.
    pub(in super::super) fn peek(
        &self,
        slot: u32,
        now: u64,
        settings: &Settings<K, V>,
    ) -> Option<(&K, V)> {
        let entry = self.entry(slot)?;
        if self.freshness(slot, now, settings) != Freshness::Fresh {
            return None;
        }
        Some((&entry.key, entry.value(settings).ok()??))
    }

    /// Whether there is a fresh value.
    pub(in super::super) fn is_fresh(
        &self,
        slot: u32,
        now: u64,
        settings: &Settings<K, V>,
    ) -> bool {
        self.freshness(slot, now, settings) == Freshness::Fresh
            && self
                .entry(slot)
                .is_some_and(|entry| !matches!(entry.held, Held::Failure(_)))
    }

    /// Every slot that may have an entry.
    pub(in super::super) fn slots(&self) -> std::ops::Range<u32> {
        0..self.entries.len() as u32
    }

    /// Puts what a caller brings: it wins over every load that is under way.
    pub(in super::super) fn put(
        &mut self,
        incoming: Incoming<'_, K, V>,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        self.writes += 1;
        self.supersede(&incoming.key);
        // Whoever writes a value again uses it; that a load ended is no use.
        if let Some(slot) = self.find(incoming.hash, &incoming.key) {
            self.policy.hit(slot);
        }
        self.store(incoming, now, settings, dead);
    }

    /// Puts a value, or an error in its place.
    pub(super) fn store(
        &mut self,
        incoming: Incoming<'_, K, V>,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        self.reclaim_some(now, settings, dead);
        let known = self
            .find(incoming.hash, &incoming.key)
            .filter(|&slot| self.keep_if_alive(slot, now, settings, dead) != Freshness::Gone);
        let mut incoming = incoming;
        self.encode_if_too_heavy(&mut incoming, settings);
        let refused = incoming.tags.len() > MOST_TAGS
            || ![Level::L1, Level::L2]
                .into_iter()
                .any(|level| self.levels.could_hold(level, incoming.weight));
        if incoming.ttl == 0 || refused {
            self.stats.refused += u64::from(refused);
            if let Some(slot) = known {
                self.evict(slot, Cause::Deleted, dead);
            }
            return;
        }
        let ttl = self.jittered(incoming.ttl, settings.jitter_percent);
        let fresh_until = now.saturating_add(ttl.max(1));
        let weight = incoming.weight;
        let slot = match known {
            Some(slot) => self.replace(slot, incoming, fresh_until, dead),
            None => self.insert(incoming, fresh_until, dead),
        };
        if slot != NO_SLOT {
            self.touch(slot, now, settings);
            self.schedule(slot, settings);
            self.place(slot, weight, settings, dead);
        }
    }

    /// What is too heavy for the hot level goes to the warm one as bytes, which may be lighter.
    fn encode_if_too_heavy(
        &mut self,
        incoming: &mut Incoming<'_, K, V>,
        settings: &Settings<K, V>,
    ) {
        if settings.codec.is_none() || self.levels.could_hold(Level::L1, incoming.weight) {
            return;
        }
        if let Held::Value(value) = &incoming.held {
            match self.scratch.get_or_insert_default().encode(value, settings) {
                Ok(bytes) => {
                    incoming.weight = bytes.weight();
                    incoming.held = Held::Bytes(bytes);
                }
                Err(_) => self.stats.codec_failures += 1,
            }
        }
    }

    fn insert(
        &mut self,
        incoming: Incoming<'_, K, V>,
        fresh_until: u64,
        dead: &mut Dead<K, V>,
    ) -> u32 {
        let hash = upper(incoming.hash);
        let is_full = self.policy.len() >= self.capacity();
        let slot = self.policy.insert(hash, incoming.weight);
        if slot == NO_SLOT {
            self.stats.refused += 1;
            return NO_SLOT;
        }
        let cause = if is_full { Cause::Size } else { Cause::Weight };
        self.evict_victims(cause, dead);
        if self.entries.len() <= slot as usize {
            self.entries.resize_with(slot as usize + 1, || None);
        }
        self.table.insert(hash, slot);
        self.entries[slot as usize] = Some(Entry {
            key: incoming.key,
            held: incoming.held,
            hash,
            fresh_until,
        });
        self.tags.file(slot, incoming.tags);
        self.stats.insertions += 1;
        slot
    }

    fn replace(
        &mut self,
        slot: u32,
        incoming: Incoming<'_, K, V>,
        fresh_until: u64,
        dead: &mut Dead<K, V>,
    ) -> u32 {
        self.levels.leave(slot);
        if let Some(entry) = self.entries[slot as usize].as_mut() {
            self.tags.unfile(slot);
            self.tags.file(slot, incoming.tags);
            entry.fresh_until = fresh_until;
            dead.take_value(std::mem::replace(&mut entry.held, incoming.held));
            self.stats.evictions.replaced += 1;
        }
        self.policy.set_weight(slot, incoming.weight);
        self.evict_victims(Cause::Weight, dead);
        slot
    }

    /// Takes an entry out because a caller says so. Whether there was a fresh one.
    pub(in super::super) fn remove<Q>(
        &mut self,
        hash: u64,
        key: &Q,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> bool
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.writes += 1;
        self.supersede(key);
        let Some(slot) = self.find(hash, key) else {
            return false;
        };
        if self.keep_if_alive(slot, now, settings, dead) == Freshness::Gone {
            return false;
        }
        let was_fresh = self.is_fresh(slot, now, settings);
        self.evict(slot, Cause::Deleted, dead);
        was_fresh
    }

    /// Takes everything out.
    pub(in super::super) fn clear(&mut self, dead: &mut Dead<K, V>) {
        self.writes += 1;
        self.flights.clear();
        for slot in self.slots() {
            self.evict(slot, Cause::Deleted, dead);
        }
    }
}
