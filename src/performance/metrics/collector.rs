use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use super::super::clock::{Clock, to_millis};
use super::super::error::Error;
use super::handle::{Handle, Outcome};
use super::histogram::Unit;
use super::instruments::{Counter, Gauge, Operation, ValueHistogram};
use super::interner::{Identity, Interner};
use super::reader::DeltaReader;
use super::snapshot::Snapshot;
use super::spec::{SeriesSpec, bare_name};
use super::store::{Definition, Kind, Store};
use super::tally::Tally;

/// Threads record into one of so many stores, so that they seldom meet; a snapshot adds them up exactly.
const STRIPES: usize = 8;

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

pub(super) struct Shared {
    pub(super) clock: Box<dyn Clock>,
    config: CollectorConfig,
    /// Unix time at the clock's origin, in milliseconds.
    epoch_ms: f64,
    /// Locked before any stripe, and for as long as a set of stripes must stay the same series.
    names: RwLock<Interner>,
    stripes: [Mutex<Store>; STRIPES],
}

impl MetricsCollector {
    /// An empty collector on a clock of yours, with the default configuration.
    pub fn with_clock(clock: impl Clock + 'static) -> Self {
        Self::with_config(CollectorConfig::default(), clock)
    }

    /// An empty collector.
    pub fn with_config(config: CollectorConfig, clock: impl Clock + 'static) -> Self {
        let now_ms = to_millis(clock.now());
        let store = || Mutex::new(Store::new(now_ms, None));
        Self {
            shared: Arc::new(Shared {
                epoch_ms: to_millis(clock.since_epoch()) - now_ms,
                clock: Box::new(clock),
                config,
                names: RwLock::new(Interner::new(config.max_series)),
                stripes: std::array::from_fn(|_| store()),
            }),
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
        let (all, now_ms) = self.shared.combine(|store, _| store.clone());
        self.shared.to_snapshot(&all, now_ms)
    }

    /// A reader of what comes from now on, each time since its last look. Up to 16 at once.
    ///
    /// # Errors
    /// [`Error::TooManyReaders`].
    pub fn reader(&self) -> Result<DeltaReader, Error> {
        let now_ms = self.shared.now_ms();
        let _all_at_once = self.shared.write_names();
        let mut number = 0;
        for stripe in &self.shared.stripes {
            number = lock(stripe).add_reader(now_ms)?;
        }
        Ok(DeltaReader::new(self.shared.clone(), number))
    }

    /// The value of operation or histogram `key` at quantile `q`, in milliseconds for operations; `None` where nothing
    /// was recorded under it. A bare name means all its labels together.
    ///
    /// # Errors
    /// [`Error::InvalidQuantile`].
    pub fn quantile(&self, key: &str, q: f64) -> Result<Option<f64>, Error> {
        let handle = {
            let names = self
                .shared
                .names
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            let identity = names
                .get(Kind::Operation, key)
                .or_else(|| names.get(Kind::Histogram, key));
            identity.map_or(Handle::NOWHERE, |identity| identity.handle())
        };
        let (all, _) = self.shared.combine(|store, _| store.clone());
        all.quantile(handle, q)
    }

    /// Drops all data and starts anew; handles and readers stay good.
    pub fn reset(&self) {
        let now_ms = self.shared.now_ms();
        let _all_at_once = self.shared.write_names();
        self.shared
            .stripes
            .iter()
            .for_each(|stripe| lock(stripe).reset(now_ms));
    }

    /// Adds what another process, thread or page recorded. Exact: in any order, counts, sums, extremes and buckets are
    /// those of one collector that saw it all. Windows are left out: they are of another clock.
    ///
    /// # Errors
    /// [`Error::UnsupportedSchema`], or the first entry that cannot be true; the entries before it are added then.
    pub fn merge(&self, snapshot: &Snapshot) -> Result<(), Error> {
        snapshot.check()?;
        for (kind, entries, unit) in [
            (Kind::Operation, &snapshot.operations, Unit::Milliseconds),
            (Kind::Histogram, &snapshot.histograms, Unit::Base),
        ] {
            // A total is what its parts add up to; merging both would count twice.
            for (key, entry) in entries.iter().filter(|(_, entry)| !entry.total) {
                let tally = entry.to_tally(key, unit)?;
                let last_ms = entry.last_at - self.shared.epoch_ms;
                self.merge_into(kind, key, &entry.unit, |store, handle| {
                    store.merge(handle, &tally, last_ms)
                });
            }
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
        lock(&self.shared.stripes[0]).losses.add(&snapshot.losses());
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
            None if bare.is_empty() => Identity::overflow(kind),
            None if bare.len() < key.len() => {
                let parent = self.shared.intern(kind, bare.to_owned(), unit, None, None);
                self.shared
                    .intern(kind, key.to_owned(), unit, Some(parent.handle()), None)
            }
            None => self.shared.intern(kind, key.to_owned(), unit, None, None),
        };
        let mut store = lock(&self.shared.stripes[0]);
        let handle = identity.handle();
        if !store.is_defined(handle) && handle != Handle::NOWHERE {
            store.define(handle, identity.definition);
        }
        merge(&mut store, handle);
    }

    fn instrument(&self, kind: Kind, series: SeriesSpec, unit: &str) -> Instrument {
        let parent = series.has_labels() && kind != Kind::Gauge;
        let parent = parent.then(|| {
            self.shared
                .intern(kind, series.name().to_owned(), unit, None, None)
                .handle()
        });
        let identity = self
            .shared
            .intern(kind, series.key(), unit, parent, series.window_config());
        Instrument {
            shared: self.shared.clone(),
            identity,
        }
    }
}

impl Shared {
    pub(super) fn now_ms(&self) -> f64 {
        to_millis(self.clock.now())
    }

