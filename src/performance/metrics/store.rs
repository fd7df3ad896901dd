use super::super::error::Error;
use super::super::stats::ExactSum;
use super::handle::{Handle, Outcome};
use super::histogram::{Parts, Unit};
use super::series::Series;
use super::since::{MAX_READERS, Since};
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

/// Counts of what was not recorded where it was meant to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Values that no series can hold: NaN, infinities, negative durations.
    pub rejected: u64,
    /// Records that reached no series of their own, those in an overflow series included.
    pub dropped: u64,
    /// Records that went to an overflow series.
    pub overflowed: u64,
    /// Series whose data was dropped because nothing came for long.
    pub expired: u64,
}

/// What a delta reader has seen already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    pub(super) at_ms: f64,
    pub(super) losses: Losses,
}

#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) handle: Handle,
    pub(super) definition: Definition,
    /// When the last record came; -infinity before the first.
    pub(super) last_ms: f64,
    pub(super) expired: bool,
    pub(super) data: Data,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    Series(Box<Series>),
    Counter(Box<Since<ExactSum>>),
    Gauge(f64),
}

impl Data {
    pub(super) fn new(definition: &Definition) -> Self {
        match definition.kind {
            Kind::Operation => {
                Self::Series(Box::new(Series::new(Unit::Milliseconds, definition.window)))
            }
            Kind::Histogram => Self::Series(Box::new(Series::new(Unit::Base, definition.window))),
            Kind::Counter => Self::Counter(Box::new(Since::new(ExactSum::new()))),
            Kind::Gauge => Self::Gauge(f64::NAN),
        }
    }
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

