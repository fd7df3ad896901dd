use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use super::super::flight::Flight;
use super::super::lookup::Outcome;
use super::super::settings::Settings;
use super::dead::Dead;
use super::entry::{Freshness, Held, SharedError};
use super::state::{Incoming, Shard};

/// What a caller who wants a value, loaded if need be, has to do.
pub(in super::super) enum Approach<V> {
    /// Nothing: here it is.
    Ready(V, Outcome),
    /// Nothing: the load failed lately.
    Failed(SharedError),
    /// Wait for another caller's load.
    Wait(Arc<Flight<V>>, Option<Fallback<V>>),
    /// Load it for all.
    Fly(Arc<Flight<V>>, Option<Fallback<V>>),
}

/// The present value for the case that the load fails.
pub(in super::super) struct Fallback<V> {
    pub(in super::super) value: V,
    /// In nanoseconds of the shard.
    pub(in super::super) fresh_until: u64,
    pub(in super::super) until: u64,
}

impl<K: Hash + Eq, V: Clone> Shard<K, V> {
    /// Loads that are under way for a key no longer count, because it is written.
    #[inline]
    pub(super) fn supersede<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if !self.flights.is_empty() {
            self.flights.remove(key);
        }
    }

    /// Begins a lookup that may load: the one who is told to fly lands by one of the methods below, whatever happens.
    pub(in super::super) fn approach(
        &mut self,
        hash: u64,
        key: &K,
        tags: &[&str],
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Approach<V>
    where
        K: Clone,
    {
        self.reclaim_some(now, settings, dead);
        let mut fallback = None;
        if let Some(slot) = self.find(hash, key) {
            match self.keep_if_alive(slot, now, settings, dead) {
                Freshness::Fresh => {
                    if let Some(Held::Failure(error)) = self.entry(slot).map(|entry| &entry.held) {
                        let error = error.clone();
                        self.stats.negative_hits += 1;
                        return Approach::Failed(error);
                    }
                    if self.is_due(slot, now, settings) && !self.flights.contains_key(key) {
                        self.touch(slot, now, settings);
                        self.policy.hit(slot);
                        fallback = self.fallback(slot, settings);
                    } else if let Some(value) = self.hit(slot, now, settings, dead) {
                        return Approach::Ready(value, Outcome::Hit);
                    }
                }
                Freshness::Gone => {}
                freshness => {
                    fallback = self.fallback(slot, settings);
                    self.policy.hit(slot);
                    if freshness == Freshness::Stale
                        && self.flights.contains_key(key)
                        && let Some(Fallback { value, .. }) = fallback
                    {
                        self.stats.stale += 1;
                        return Approach::Ready(value, Outcome::Stale);
                    }
                }
            }
        }
        if let Some(flight) = self.flights.get(key) {
            self.stats.coalesced += 1;
            return Approach::Wait(flight.clone(), fallback);
        }
        self.stats.misses += 1;
        let flight = Arc::new(Flight::new(tags));
        self.flights.insert(key.clone(), flight.clone());
        Approach::Fly(flight, fallback)
    }

    /// The load brought a value. Where the key was written meanwhile, that counts, and is handed back if it is there.
    pub(in super::super) fn land(
        &mut self,
        flight: &Arc<Flight<V>>,
        incoming: Incoming<'_, K, V>,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Landed<V> {
        if self.leave(flight, &incoming.key) {
            self.writes += 1;
            self.store(incoming, now, settings, dead);
            return Landed::Kept;
        }
        let written = self
            .find(incoming.hash, &incoming.key)
            .and_then(|slot| self.peek(slot, now, settings))
            .map(|(_, value)| value);
        dead.take_value(incoming.held);
        Landed::Superseded(written)
    }

    /// The load failed; with an error to keep, where nothing was written meanwhile and nothing stale is there.
    pub(in super::super) fn crash(
        &mut self,
        flight: &Arc<Flight<V>>,
        key: &K,
        kept: Option<Incoming<'_, K, V>>,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        self.stats.load_failures += 1;
        if self.leave(flight, key)
            && let Some(incoming) = kept
            && self.find(incoming.hash, key).is_none()
        {
            self.store(incoming, now, settings, dead);
        }
    }

    /// What was read from elsewhere, unless something was written since.
    pub(in super::super) fn back_fill(
        &mut self,
        incoming: Incoming<'_, K, V>,
        writes: u64,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        let known = self.find(incoming.hash, &incoming.key);
        if writes == self.writes && !known.is_some_and(|slot| self.is_fresh(slot, now, settings)) {
            self.store(incoming, now, settings, dead);
        }
    }

    /// Whether the flight was still the one of its key; it no longer is.
    fn leave(&mut self, flight: &Arc<Flight<V>>, key: &K) -> bool {
        let is_current = self
            .flights
            .get(key)
            .is_some_and(|current| Arc::ptr_eq(current, flight));
        if is_current {
            self.flights.remove(key);
        }
        is_current
    }

    /// Whether a fresh value is so near the end of its time that a new one is to be loaded.
    fn is_due(&self, slot: u32, now: u64, settings: &Settings<K, V>) -> bool {
        settings.refresh_ahead > 0
            && self.entry(slot).is_some_and(|entry| {
                let left = entry.fresh_until.saturating_sub(now);
                entry.fresh_until != u64::MAX && left < settings.refresh_ahead
            })
    }

    fn fallback(&mut self, slot: u32, settings: &Settings<K, V>) -> Option<Fallback<V>> {
        let until = self.gone_at(slot, settings);
        let entry = self.entry(slot)?;
        let fresh_until = entry.fresh_until;
        match entry.value(settings) {
            Ok(value) => value.map(|value| Fallback {
                value,
                fresh_until,
                until,
            }),
            Err(_) => {
                self.stats.codec_failures += 1;
                None
            }
        }
    }
}

/// Whether a loaded value was taken in.
pub(in super::super) enum Landed<V> {
    Kept,
    /// Something was written meanwhile; the value, if it is still there.
    Superseded(Option<V>),
}
