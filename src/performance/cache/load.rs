use std::cell::Cell;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::flight::{Flight, Landing};
use super::lookup::{Lookup, Outcome};
use super::multi_level::{MultiLevelCache, duration};
use super::shard::{Approach, Dead, Fallback, Held, Incoming, Landed, SharedError, nanos};

/// Why there is no value.
#[derive(Debug)]
pub enum LoadError<E> {
    /// The loader failed, of this call, of the one it waited for, or of one whose error is kept for a while.
    Failed(Arc<E>),
    /// The load that this call waited for failed with an error of another type.
    FailedElsewhere,
    /// The loader that this call waited for panicked.
    Panicked,
    /// The loader of a key asked for the same key.
    Recursive,
}

impl<K: Hash + Eq + Clone, V: Clone> MultiLevelCache<K, V> {
    /// The value of a key, loaded where it is not there: from the store, if there is one, then by `load`. However many
    /// threads ask, one loads, and the others wait for it; nothing is locked meanwhile. A value that is put during the
    /// load wins over it, for the cache and for the callers.
    ///
    /// While a value is stale ([`stale_while_revalidate`]), or soon will be ([`refresh_ahead`]), one caller loads a new one
    /// and takes as long as that, and the others are given the present one at once. Where a load fails, all are given the
    /// value that is still fresh, or a stale one if there is one ([`stale_if_error`]), or the error; it is kept only as
    /// [`negative_ttl`] says.
    ///
    /// A loader may load other keys, but no two loaders may wait for each other.
    ///
    /// [`stale_while_revalidate`]: super::CacheBuilder::stale_while_revalidate
    /// [`refresh_ahead`]: super::CacheBuilder::refresh_ahead
    /// [`stale_if_error`]: super::CacheBuilder::stale_if_error
    /// [`negative_ttl`]: super::CacheBuilder::negative_ttl
    ///
    /// # Errors
    /// [`LoadError`].
    ///
    /// # Panics
    /// Where `load` does; those who wait are given [`LoadError::Panicked`].
    pub fn get_or_load<E>(
        &self,
        key: K,
        load: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        Ok(self.lookup(key, load)?.value)
    }

    /// [`MultiLevelCache::get_or_load`]; what is loaded is put under tags, see [`MultiLevelCache::put_tagged`].
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn get_or_load_tagged<E>(
        &self,
        key: K,
        tags: &[&str],
        load: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        Ok(self.look_up(key, tags, |_| load())?.value)
    }

    pub(super) fn look_up<E>(
        &self,
        key: K,
        tags: &[&str],
        load: impl FnOnce(&K) -> Result<V, E>,
    ) -> Result<Lookup<V>, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        let hash = self.hasher.hash(&key);
        let approach = {
            let mut dead = Dead::new();
            let (mut shard, now) = self.open(hash);
            shard.approach(hash, &key, tags, now, &self.settings, &mut dead)
        };
        match approach {
            Approach::Ready(value, outcome) => Ok(Lookup { value, outcome }),
            Approach::Failed(error) => Err(LoadError::of(error)),
            Approach::Wait(flight, fallback) => {
                if flight.pilot == std::thread::current().id() {
                    return self.or_stale(hash, fallback, LoadError::Recursive);
                }
                match flight.wait() {
                    Landing::Value(value) => Ok(Lookup {
                        value,
                        outcome: Outcome::Coalesced,
                    }),
                    Landing::Failure(error) => self.or_stale(hash, fallback, LoadError::of(error)),
                    Landing::Crash => self.or_stale(hash, fallback, LoadError::Panicked),
                }
            }
            Approach::Fly(flight, fallback) => {
                let descent = Descent {
                    cache: self,
                    flight,
                    hash,
                    key,
                    tags,
                    has_landed: Cell::new(false),
                };
                descent.fly(load, fallback)
            }
        }
    }

    fn or_stale<E>(
        &self,
        hash: u64,
        fallback: Option<Fallback<V>>,
        error: LoadError<E>,
    ) -> Result<Lookup<V>, LoadError<E>> {
        let Some(fallback) = fallback else {
            return Err(error);
        };
        let (mut shard, now) = self.open(hash);
        if now >= fallback.until {
            return Err(error);
        }
        let outcome = if now < fallback.fresh_until {
            Outcome::Hit
        } else {
            shard.stats_mut().stale_on_error += 1;
            Outcome::Grace
        };
        let value = fallback.value;
        Ok(Lookup { value, outcome })
    }
}

/// A load under way: whichever way it ends, those who wait go on.
struct Descent<'a, K: Hash + Eq + Clone, V: Clone> {
    cache: &'a MultiLevelCache<K, V>,
    flight: Arc<Flight<V>>,
    hash: u64,
    key: K,
    tags: &'a [&'a str],
    has_landed: Cell<bool>,
}