    /// Records into the store of this thread.
    #[inline]
    fn record(&self, identity: &Identity, record: impl FnOnce(&mut Store, Handle)) {
        let mut store = lock(&self.stripes[own_stripe()]);
        let handle = identity.handle();
        if !store.is_defined(handle) && handle != Handle::NOWHERE {
            self.define(&mut store, handle, identity);
        }
        record(&mut store, handle);
    }

    #[cold]
    fn define(&self, store: &mut Store, handle: Handle, identity: &Identity) {
        store.define(handle, identity.definition);
    }

    fn intern(
        &self,
        kind: Kind,
        key: String,
        unit: &str,
        parent: Option<Handle>,
        window: Option<super::WindowConfig>,
    ) -> Arc<Identity> {
        let known = self
            .names
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(kind, &key)
            .cloned();
        if let Some(identity) = known {
            return identity;
        }
        let mut names = self.write_names();
        // Another thread may have been faster.
        if let Some(identity) = names.get(kind, &key) {
            return identity.clone();
        }
        let recycled = if names.is_full() {
            self.recycle(&names)
        } else {
            None
        };
        names.add(
            key,
            unit.to_owned(),
            Definition {
                kind,
                parent,
                window,
            },
            recycled,
        )
    }

    /// An index whose series has expired in every stripe and that no labelled series adds to.
    fn recycle(&self, names: &Interner) -> Option<Handle> {
        self.config.idle_expiry?;
        let last = self.expire_idle_of(names);
        let is_parent = |handle: Handle| {
            names
                .identities()
                .any(|other| other.definition.parent == Some(handle))
        };
        let expired = names
            .identities()
            .map(|identity| identity.handle())
            .zip(last);
        let mut free = expired
            .filter(|(_, last_ms)| *last_ms == f64::NEG_INFINITY)
            .map(|(handle, _)| handle);
        free.find(|handle| handle.generation() < Handle::MAX_GENERATION && !is_parent(*handle))
    }

    fn expire_idle(&self) {
        if self.config.idle_expiry.is_some() {
            self.expire_idle_of(&self.write_names());
        }
    }

