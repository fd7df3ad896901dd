use super::super::settings::Settings;
use super::dead::Dead;
use super::entry::Held;
use super::levels::Level;
use super::state::{Cause, Shard};

impl<K, V: Clone> Shard<K, V> {
    /// An entry was asked for: the value for the caller. One from the warm level goes to the hot one.
    pub(super) fn hit(
        &mut self,
        slot: u32,
        now: u64,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) -> Option<V> {
        let level = self.levels.level(slot);
        let Ok(value) = self.entry(slot)?.value(settings) else {
            self.stats.codec_failures += 1;
            self.evict(slot, Cause::Weight, dead);
            return None;
        };
        let value = value?;
        self.touch(slot, now, settings);
        self.policy.hit(slot);
        if level == Some(Level::L1) {
            self.stats.l1.hits += 1;
            self.levels.visit(slot);
        } else {
            self.stats.l2.hits += 1;
            self.promote(slot, &value, settings, dead);
        }
        Some(value)
    }

    /// Brings a slot that is in no level into the hot one, or where it is too heavy for that, into the warm one.
    pub(super) fn place(
        &mut self,
        slot: u32,
        weight: u32,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        if self.levels.could_hold(Level::L1, weight) {
            while !self.levels.has_room(Level::L1, weight) {
                let Some(coldest) = self.levels.coldest() else {
                    break;
                };
                self.demote(coldest, settings, dead);
            }
            // The policy may have let go of it, when another became heavier as bytes.
            if self.entry(slot).is_some() {
                self.levels.enter(slot, Level::L1, weight);
            }
        } else {
            self.cool(slot, weight, settings, dead);
        }
        self.trim(dead);
    }

    /// Brings a slot that is in no level back into its own, or where there is no room in the hot one, into the warm one.
    pub(super) fn settle(
        &mut self,
        slot: u32,
        level: Level,
        settings: &Settings<K, V>,
        dead: &mut Dead<K, V>,
    ) {
        let Some(Held::Value(value)) = self.entry(slot).map(|entry| &entry.held) else {
            return;
        };
        let weight = self
            .entry(slot)
            .map_or(0, |entry| settings.weigh(&entry.key, value));
        // From a larger cache more may come for the warm level than it holds, while the hot one has room.
        let is_hot = level == Level::L1 || !self.levels.has_room(Level::L2, weight);
        if is_hot && self.levels.has_room(Level::L1, weight) {
            self.levels.enter(slot, Level::L1, weight);
        } else {
            self.cool(slot, weight, settings, dead);
            self.trim(dead);
        }
    }

    fn promote(&mut self, slot: u32, value: &V, settings: &Settings<K, V>, dead: &mut Dead<K, V>) {
        let Some(entry) = self.entries[slot as usize].as_mut() else {
            return;
        };
        let is_bytes = matches!(entry.held, Held::Bytes(_));
        let weight = if is_bytes {
            settings.weigh(&entry.key, value)
        } else {
            self.levels.weight(slot)
        };
        if !self.levels.could_hold(Level::L1, weight) {
            return;
        }
        if is_bytes {
            dead.take_value(std::mem::replace(
                &mut entry.held,
                Held::Value(value.clone()),
            ));
            self.policy.set_weight(slot, weight);
            self.evict_victims(Cause::Weight, dead);
        }
        self.levels.leave(slot);
        self.stats.promotions += 1;
        self.place(slot, weight, settings, dead);
    }

    fn demote(&mut self, slot: u32, settings: &Settings<K, V>, dead: &mut Dead<K, V>) {
        let weight = self.levels.weight(slot);
        self.levels.leave(slot);
        self.stats.demotions += 1;
        self.cool(slot, weight, settings, dead);
    }

    /// Brings a slot that is in no level into the warm one, as bytes where there is a codec.
    fn cool(&mut self, slot: u32, weight: u32, settings: &Settings<K, V>, dead: &mut Dead<K, V>) {
        let mut weight = weight;
        let Some(entry) = self.entries[slot as usize].as_mut() else {
            return;
        };
        if let (Held::Value(value), Some(_)) = (&entry.held, &settings.codec) {
            let scratch = self.scratch.get_or_insert_default();
            let Ok(bytes) = scratch.encode(value, settings) else {
                self.stats.codec_failures += 1;
                self.evict(slot, Cause::Weight, dead);
                return;
            };
            weight = bytes.weight();
            dead.take_value(std::mem::replace(&mut entry.held, Held::Bytes(bytes)));
            self.policy.set_weight(slot, weight);
            self.evict_victims(Cause::Weight, dead);
        }
        if self.entry(slot).is_some() {
            self.levels.enter(slot, Level::L2, weight);
        }
    }

    /// Lets go of what has been in the warm level longest, until its bounds hold.
    fn trim(&mut self, dead: &mut Dead<K, V>) {
        loop {
            let cause = if self.levels.is_over(Level::L2) {
                Cause::Size
            } else if self.levels.is_overweight(Level::L2) {
                Cause::Weight
            } else {
                return;
            };
            let Some(oldest) = self.levels.oldest() else {
                return;
            };
            self.evict(oldest, cause, dead);
        }
    }
}
