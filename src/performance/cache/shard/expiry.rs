use super::super::settings::Settings;
use super::dead::Dead;
use super::entry::Freshness;
use super::state::{Cause, Shard};

/// A tick of the wheel: a millisecond.
pub(super) const TICK: u64 = 1_000_000;

/// Slots of the wheel that one operation looks at: an entry comes by once a level of the wheel, four times where it lives
/// for minutes.
const SOME: u32 = 4;

impl<K, V> Shard<K, V> {
    /// What may be done with the value of an entry now.
    #[inline]
    pub(super) fn freshness(&self, slot: u32, now: u64, settings: &Settings<K, V>) -> Freshness {
        match self.entry(slot) {
            Some(entry) if now < self.idle_until(slot) => entry.freshness(now, settings),
            _ => Freshness::Gone,
        }
    }

    /// Somebody asked for an entry, or put it. The wheel finds out when it comes by.
    #[inline]
    pub(super) fn touch(&mut self, slot: u32, now: u64, settings: &Settings<K, V>) {
        if settings.idle_ttl == u64::MAX {
            return;
        }
        if self.idle_until.len() <= slot as usize {
            self.idle_until.resize(self.entries.len(), u64::MAX);
        }
        self.idle_until[slot as usize] = now.saturating_add(settings.idle_ttl);
    }

    /// When an entry is of no more use.
    pub(super) fn gone_at(&self, slot: u32, settings: &Settings<K, V>) -> u64 {
        self.entry(slot).map_or(0, |entry| {
            entry.gone_at(settings).min(self.idle_until(slot))
        })
    }

    fn idle_until(&self, slot: u32) -> u64 {
        self.idle_until
            .get(slot as usize)
            .copied()
            .unwrap_or(u64::MAX)
    }

    /// Has the wheel find an entry when its time is over.
    pub(super) fn schedule(&mut self, slot: u32, settings: &Settings<K, V>) {
        if self.entry(slot).is_none() {
            return;
        }
        match self.gone_at(slot, settings) {
            u64::MAX => self.wheel.cancel(slot),
            gone_at => {
                let tick = gone_at.div_ceil(TICK);
                self.wheel.schedule(slot, tick);
                self.next_tick = self.next_tick.min(tick);
            }
        }
    }

    /// What may be done with the value of an entry; one of no more use is taken out.
    pub(super) fn keep_if_alive(
        &mut self,
        slot: u32,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Freshness {
        let freshness = self.freshness(slot, now, settings);
        if freshness == Freshness::Gone {
            self.evict(slot, Cause::Expired, dead);
        }
        freshness
    }

    /// Takes out some of the entries whose time is over.
    #[inline]
    pub(super) fn reclaim_some(
        &mut self,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        if now / TICK >= self.next_tick {
            self.reclaim(now, settings, dead, SOME);
        }
    }

    /// Takes out entries whose time is over, looking at so many; how many went.
    pub(in super::super) fn reclaim(
        &mut self,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
        most: u32,
    ) -> usize {
        let mut gone = 0;
        for _ in 0..most {
            let Some(slot) = self.wheel.pop(now / TICK) else {
                break;
            };
            if self.keep_if_alive(slot, now, settings, dead) == Freshness::Gone {
                gone += 1;
            } else {
                // It was used meanwhile, or its bucket was coarser than its time.
                self.schedule(slot, settings);
            }
        }
        self.next_tick = self.wheel.next_tick().unwrap_or(u64::MAX);
        gone
    }
}
