use super::handle::Handle;
use super::losses::Losses;
use super::series::Series;
use super::store::{Definition, Kind};
use super::unit::Unit;
use super::window::WindowConfig;

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
    /// Since when it was seen to be without a record; NaN before that.
    noticed_ms: f64,
    /// Whether its data was dropped for being idle, and nothing came since.
    pub(super) expired: bool,
    /// Of a gauge, NaN until it is set.
    pub(super) gauge: f64,
    /// Of everything else.
    pub(super) series: Option<Box<Series>>,
}

impl Slot {
    pub(super) fn new(handle: Handle, definition: Definition) -> Self {
        let unit = if definition.kind == Kind::Operation {
            Unit::Milliseconds
        } else {
            Unit::Base
        };
        let series = (definition.kind != Kind::Gauge)
            .then(|| Box::new(Series::new(unit, definition.window)));
        Self {
            handle,
            definition,
            last_ms: f64::NEG_INFINITY,
            noticed_ms: f64::NAN,
            expired: false,
            gauge: f64::NAN,
            series,
        }
    }

    /// Whether nothing came for so long, counted from the first look at it where nothing ever came.
    pub(super) fn is_idle(&mut self, now_ms: f64, idle_ms: f64) -> bool {
        if self.noticed_ms.is_nan() {
            self.noticed_ms = now_ms;
        }
        let since_ms = if self.has_data() {
            self.last_ms
        } else {
            self.noticed_ms
        };
        !self.expired && since_ms < now_ms - idle_ms
    }

    pub(super) fn has_data(&self) -> bool {
        self.last_ms > f64::NEG_INFINITY
    }

    #[inline]
    pub(super) fn touch(&mut self, at_ms: f64) {
        if at_ms > self.last_ms {
            self.last_ms = at_ms;
            self.expired = false;
        }
    }

    /// Keeps the recent past from now on, if `window` says so and it does not yet.
    pub(super) fn widen_to(&mut self, window: Option<WindowConfig>) {
        if let (Some(series), None) = (&mut self.series, self.definition.window) {
            series.window = Series::new(series.tally.head.histogram.unit(), window).window;
            self.definition.window = window;
        }
    }

    /// Empties it and returns what it held.
    pub(super) fn clear(&mut self, readers: &[Option<Look>]) -> Option<Box<Series>> {
        let old = std::mem::replace(self, Self::new(self.handle, self.definition));
        self.show_to(readers);
        old.series
    }

    /// Everything that comes from now on is news to the readers.
    pub(super) fn show_to(&mut self, readers: &[Option<Look>]) {
        let Some(series) = &mut self.series else {
            return;
        };
        for reader in (0..readers.len()).filter(|reader| readers[*reader].is_some()) {
            series.tally.take(reader);
        }
    }
}

/// Whether a gauge's setting (value, time) replaces another: the later one does, of two at the same time the larger.
pub(super) fn gauge_wins((value, set_ms): (f64, f64), (current, last_ms): (f64, f64)) -> bool {
    set_ms > last_ms || set_ms == last_ms && (current.is_nan() || value > current)
}