impl<K: Hash + Eq + Clone, V: Clone> Descent<'_, K, V> {
    fn fly<E: Send + Sync + 'static>(
        self,
        load: impl FnOnce(&K) -> Result<V, E>,
        fallback: Option<Fallback<V>>,
    ) -> Result<Lookup<V>, LoadError<E>> {
        let cache = self.cache;
        let clock = &*cache.clock;
        let stored = cache
            .tier
            .as_ref()
            .and_then(|tier| tier.read(&self.key, clock));
        // What is to be loaded ahead of its end would otherwise come back from the store, as old as it is in memory.
        let least_left = match fallback {
            Some(_) => cache.settings.refresh_ahead,
            None => 0,
        };
        if let Some((value, left)) = stored
            && nanos(left) >= least_left
        {
            return Ok(Lookup {
                value: self.land_from_store(value, nanos(left)),
                outcome: Outcome::Store,
            });
        }
        let start = clock.now();
        let loaded = load(&self.key);
        let took = clock.now().saturating_sub(start);
        {
            let mut shard = cache.lock(self.hash);
            let stats = shard.stats_mut();
            stats.loads += 1;
            stats.load_time = stats.load_time.saturating_add(took);
        }
        match loaded {
            Ok(value) => Ok(Lookup {
                value: self.land(value),
                outcome: Outcome::Miss,
            }),
            Err(error) => {
                let error = Arc::new(error);
                let (hash, cache) = (self.hash, self.cache);
                let kept = fallback.is_none() && cache.settings.keeps(&*error);
                self.crash(
                    Landing::Failure(error.clone()),
                    kept.then(|| error.clone() as _),
                );
                cache.or_stale(hash, fallback, LoadError::Failed(error))
            }
        }
    }

    fn land(&self, value: V) -> V {
        let cache = self.cache;
        let ttl = cache.settings.default_ttl;
        let tier = cache.tier.as_ref().map(|tier| {
            let write = tier.put(&self.key, &value, duration(ttl), self.tags, &*cache.clock);
            (tier, tier.turn(self.hash), write)
        });
        let (value, is_kept) = self.take_in(value, ttl);
        if let Some((tier, _turn, write)) = tier
            && is_kept
        {
            tier.apply(write, &*cache.clock);
        }
        value
    }

    fn land_from_store(&self, value: V, left: u64) -> V {
        self.take_in(value, left).0
    }

    /// The value for the callers, and whether it is the loaded one.
    fn take_in(&self, value: V, ttl: u64) -> (V, bool) {
        let cache = self.cache;
        let incoming = Incoming {
            key: self.key.clone(),
            hash: self.hash,
            held: Held::Value(value.clone()),
            weight: cache.settings.weigh(&self.key, &value),
            ttl,
            tags: self.tags,
        };
        let landed = {
            let mut dead = Dead::new();
            let (mut shard, now) = cache.open(self.hash);
            shard.land(&self.flight, incoming, now, &cache.settings, &mut dead)
        };
        let (value, is_kept) = match landed {
            Landed::Kept => (value, true),
            Landed::Superseded(written) => (written.unwrap_or(value), false),
        };
        self.tell(|| Landing::Value(value.clone()));
        (value, is_kept)
    }

    fn crash(&self, landing: Landing<V>, kept: Option<SharedError>) {
        let settings = &self.cache.settings;
        let kept = kept.map(|error| Incoming {
            key: self.key.clone(),
            hash: self.hash,
            held: Held::Failure(error),
            weight: 0,
            ttl: settings.negative_ttl,
            tags: &[],
        });
        {
            let mut dead = Dead::new();
            let (mut shard, now) = self.cache.open(self.hash);
            shard.crash(&self.flight, &self.key, kept, now, settings, &mut dead);
        }
        self.tell(|| landing);
    }

    /// Nobody joins any more, so where nobody waits, nothing need be cloned for them.
    fn tell(&self, landing: impl FnOnce() -> Landing<V>) {
        self.has_landed.set(true);
        if Arc::strong_count(&self.flight) > 1 {
            self.flight.land(landing());
        }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Drop for Descent<'_, K, V> {
    fn drop(&mut self) {
        if !self.has_landed.get() {
            self.crash(Landing::Crash, None);
        }
    }
}

impl<E: Send + Sync + 'static> LoadError<E> {
    fn of(error: SharedError) -> Self {
        match error.downcast() {
            Ok(error) => Self::Failed(error),
            Err(_) => Self::FailedElsewhere,
        }
    }
}

impl<E: fmt::Display> fmt::Display for LoadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the loader failed: {error}"),
            Self::FailedElsewhere => f.write_str(
                "expected a value from the loader of another caller; it failed with an error of another type than this call's",
            ),
            Self::Panicked => {
                f.write_str("expected a value from the loader of another caller; it panicked")
            }
            Self::Recursive => f.write_str(
                "expected a loader that asks for other keys; it asked for the one it loads, which would wait for ever",
            ),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for LoadError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => Some(&**error),
            _ => None,
        }
    }
}