    /// Expires what is idle in all stripes; gives when each series, in the order of its index, last recorded.
    fn expire_idle_of(&self, names: &Interner) -> Vec<f64> {
        let oldest_ms = self.now_ms() - self.config.idle_expiry.map_or(f64::INFINITY, to_millis);
        let mut stripes: Vec<_> = self.stripes.iter().map(lock).collect();
        let mut last = Vec::new();
        for handle in names.identities().map(|identity| identity.handle()) {
            let mut last_ms = stripes
                .iter()
                .map(|store| store.last_ms(handle))
                .fold(f64::NEG_INFINITY, f64::max);
            if last_ms < oldest_ms {
                let expired = stripes
                    .iter_mut()
                    .filter_map(|store| store.expire(handle).then_some(()))
                    .count();
                stripes[0].losses.expired += u64::from(expired > 0);
                last_ms = f64::NEG_INFINITY;
            }
            last.push(last_ms);
        }
        last
    }

    /// All stripes as one store, with every series as it was defined.
    pub(super) fn combine(&self, take: impl Fn(&mut Store, f64) -> Store) -> (Store, f64) {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.now_ms();
        let mut started_ms = f64::INFINITY;
        let mut all = Store::new(now_ms, None);
        let parts: Vec<Store> = self
            .stripes
            .iter()
            .map(|stripe| take(&mut lock(stripe), now_ms))
            .collect();
        for identity in names.identities() {
            all.define(identity.handle(), identity.definition);
        }
        for mut part in parts {
            started_ms = started_ms.min(part.started_ms);
            part.keep_only(|handle| names.is_current(handle));
            all.absorb(&part);
        }
        all.started_ms = started_ms;
        (all, now_ms)
    }

    pub(super) fn to_snapshot(&self, store: &Store, now_ms: f64) -> Snapshot {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        let mut snapshot =
            Snapshot::empty(self.epoch_ms + store.started_ms, self.epoch_ms + now_ms);
        snapshot.clock.resolution = to_millis(self.clock.resolution());
        snapshot.set_losses(&store.losses);
        snapshot.series.active = store.active() as u64;
        snapshot.series.limit = names.limit() as u64;
        let identities: Vec<_> = names.identities().collect();
        store.visit(now_ms, &mut |entry| {
            let position = entry
                .handle
                .index()
                .checked_sub(Handle::FIRST_INDEX as usize);
            let (key, unit) = match position.and_then(|position| identities.get(position)) {
                Some(identity) => (identity.key.as_str(), identity.unit.as_str()),
                None => (OVERFLOW_KEY, ""),
            };
            snapshot.add(key, unit, entry, self.epoch_ms);
        });
        snapshot
    }

    pub(super) fn forget_reader(&self, number: usize) {
        let _all_at_once = self.write_names();
        self.stripes
            .iter()
            .for_each(|stripe| lock(stripe).remove_reader(number));
    }

    fn write_names(&self) -> std::sync::RwLockWriteGuard<'_, Interner> {
        self.names.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of the overflow series: the attribute that OpenTelemetry gives to its own.
pub(super) const OVERFLOW_KEY: &str = "{otel.metric.overflow=\"true\"}";

/// A collector's data and the series in it that a user's handle stands for.
#[derive(Clone)]
pub(super) struct Instrument {
    pub(super) shared: Arc<Shared>,
    identity: Arc<Identity>,
}

impl Instrument {
    #[inline]
    pub(super) fn record(&self, value: f64, outcome: Outcome, at_ms: f64) {
        self.shared.record(&self.identity, |store, handle| {
            store.record(handle, value, outcome, at_ms)
        });
    }

    pub(super) fn record_now(&self, value: f64) {
        self.record(value, Outcome::Completed, self.shared.now_ms());
    }

    pub(super) fn record_with_expected_interval(&self, value: f64, interval: f64) {
        let now_ms = self.shared.now_ms();
        self.shared.record(&self.identity, |store, handle| {
            store.record_with_expected_interval(handle, value, interval, now_ms);
        });
    }

    pub(super) fn key(&self) -> &str {
        &self.identity.key
    }
}

impl fmt::Debug for MetricsCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsCollector")
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}

fn lock(stripe: &Mutex<Store>) -> MutexGuard<'_, Store> {
    // A panic elsewhere cannot leave a store half changed in a way that matters: counts may miss one record.
    stripe.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The stripe of this thread: threads take them in turns.
fn own_stripe() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed) % STRIPES;
    }
    // Thread-local storage may be gone while a thread ends.
    OWN.try_with(|own| *own).unwrap_or(0)
}
