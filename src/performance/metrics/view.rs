use std::borrow::Cow;

use super::super::error::Error;
use super::handle::Handle;
use super::series::Series;
use super::slot::{Look, Slot, gauge_wins};
use super::store::{Definition, Kind, Store};
use super::tally::Tally;

/// One series as a snapshot shows it.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The series.
    pub handle: Handle,
    /// What kind of series it is.
    pub kind: Kind,
    /// Whose data this is.
    pub role: Role,
    /// When the last record came; -infinity where none did.
    pub last_ms: f64,
    /// The data; of a gauge there is none.
    pub tally: Option<Cow<'a, Tally>>,
    /// Length in milliseconds and content of the window of a histogram that keeps one.
    pub window: Option<(f64, Tally)>,
    /// The value of a gauge.
    pub gauge: f64,
}

/// Whose data an entry holds, where a name is recorded with labels and without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The series' own; nothing adds to it.
    Plain,
    /// The sum of what was recorded under the bare name and under all its labels.
    Total,
    /// Only what was recorded under the bare name itself, which also is in the total.
    Own,
}

/// The sum of what was recorded under a name and all its labels.
struct Family {
    total: Series,
    last_ms: f64,
}

impl Store {
    /// Shows every series that holds something, in the order of their indices; the total of a labelled name is
    /// followed by what is the bare name's own. O(series), plus the buckets of labelled ones.
    pub fn visit(&self, now_ms: f64, visitor: &mut dyn FnMut(&Entry<'_>)) {
        let families = self.families();
        for slot in self.slots.iter().flatten() {
            let family = families.get(slot.handle.index()).and_then(Option::as_ref);
            if let Some(family) = family {
                visitor(&slot.entry(Role::Total, Some(&family.total), family.last_ms, now_ms));
            }
            let role = if family.is_some() {
                Role::Own
            } else {
                Role::Plain
            };
            // A counter that was defined is shown as 0.
            let shown =
                slot.has_data() || slot.definition.kind == Kind::Counter && role == Role::Plain;
            if shown && (slot.has_data() || slot.handle.index() >= Handle::FIRST_INDEX as usize) {
                visitor(&slot.entry(role, slot.series.as_deref(), slot.last_ms, now_ms));
            }
        }
    }

    /// The value at quantile `q` of a histogram, everything under its labels included; `None` while it is empty.
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`].
    pub fn quantile(&self, handle: Handle, q: f64) -> Result<Option<f64>, Error> {
        let Some(series) = self.slot(handle).and_then(|slot| slot.series.as_ref()) else {
            return Ok(None);
        };
        match self.families().get(handle.index()) {
            Some(Some(family)) => family.total.tally.head.histogram.quantile(q),
            _ => series.tally.total().histogram.quantile(q),
        }
    }

    /// A series and those labelled ones that add to it, as a store of their own.
    pub(super) fn family(&self, handle: Handle) -> Self {
        let mut family = Self::new(self.started_ms, None);
        let slots = self.slots.iter().flatten();
        for slot in
            slots.filter(|slot| slot.handle == handle || slot.definition.parent == Some(handle))
        {
            family.define(slot.handle, slot.definition);
            family.slots[slot.handle.index()] = Some(slot.clone());
        }
        family
    }

    /// What came since `reader` last looked, as a store of its own; the reader has seen it then.
    pub fn take_since(&mut self, reader: usize, now_ms: f64) -> Self {
        let seen = Look {
            at_ms: now_ms,
            losses: self.losses,
        };
        let previous = self
            .readers
            .get_mut(reader)
            .and_then(|look| look.replace(seen))
            .unwrap_or(seen);
        let mut since = Self::new(previous.at_ms, None);
        since.losses = self.losses.since(&previous.losses);
        since.slots.clear();
        for slot in &mut self.slots {
            since.slots.push(
                slot.as_mut()
                    .map(|slot| slot.take_since(reader, previous.at_ms)),
            );
        }
        since.keep_only_news();
        since
    }

    /// Adds all of another store whose handles mean the same.
    pub fn absorb(&mut self, other: &Self) {
        self.losses.add(&other.losses);
        for slot in other.slots.iter().flatten() {
            if !self.is_defined(slot.handle) {
                self.define(slot.handle, slot.definition);
            }
            let Some(mine) = self.slots[slot.handle.index()].as_mut() else {
                continue;
            };
            if let (Some(ours), Some(theirs)) = (&mut mine.series, &slot.series) {
                ours.absorb(theirs);
            } else if gauge_wins((slot.gauge, slot.last_ms), (mine.gauge, mine.last_ms)) {
                mine.gauge = slot.gauge;
            }
            mine.last_ms = mine.last_ms.max(slot.last_ms);
        }
    }

    /// Removes series without a record, save bare names under whose labels there is one.
    fn keep_only_news(&mut self) {
        let news = self.slots.iter().flatten().filter(|slot| slot.has_data());
        let parents: Vec<_> = news.filter_map(|slot| slot.definition.parent).collect();
        self.slots.iter_mut().for_each(|slot| {
            slot.take_if(|slot| !slot.has_data() && !parents.contains(&slot.handle));
        });
    }

    /// By index of the bare name. Gauges have no total: adding them up means nothing.
    fn families(&self) -> Vec<Option<Family>> {
        let mut families: Vec<Option<Family>> = Vec::new();
        for slot in self.slots.iter().flatten().filter(|slot| slot.has_data()) {
            let parent = slot
                .definition
                .parent
                .filter(|parent| !parent.is_overflow());
            let parent = parent.and_then(|parent| self.slot(parent));
            let (Some(parent), Some(series)) = (parent, &slot.series) else {
                continue;
            };
            let index = parent.handle.index();
            if families.len() <= index {
                families.resize_with(index + 1, || None);
            }
            let family = families[index].get_or_insert_with(|| {
                let mut total = Slot::new(parent.handle, parent.definition).series;
                if let (Some(total), Some(own)) = (&mut total, &parent.series) {
                    total.add_total(own);
                }
                let total =
                    total.map_or_else(|| Series::new(super::Unit::Base, None), |series| *series);
                Family {
                    total,
                    last_ms: parent.last_ms,
                }
            });
            family.total.add_total(series);
            family.last_ms = family.last_ms.max(slot.last_ms);
        }
        families
    }
}

impl Series {
    /// Adds all of `other` to the head, whoever has seen what.
    fn add_total(&mut self, other: &Self) {
        self.tally.head.merge(&other.tally.total());
        if let (Some(ours), Some(theirs)) = (&mut self.window, &other.window) {
            ours.merge(theirs);
        }
    }
}

impl Slot {
    fn entry<'a>(
        &self,
        role: Role,
        series: Option<&'a Series>,
        last_ms: f64,
        now_ms: f64,
    ) -> Entry<'a> {
        let window = series.and_then(|series| series.window.as_ref());
        Entry {
            handle: self.handle,
            kind: self.definition.kind,
            role,
            last_ms,
            tally: series.map(|series| series.tally.total()),
            window: window.map(|window| (window.length_ms(), window.read(now_ms))),
            gauge: self.gauge,
        }
    }

    /// What came since the reader's last look, at `looked_ms`; without a record if nothing did.
    fn take_since(&mut self, reader: usize, looked_ms: f64) -> Self {
        let mut since = Self::new(
            self.handle,
            Definition {
                window: None,
                ..self.definition
            },
        );
        since.gauge = self.gauge;
        let is_new = match (&mut self.series, &mut since.series) {
            (Some(series), Some(since)) => {
                since.tally.head = series.tally.take(reader);
                since.tally.head.histogram.count() > 0
            }
            // At the very moment of the look it may have been set before or after: shown twice beats not at all.
            _ => self.last_ms >= looked_ms,
        };
        if is_new {
            since.last_ms = self.last_ms;
        }
        since
    }
}
