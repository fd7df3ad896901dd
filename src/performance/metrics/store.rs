use super::super::error::Error;
use super::handle::{Handle, Outcome};
use super::losses::Losses;
use super::series::Series;
use super::since::MAX_READERS;
use super::slot::{Look, Slot, gauge_wins};
use super::tally::Tally;
use super::window::WindowConfig;

/// What kind of series a handle stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A histogram of durations in milliseconds.
    Operation,
    /// A histogram of values in a base unit.
    Histogram,
    /// A sum that only grows.
    Counter,
    /// A value that was set last.
    Gauge,
}

/// How a series is kept.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// What it is.
    pub kind: Kind,
    /// The series of the bare name, for one with labels.
    pub parent: Option<Handle>,
    /// Keeps the recent past too; histograms only.
    pub window: Option<WindowConfig>,
}

/// The values of all series, by handle: names, clock and threads are somebody else's.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) slots: Vec<Option<Slot>>,
    pub(super) readers: [Option<Look>; MAX_READERS],
    idle_expiry_ms: Option<f64>,
    /// When it was made or last reset.
    pub started_ms: f64,
    /// What came in and was not kept, or not where it was meant to be.
    pub losses: Losses,
}

impl Store {
    /// An empty store. With `idle_expiry_ms` the data of series that saw no record for so long is dropped.
    #[must_use]
    pub fn new(started_ms: f64, idle_expiry_ms: Option<f64>) -> Self {
        let mut store = Self {
            slots: Vec::new(),
            readers: [None; MAX_READERS],
            idle_expiry_ms,
            started_ms,
            losses: Losses::default(),
        };
        for (handle, kind) in [
            (Handle::OVERFLOW_OPERATION, Kind::Operation),
            (Handle::OVERFLOW_HISTOGRAM, Kind::Histogram),
            (Handle::OVERFLOW_COUNTER, Kind::Counter),
        ] {
            store.define(
                handle,
                Definition {
                    kind,
                    parent: None,
                    window: None,
                },
            );
        }
        store
    }

