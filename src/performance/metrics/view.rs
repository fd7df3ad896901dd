use std::borrow::Cow;

use super::super::error::Error;
use super::super::stats::ExactSum;
use super::handle::Handle;
use super::since::Mergeable as _;
use super::store::{Data, Definition, Kind, Look, Losses, Slot, Store, gauge_wins};
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
    /// The data.
    pub value: Value<'a>,
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

/// The data of an entry.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a view lives on the stack for the length of one call"
)]
pub enum Value<'a> {
    /// Of a histogram, with length in milliseconds and content of its window if it keeps one.
    Tally(Cow<'a, Tally>, Option<(f64, Tally)>),
    /// Of a counter.
    Sum(Cow<'a, ExactSum>),
    /// Of a gauge.
    Gauge(f64),
}

/// The sum of what was recorded under the labels of a name.
struct Labelled {
    data: Data,
    last_ms: f64,
}

impl Store {
    /// Shows every series that holds something, in the order of their indices; the total of a labelled name is
    /// followed by what is the bare name's own. O(series), plus the buckets of labelled ones.
    pub fn visit(&self, now_ms: f64, visitor: &mut dyn FnMut(Entry<'_>)) {
        let labelled = self.labelled();
        for slot in self.slots.iter().flatten() {
            let part = labelled.get(slot.handle.index()).and_then(Option::as_ref);
            let own = Entry {
                handle: slot.handle,
                kind: slot.definition.kind,
                role: if part.is_some() {
                    Role::Own
                } else {
                    Role::Plain
                },
                last_ms: slot.last_ms,
                value: slot.data.show(now_ms),
            };
            if let Some(part) = part {
                let mut total = slot.data.clone();
                total.absorb(&part.data);
                visitor(Entry {
                    role: Role::Total,
                    last_ms: slot.last_ms.max(part.last_ms),
                    value: total.show(now_ms),
                    ..own
                });
            }
            if !own.is_empty() {
                visitor(own);
            }
        }
    }

    /// The value at quantile `q` of a histogram, everything under its labels included; `None` while it is empty.
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`].
    pub fn quantile(&self, handle: Handle, q: f64) -> Result<Option<f64>, Error> {
        let Some(Slot {
            data: Data::Series(series),
            ..
        }) = self.slot(handle)
        else {
            return Ok(None);
        };
        let mut tally = series.tally.total();
        for slot in self
            .slots
            .iter()
            .flatten()
            .filter(|slot| slot.definition.parent == Some(handle))
        {
            if let Data::Series(part) = &slot.data {
                tally.to_mut().merge(&part.tally.total());
            }
        }
        tally.histogram.quantile(q)
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
        since.slots = self
            .slots
            .iter_mut()
            .map(|slot| Some(slot.as_mut()?.take_since(reader, previous.at_ms)))
            .collect();
        since.keep_only_news();
        since
    }

    /// Adds all of another store whose handles mean the same.
    pub fn absorb(&mut self, other: &Self) {
        self.losses.add(&other.losses);
        for slot in other.slots.iter().flatten() {
            if self.slot(slot.handle).is_none() {
                self.define(slot.handle, slot.definition);
            }
            if let Some(mine) = self.slots[slot.handle.index()].as_mut() {
                match (&slot.data, &mut mine.data) {
                    (Data::Gauge(value), Data::Gauge(current)) => {
                        if gauge_wins((*value, slot.last_ms), (*current, mine.last_ms)) {
                            *current = *value;
                        }
                    }
                    (theirs, ours) => ours.absorb(theirs),
                }
                mine.last_ms = mine.last_ms.max(slot.last_ms);
            }
        }
    }

    /// Removes series without a record, save bare names under whose labels there is one.
    fn keep_only_news(&mut self) {
        let has_news = |slot: &&Slot| slot.last_ms > f64::NEG_INFINITY;
        let news = self.slots.iter().flatten().filter(has_news);
        let parents: Vec<_> = news.filter_map(|slot| slot.definition.parent).collect();
        for slot in &mut self.slots {
            slot.take_if(|slot| !has_news(&&*slot) && !parents.contains(&slot.handle));
        }
    }

    /// By index of the bare name: the sum of its labelled series. Gauges have none: adding them up means nothing.
    fn labelled(&self) -> Vec<Option<Labelled>> {
        let mut totals: Vec<Option<Labelled>> = Vec::new();
        for slot in self.slots.iter().flatten() {
            let parent = slot.definition.parent.and_then(|parent| self.slot(parent));
            let Some(index) = parent.map(|parent| parent.handle.index()) else {
                continue;
            };
            if slot.last_ms == f64::NEG_INFINITY || matches!(slot.data, Data::Gauge(_)) {
                continue;
            }
            if totals.len() <= index {
                totals.resize_with(index + 1, || None);
            }
            match &mut totals[index] {
                Some(total) => {
                    total.data.absorb(&slot.data);
                    total.last_ms = total.last_ms.max(slot.last_ms);
                }
                empty => {
                    *empty = Some(Labelled {
                        data: slot.data.clone(),
                        last_ms: slot.last_ms,
                    })
                }
            }
        }
        totals
    }
}

impl Entry<'_> {
    fn is_empty(&self) -> bool {
        match &self.value {
            Value::Tally(tally, _) => tally.histogram.count() == 0,
            // A counter that was defined is shown as 0, but not beside its total.
            Value::Sum(_) => self.role == Role::Own && self.last_ms == f64::NEG_INFINITY,
            Value::Gauge(value) => value.is_nan(),
        }
    }
}

impl Slot {
    /// What came since the reader's last look, at `looked_ms`; without a record if nothing did.
    fn take_since(&mut self, reader: usize, looked_ms: f64) -> Self {
        let mut data = Data::new(&Definition {
            window: None,
            ..self.definition
        });
        let is_new = match (&mut self.data, &mut data) {
            (Data::Series(series), Data::Series(since)) => {
                since.tally.head = series.tally.take(reader);
                since.tally.head.histogram.count() > 0
            }
            (Data::Counter(count), Data::Counter(since)) => {
                since.head = count.take(reader);
                since.head != ExactSum::new()
            }
            (Data::Gauge(value), Data::Gauge(since)) if self.last_ms >= looked_ms => {
                *since = *value;
                true
            }
            _ => false,
        };
        let last_ms = if is_new {
            self.last_ms
        } else {
            f64::NEG_INFINITY
        };
        Self {
            handle: self.handle,
            definition: self.definition,
            last_ms,
            expired: false,
            data,
        }
    }
}

impl Data {
    pub(super) fn absorb(&mut self, other: &Self) {
        match (self, other) {
            (Self::Series(ours), Self::Series(theirs)) => ours.absorb(theirs),
            (Self::Counter(ours), Self::Counter(theirs)) => ours.absorb(theirs),
            _ => {}
        }
    }

    fn show(&self, now_ms: f64) -> Value<'_> {
        match self {
            Self::Series(series) => {
                let window = series
                    .window
                    .as_ref()
                    .map(|window| (window.length_ms(), window.read(now_ms)));
                Value::Tally(series.tally.total(), window)
            }
            Self::Counter(count) => Value::Sum(count.total()),
            Self::Gauge(value) => Value::Gauge(*value),
        }
    }
}

impl Losses {
    /// Adds other counts.
    pub fn add(&mut self, other: &Self) {
        self.rejected += other.rejected;
        self.dropped += other.dropped;
        self.overflowed += other.overflowed;
        self.expired += other.expired;
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            rejected: self.rejected - before.rejected,
            dropped: self.dropped - before.dropped,
            overflowed: self.overflowed - before.overflowed,
            expired: self.expired - before.expired,
        }
    }
}
