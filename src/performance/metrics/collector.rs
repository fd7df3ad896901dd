use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::super::clock::Clock;
use super::super::error::Error;
use super::handle::Handle;
use super::instrument::Instrument;
use super::instruments::{Counter, Gauge, Operation, ValueHistogram};
use super::reader::DeltaReader;
use super::shared::Shared;
use super::snapshot::Snapshot;
use super::spec::{SeriesSpec, bare_name};
use super::store::{Kind, Store};
use super::tally::Tally;
use super::unit::Unit;

/// How much a collector may hold.
#[derive(Clone, Copy, Debug)]
pub struct CollectorConfig {
    /// Series of all kinds that may exist at once, 1..=262,141; default 2,000. What comes under further names goes to
    /// one overflow series a kind, `{otel.metric.overflow="true"}`, and is counted as dropped.
    pub max_series: usize,
    /// Drops the data of series that saw no record for so long, so that their place can be given away; default never.
    /// The data of labelled series stays in the total under their bare name.
    pub idle_expiry: Option<Duration>,
}

impl Default for CollectorConfig {
    fn default() -> Self {
        Self {
            max_series: 2_000,
            idle_expiry: None,
        }
    }
}

/// Counters, gauges and histograms of a program. Cheap to clone: clones share their data; any thread may record.
///
/// ```
/// use code_mesh_core::performance::MetricsCollector;
/// use std::time::Duration;
///
/// let metrics = MetricsCollector::new();
/// let reads = metrics.operation("read");
/// reads.record(Duration::from_millis(3));
/// metrics.counter("cache_hits").increment(1.0);
/// let snapshot = metrics.snapshot();
/// assert_eq!(snapshot.operations["read"].p99, 3.0);
/// assert_eq!(snapshot.counters["cache_hits"], 1.0);
/// ```
#[derive(Clone)]
pub struct MetricsCollector {
    pub(super) shared: Arc<Shared>,
}

impl MetricsCollector {
    /// An empty collector on a clock of yours, with the default configuration.
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self::with_config(CollectorConfig::default(), clock)
    }

    /// An empty collector.
    pub fn with_config(config: CollectorConfig, clock: impl Clock + 'static) -> Self {
        Self {
            shared: Arc::new(Shared::new(config, Box::new(clock))),
        }
    }

    /// A histogram of durations. Keep the handle: recording through it looks up no name.
    pub fn operation(&self, series: impl Into<SeriesSpec>) -> Operation {
        Operation(self.instrument(Kind::Operation, series.into(), ""))
    }

    /// A histogram of values in a base unit: `"bytes"`, `"items"`, `"1"` for ratios.
    pub fn histogram(&self, series: impl Into<SeriesSpec>, unit: &str) -> ValueHistogram {
        ValueHistogram(self.instrument(Kind::Histogram, series.into(), unit))
    }

    /// A sum that only grows.
    pub fn counter(&self, series: impl Into<SeriesSpec>) -> Counter {
        Counter(self.instrument(Kind::Counter, series.into(), ""))
    }

    /// A value that goes up and down.
    pub fn gauge(&self, series: impl Into<SeriesSpec>) -> Gauge {
        Gauge(self.instrument(Kind::Gauge, series.into(), ""))
    }

    /// All since the start, as plain data.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.shared.expire_idle();
        self.shared.snapshot(|store, _| store.clone())
    }

    /// A reader of what comes from now on, each time since its last look. Up to 16 at once.
    ///
    /// # Errors
    /// [`Error::TooManyReaders`].
    pub fn reader(&self) -> Result<DeltaReader, Error> {
        let number = self.shared.add_reader()?;
        Ok(DeltaReader::new(self.shared.clone(), number))
    }

    /// The value of operation or histogram `key` at quantile `q`, in milliseconds for operations; `None` where nothing
    /// was recorded under it. A bare name means all its labels together.
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`].
    pub fn quantile(&self, key: &str, q: f64) -> Result<Option<f64>, Error> {
        let names = self.shared.names();
        let known = |kind| names.get(kind, key).map(|identity| identity.handle());
        let handle = known(Kind::Operation)
            .or_else(|| known(Kind::Histogram))
            .unwrap_or(Handle::NOWHERE);
        let now_ms = self.shared.now_ms();
        let family = self
            .shared
            .combine(&names, now_ms, |store, _| store.family(handle));
        family.quantile(handle, q)
    }

    /// Drops all data and starts anew; handles and readers stay good.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Adds what another process, thread or page recorded. Exact: in any order, counts, sums, extremes and buckets are
    /// those of one collector that saw it all. Windows are left out: they are of another clock.
    ///
    /// # Errors
    /// [`Error::UnsupportedSchema`], or the first entry that cannot be true; nothing is added then.
    pub fn merge(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.check()?;
        let mut checked = Vec::new();
        for (kind, entries, unit) in [
            (Kind::Operation, &snapshot.operations, Unit::Milliseconds),
            (Kind::Histogram, &snapshot.histograms, Unit::Base),
        ] {
            // A total is what its parts add up to; merging both would count twice.
            for (key, entry) in entries.iter().filter(|(_, entry)| !entry.total) {
                checked.push((kind, key, entry, entry.to_tally(key, unit)?));
            }
        }
        for (kind, key, entry, tally) in checked {
            let last_ms = entry.last_at - self.shared.epoch_ms;
            self.merge_into(kind, key, &entry.unit, |store, handle| {
                store.merge(handle, &tally, last_ms)
            });
        }
        let now_ms = self.shared.now_ms();
        for key in snapshot
            .counters
            .keys()
            .filter(|key| !snapshot.is_counter_total(key))
        {
            let tally = Tally::of_sum(&snapshot.exact_counter(key));
            self.merge_into(Kind::Counter, key, "", |store, handle| {
                store.merge(handle, &tally, now_ms)
            });
        }
        for (key, value) in &snapshot.gauges {
            let set_ms = snapshot
                .gauge_times
                .get(key)
                .copied()
                .unwrap_or(snapshot.taken_at)
                - self.shared.epoch_ms;
            self.merge_into(Kind::Gauge, key, "", |store, handle| {
                store.merge_gauge(handle, *value, set_ms)
            });
        }
        self.shared.add_losses(&snapshot.losses());
        Ok(())
    }

    fn merge_into(
        &self,
        kind: Kind,
        key: &str,
        unit: &str,
        merge: impl FnOnce(&mut Store, Handle),
    ) {
        let bare = bare_name(key);
        let identity = match key.strip_suffix("{}") {
            Some(own) => self.shared.intern(kind, own.to_owned(), unit, None, None),
            None if bare.is_empty() => self.shared.overflow(kind),
            None if bare.len() < key.len() => {
                let parent = self.shared.intern(kind, bare.to_owned(), unit, None, None);
                self.shared
                    .intern(kind, key.to_owned(), unit, Some(parent.handle()), None)
            }
            None => self.shared.intern(kind, key.to_owned(), unit, None, None),
        };
        self.shared.change(0, &identity, merge);
    }

    fn instrument(&self, kind: Kind, series: SeriesSpec, unit: &str) -> Instrument {
        let shared = &self.shared;
        let parent = (series.has_labels() && kind != Kind::Gauge).then(|| {
            shared
                .intern(
                    kind,
                    series.name().to_owned(),
                    unit,
                    None,
                    series.window_config(),
                )
                .handle()
        });
        let identity = shared.intern(kind, series.key(), unit, parent, series.window_config());
        Instrument::new(shared.clone(), identity)
    }
}

impl fmt::Debug for MetricsCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsCollector")
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}