    /// Makes `handle` stand for a new, empty series; an older one at its index is gone. One that is defined already keeps
    /// its data and gets the window of the new definition.
    pub fn define(&mut self, handle: Handle, definition: Definition) {
        let index = handle.index();
        if let Some(slot) = self.slot_mut(handle) {
            slot.widen_to(definition.window);
            return;
        }
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, || None);
        }
        let mut slot = Slot::new(handle, definition);
        slot.show_to(&self.readers);
        self.slots[index] = Some(slot);
    }

    /// [`Store::define`], unless the index was given to a newer series already, or `handle` stands for none.
    #[cold]
    pub(super) fn define_where_free(&mut self, handle: Handle, definition: Definition) {
        let taken = self.slots.get(handle.index()).and_then(Option::as_ref);
        let newer = taken.is_some_and(|slot| slot.handle.generation() > handle.generation());
        if !newer && handle != Handle::NOWHERE {
            self.define(handle, definition);
        }
    }

    /// Whether `handle` stands for a series here.
    #[must_use]
    pub fn is_defined(&self, handle: Handle) -> bool {
        self.slot(handle).is_some()
    }

    /// Records a value that came at `at_ms`: a duration, a value, an increment or a setting, as the series is.
    #[inline(always)]
    pub fn record(&mut self, handle: Handle, value: f64, outcome: Outcome, at_ms: f64) {
        self.change(handle, at_ms, |slot| match &mut slot.series {
            Some(series) if slot.definition.kind == Kind::Counter => {
                series.tally.head.histogram.note(value)
            }
            Some(series) => series.record(value, outcome, at_ms),
            None => {
                let accepted = value.is_finite();
                if accepted {
                    slot.gauge = value;
                }
                accepted
            }
        });
    }

    /// Records a value of a histogram and the values that a stalled caller missed at an expected interval.
    pub fn record_with_expected_interval(
        &mut self,
        handle: Handle,
        value: f64,
        interval: f64,
        at_ms: f64,
    ) {
        self.change(handle, at_ms, |slot| match &mut slot.series {
            Some(series) => series.record_with_expected_interval(value, interval, at_ms),
            None => false,
        });
    }

    /// Adds a series from a snapshot; `last_ms` is when its last record came. Of a counter the sum is all that counts.
    pub fn merge(&mut self, handle: Handle, tally: &Tally, last_ms: f64) {
        if let Some(slot) = self.slot_mut(handle)
            && let Some(series) = &mut slot.series
        {
            series.tally.head.merge(tally);
            slot.touch(last_ms);
        }
    }

    /// Takes over a gauge from a snapshot: the later setting wins, of two at the same time the larger one.
    pub fn merge_gauge(&mut self, handle: Handle, value: f64, set_ms: f64) {
        if let Some(slot) = self.slot_mut(handle)
            && value.is_finite()
            && gauge_wins((value, set_ms), (slot.gauge, slot.last_ms))
        {
            slot.gauge = value;
            slot.touch(set_ms);
        }
    }

    /// Drops all data and counts; definitions and readers stay.
    pub fn reset(&mut self, now_ms: f64) {
        self.losses = Losses::default();
        self.started_ms = now_ms;
        for look in self.readers.iter_mut().flatten() {
            *look = Look {
                at_ms: now_ms,
                losses: self.losses,
            };
        }
        for slot in self.slots.iter_mut().flatten() {
            slot.clear(&self.readers);
        }
    }

    /// A handle whose index can be given to another series: its data expired and no labelled series adds to it.
    pub fn recycle(&mut self, now_ms: f64) -> Option<Handle> {
        self.expire_idle(now_ms);
        let is_parent = |candidate: &Slot| {
            self.slots
                .iter()
                .flatten()
                .any(|slot| slot.definition.parent == Some(candidate.handle))
        };
        let mut free = self.slots.iter().flatten().filter(|slot| slot.expired);
        free.find(|slot| slot.handle.generation() < Handle::MAX_GENERATION && !is_parent(slot))
            .map(|slot| slot.handle)
    }

    /// Drops the data of series that were idle for too long; that of labelled ones stays in their total.
    pub fn expire_idle(&mut self, now_ms: f64) {
        let Some(idle_ms) = self.idle_expiry_ms else {
            return;
        };
        for index in Handle::FIRST_INDEX as usize..self.slots.len() {
            if let Some(slot) = &mut self.slots[index]
                && slot.is_idle(now_ms, idle_ms)
            {
                let handle = slot.handle;
                self.losses.expired += u64::from(self.expire(handle));
            }
        }
    }

    /// Drops the data of a series, or hands it to its total; whether there was any.
    pub(super) fn expire(&mut self, handle: Handle) -> bool {
        let readers = self.readers;
        let Some(slot) = self.slot_mut(handle) else {
            return false;
        };
        let (definition, last_ms) = (slot.definition, slot.last_ms);
        let old = slot.clear(&readers);
        slot.expired = true;
        if let (Some(parent), Some(old)) = (definition.parent, old) {
            if !self.is_defined(parent) {
                self.define(
                    parent,
                    Definition {
                        parent: None,
                        window: None,
                        ..definition
                    },
                );
            }
            if let Some(slot) = self.slot_mut(parent) {
                if let Some(total) = &mut slot.series {
                    total.absorb(&old);
                }
                slot.touch(last_ms);
            }
        }
        last_ms > f64::NEG_INFINITY
    }

    /// A reader that sees only what comes from now on; at most [`MAX_READERS`] at once.
    ///
    /// # Errors
    /// [`Error::TooManyReaders`].
    pub fn add_reader(&mut self, now_ms: f64) -> Result<usize, Error> {
        let free = self.readers.iter().position(Option::is_none);
        let reader = free.ok_or(Error::TooManyReaders { limit: MAX_READERS })?;
        self.readers[reader] = Some(Look {
            at_ms: now_ms,
            losses: self.losses,
        });
        for series in self.series() {
            series.tally.take(reader);
        }
        Ok(reader)
    }

    /// Forgets a reader.
    pub fn remove_reader(&mut self, reader: usize) {
        if let Some(look) = self.readers.get_mut(reader) {
            *look = None;
            for series in self.series() {
                series.tally.forget(reader);
            }
        }
    }

    /// How many series hold data, the overflow series not counted.
    #[must_use]
    pub fn active(&self) -> usize {
        let users = self
            .slots
            .iter()
            .skip(Handle::FIRST_INDEX as usize)
            .flatten();
        users.filter(|slot| slot.has_data()).count()
    }

    /// When a series last recorded; -infinity where it did not.
    pub(super) fn last_ms(&self, handle: Handle) -> f64 {
        self.slot(handle)
            .map_or(f64::NEG_INFINITY, |slot| slot.last_ms)
    }

    /// Removes the series whose handle `keep` does not want.
    pub(super) fn keep_only(&mut self, keep: impl Fn(Handle) -> bool) {
        for slot in &mut self.slots {
            slot.take_if(|slot| !keep(slot.handle));
        }
    }

    pub(super) fn slot(&self, handle: Handle) -> Option<&Slot> {
        self.slots
            .get(handle.index())?
            .as_ref()
            .filter(|slot| slot.handle == handle)
    }

    fn slot_mut(&mut self, handle: Handle) -> Option<&mut Slot> {
        self.slots
            .get_mut(handle.index())?
            .as_mut()
            .filter(|slot| slot.handle == handle)
    }

    fn series(&mut self) -> impl Iterator<Item = &mut Box<Series>> {
        self.slots
            .iter_mut()
            .flatten()
            .filter_map(|slot| slot.series.as_mut())
    }

    /// Lets `change` take in one record, and counts what becomes of it.
    #[inline(always)]
    fn change(&mut self, handle: Handle, at_ms: f64, change: impl FnOnce(&mut Slot) -> bool) {
        if handle.is_overflow() {
            self.losses.overflowed += 1;
            self.losses.dropped += 1;
        }
        match self.slots.get_mut(handle.index()) {
            Some(Some(slot)) if slot.handle == handle => {
                if change(slot) {
                    slot.touch(at_ms);
                } else {
                    self.losses.rejected += 1;
                }
            }
            _ => self.losses.dropped += 1,
        }
    }
}