    /// Makes `handle` stand for a new, empty series; an older one at its index is gone.
    pub fn define(&mut self, handle: Handle, definition: Definition) {
        let index = handle.index();
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, || None);
        }
        let mut slot = Slot {
            handle,
            definition,
            last_ms: f64::NEG_INFINITY,
            expired: false,
            data: Data::new(&definition),
        };
        slot.subscribe_to(&self.readers);
        self.slots[index] = Some(slot);
    }

    /// Whether `handle` stands for a series here.
    #[must_use]
    pub fn is_defined(&self, handle: Handle) -> bool {
        self.slot(handle).is_some()
    }

    /// Records a value that came at `at_ms`: a duration, a value, an increment or a setting, as the series is.
    #[inline]
    pub fn record(&mut self, handle: Handle, value: f64, outcome: Outcome, at_ms: f64) {
        let Some(slot) = live(&mut self.slots, &mut self.losses, handle) else {
            return;
        };
        let accepted = match &mut slot.data {
            Data::Series(series) => series.record(value, outcome, at_ms),
            other => other.add_or_set(value),
        };
        if accepted {
            slot.touch(at_ms);
        } else {
            self.losses.rejected += 1;
        }
    }

    /// Records a value of a histogram and the values that a stalled caller missed at an expected interval.
    pub fn record_with_expected_interval(
        &mut self,
        handle: Handle,
        value: f64,
        interval: f64,
        at_ms: f64,
    ) {
        let Some(slot) = live(&mut self.slots, &mut self.losses, handle) else {
            return;
        };
        let accepted = match &mut slot.data {
            Data::Series(series) => series.record_with_expected_interval(value, interval, at_ms),
            _ => false,
        };
        if accepted {
            slot.touch(at_ms);
        } else {
            self.losses.rejected += 1;
        }
    }

    /// Adds a histogram from a snapshot; `last_ms` is when its last record came.
    ///
    /// # Errors
    /// When the numbers cannot be those of a histogram; nothing is added then.
    pub fn merge_histogram(
        &mut self,
        handle: Handle,
        parts: &Parts<'_>,
        [errors, aborted]: [u64; 2],
        last_ms: f64,
    ) -> Result<(), Error> {
        let malformed = |problem| Error::MalformedSeries {
            key: String::new(),
            problem,
        };
        if let Some(problem) = parts.problem() {
            return Err(malformed(problem));
        }
        let Some(Slot {
            data: Data::Series(series),
            ..
        }) = self.slot_mut(handle)
        else {
            return Err(malformed("expected a series of the same kind"));
        };
        let tally = &mut series.tally.head;
        tally.histogram.merge_parts(parts)?;
        tally.errors = tally.errors.saturating_add(errors);
        tally.aborted = tally.aborted.saturating_add(aborted);
        self.touch(handle, last_ms);
        Ok(())
    }

    /// Adds a counter from a snapshot.
    ///
    /// # Errors
    /// When the limbs are not those of an exact sum; nothing is added then.
    pub fn merge_counter(
        &mut self,
        handle: Handle,
        exponent: i32,
        limbs: &[u32],
        last_ms: f64,
    ) -> Result<(), Error> {
        if let Some(Slot {
            data: Data::Counter(count),
            ..
        }) = self.slot_mut(handle)
        {
            count.head.add_limbs(exponent, limbs)?;
            self.touch(handle, last_ms);
        }
        Ok(())
    }

    /// Takes over a gauge from a snapshot: the later setting wins, of two at the same time the larger one.
    pub fn merge_gauge(&mut self, handle: Handle, value: f64, set_ms: f64) {
        let Some(slot) = self.slot_mut(handle) else {
            return;
        };
        let Data::Gauge(current) = &mut slot.data else {
            return;
        };
        if value.is_finite() && gauge_wins((value, set_ms), (*current, slot.last_ms)) {
            *current = value;
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
            // A series that never recorded is idle too: its last record came at -infinity.
            let idle = |slot: &&Slot| !slot.expired && slot.last_ms < now_ms - idle_ms;
            if let Some(handle) = self.slots[index]
                .as_ref()
                .filter(idle)
                .map(|slot| slot.handle)
            {
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
        if let Some(parent) = definition.parent {
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
            if let Some(total) = self.slot_mut(parent) {
                total.data.absorb(&old);
                total.touch(last_ms);
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
        for slot in self.slots.iter_mut().flatten() {
            slot.subscribe(reader);
        }
        Ok(reader)
    }

    /// Forgets a reader.
    pub fn remove_reader(&mut self, reader: usize) {
        if reader < MAX_READERS {
            self.readers[reader] = None;
            for slot in self.slots.iter_mut().flatten() {
                match &mut slot.data {
                    Data::Series(series) => series.tally.unsubscribe(reader),
                    Data::Counter(count) => count.unsubscribe(reader),
                    Data::Gauge(_) => {}
                }
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
        users
            .filter(|slot| slot.last_ms > f64::NEG_INFINITY)
            .count()
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

    fn touch(&mut self, handle: Handle, at_ms: f64) {
        if let Some(slot) = self.slot_mut(handle) {
            slot.touch(at_ms);
        }
    }
}

impl Slot {
    #[inline]
    fn touch(&mut self, at_ms: f64) {
        if at_ms > self.last_ms {
            self.last_ms = at_ms;
            self.expired = false;
        }
    }

    /// Empties it and returns what it held.
    fn clear(&mut self, readers: &[Option<Look>]) -> Data {
        self.last_ms = f64::NEG_INFINITY;
        let old = std::mem::replace(&mut self.data, Data::new(&self.definition));
        self.subscribe_to(readers);
        old
    }

    fn subscribe_to(&mut self, readers: &[Option<Look>]) {
        for reader in (0..readers.len()).filter(|reader| readers[*reader].is_some()) {
            self.subscribe(reader);
        }
    }

    fn subscribe(&mut self, reader: usize) {
        match &mut self.data {
            Data::Series(series) => series.tally.subscribe(reader),
            Data::Counter(count) => count.subscribe(reader),
            Data::Gauge(_) => {}
        }
    }
}

impl Data {
    /// Adds to a counter or sets a gauge; false for a value that it cannot hold.
    fn add_or_set(&mut self, value: f64) -> bool {
        match self {
            Self::Series(_) => false,
            Self::Counter(count) => {
                let accepted = (0.0..=f64::MAX).contains(&value);
                if accepted {
                    count.head.add(value);
                }
                accepted
            }
            Self::Gauge(current) => {
                if value.is_finite() {
                    *current = value;
                }
                value.is_finite()
            }
        }
    }
}

/// Whether a gauge's setting (value, time) replaces another: the later one does, of two at the same time the larger.
pub(super) fn gauge_wins((value, set_ms): (f64, f64), (current, last_ms): (f64, f64)) -> bool {
    set_ms > last_ms || set_ms == last_ms && (current.is_nan() || value > current)
}

/// The slot of a record; a stale handle and an overflow series are counted. A free function, so that the slot's
/// borrow leaves the counts free.
#[inline]
fn live<'a>(
    slots: &'a mut [Option<Slot>],
    losses: &mut Losses,
    handle: Handle,
) -> Option<&'a mut Slot> {
    if handle.is_overflow() {
        losses.overflowed += 1;
        losses.dropped += 1;
    }
    match slots.get_mut(handle.index()) {
        Some(Some(slot)) if slot.handle == handle => Some(slot),
        _ => {
            losses.dropped += 1;
            None
        }
    }
}
