use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::super::clock::{Clock, to_millis};
use super::super::error::Error;
use super::collector::CollectorConfig;
use super::handle::Handle;
use super::interner::{Identity, Interner, Origin};
use super::losses::Losses;
use super::snapshot::Snapshot;
use super::store::{Definition, Kind, Store};
use super::window::WindowConfig;

/// Threads record into one of so many stores, so that they seldom meet; a snapshot adds them up exactly.
const STRIPES: usize = 8;

/// The key of the overflow series: the attribute that OpenTelemetry gives to its own.
pub(super) const OVERFLOW_KEY: &str = "{otel.metric.overflow=\"true\"}";

/// What the clones and handles of a collector share.
pub(super) struct Shared {
    pub(super) clock: Box<dyn Clock>,
    pub(super) config: CollectorConfig,
    /// Unix time at the clock's origin, in milliseconds.
    pub(super) epoch_ms: f64,
    /// Locked before any stripe, and for as long as a set of stripes must stay the same series.
    names: RwLock<Interner>,
    stripes: [Mutex<Store>; STRIPES],
}

impl Shared {
    pub(super) fn new(config: CollectorConfig, clock: Box<dyn Clock>) -> Self {
        let now_ms = to_millis(clock.now());
        Self {
            epoch_ms: to_millis(clock.since_epoch()) - now_ms,
            clock,
            config,
            names: RwLock::new(Interner::new(config.max_series)),
            stripes: std::array::from_fn(|_| Mutex::new(Store::new(now_ms, None))),
        }
    }

    pub(super) fn now_ms(&self) -> f64 {
        to_millis(self.clock.now())
    }

    /// Changes a series in the stripe of this thread.
    #[inline]
    pub(super) fn record(&self, identity: &Identity, record: impl FnOnce(&mut Store, Handle)) {
        self.change(own_stripe(), identity, record);
    }

    /// Changes a series in one stripe, in which it is defined at first use.
    #[inline]
    pub(super) fn change(
        &self,
        stripe: usize,
        identity: &Identity,
        change: impl FnOnce(&mut Store, Handle),
    ) {
        let mut store = lock(&self.stripes[stripe]);
        let handle = identity.handle();
        if !store.is_defined(handle) {
            store.define_where_free(handle, identity.origin.definition);
        }
        change(&mut store, handle);
    }

    pub(super) fn add_losses(&self, losses: &Losses) {
        lock(&self.stripes[0]).losses.add(losses);
    }

    pub(super) fn add_reader(&self) -> Result<usize, Error> {
        let now_ms = self.now_ms();
        let _all_at_once = self.write_names();
        let mut number = 0;
        for stripe in &self.stripes {
            number = lock(stripe).add_reader(now_ms)?;
        }
        Ok(number)
    }

    pub(super) fn reset(&self) {
        let now_ms = self.now_ms();
        let _all_at_once = self.write_names();
        self.stripes
            .iter()
            .for_each(|stripe| lock(stripe).reset(now_ms));
    }

    pub(super) fn intern(
        &self,
        kind: Kind,
        key: String,
        unit: &str,
        parent: Option<Handle>,
        window: Option<WindowConfig>,
    ) -> Arc<Identity> {
        let known = self.names().get(kind, &key).cloned();
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
        names.add(self.origin(kind, key, unit, parent, window), recycled)
    }

    fn origin(
        &self,
        kind: Kind,
        key: String,
        unit: &str,
        parent: Option<Handle>,
        window: Option<WindowConfig>,
    ) -> Origin {
        Origin {
            key,
            unit: unit.to_owned(),
            definition: Definition {
                kind,
                parent,
                window,
            },
            created_ms: self.now_ms(),
        }
    }

    /// What stands for the overflow series of a kind.
    pub(super) fn overflow(&self, kind: Kind) -> Arc<Identity> {
        Identity::overflow(self.origin(kind, String::new(), "", None, None))
    }

    /// An index whose series has expired in every stripe and that no labelled series adds to.
    fn recycle(&self, names: &Interner) -> Option<Handle> {
        self.config.idle_expiry?;
        let last = self.expire_idle_of(names);
        let is_parent = |handle: Handle| {
            names
                .identities()
                .any(|other| other.origin.definition.parent == Some(handle))
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

    pub(super) fn expire_idle(&self) {
        if self.config.idle_expiry.is_some() {
            self.expire_idle_of(&self.write_names());
        }
    }

    /// Expires what is idle in all stripes; gives when each series, in the order of its index, last recorded.
    fn expire_idle_of(&self, names: &Interner) -> Vec<f64> {
        let oldest_ms = self.now_ms() - self.config.idle_expiry.map_or(f64::INFINITY, to_millis);
        let mut stripes: Vec<_> = self.stripes.iter().map(lock).collect();
        let mut last = Vec::new();
        for identity in names.identities() {
            let handle = identity.handle();
            let mut last_ms = stripes
                .iter()
                .map(|store| store.last_ms(handle))
                .fold(identity.origin.created_ms, f64::max);
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

    /// What `take` gives of each stripe, all together, under the names that its series have at that moment.
    pub(super) fn snapshot(&self, take: impl Fn(&mut Store, f64) -> Store) -> Snapshot {
        // Held to the end: an index given away in between would show one series under the name of another.
        let names = self.names();
        let now_ms = self.now_ms();
        let store = self.combine(&names, now_ms, take);
        self.to_snapshot(&names, &store, now_ms)
    }

    /// All stripes as one store, with every series as it was defined.
    pub(super) fn combine(
        &self,
        names: &Interner,
        now_ms: f64,
        take: impl Fn(&mut Store, f64) -> Store,
    ) -> Store {
        let mut started_ms = f64::INFINITY;
        let mut all = Store::new(now_ms, None);
        let parts: Vec<Store> = self
            .stripes
            .iter()
            .map(|stripe| take(&mut lock(stripe), now_ms))
            .collect();
        for identity in names.identities() {
            all.define(identity.handle(), identity.origin.definition);
        }
        for mut part in parts {
            started_ms = started_ms.min(part.started_ms);
            part.keep_only(|handle| names.is_current(handle));
            all.absorb(&part);
        }
        all.started_ms = started_ms;
        all
    }

    fn to_snapshot(&self, names: &Interner, store: &Store, now_ms: f64) -> Snapshot {
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
                Some(identity) => (identity.origin.key.as_str(), identity.origin.unit.as_str()),
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

    pub(super) fn names(&self) -> RwLockReadGuard<'_, Interner> {
        self.names.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_names(&self) -> RwLockWriteGuard<'_, Interner> {
        self.names.write().unwrap_or_else(PoisonError::into_inner)
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
