use std::hash::Hash;

use super::load::LoadError;
use super::multi_level::MultiLevelCache;

/// A value, and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lookup<V> {
    /// The value.
    pub value: V,
    /// Where it came from.
    pub outcome: Outcome,
}

/// Where the value of a lookup came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It was in memory and fresh.
    Hit,
    /// It was in memory and stale, and another caller loads a new one.
    Stale,
    /// It was in memory and stale, and the load of a new one failed.
    Grace,
    /// This call loaded it.
    Miss,
    /// Another caller loaded it, or found it in the store, and this call waited for that.
    Coalesced,
    /// It was in the store.
    Store,
}

impl<K: Hash + Eq + Clone, V: Clone> MultiLevelCache<K, V> {
    /// [`MultiLevelCache::get_or_load`], and where the value came from.
    ///
    /// # Errors
    /// [`LoadError`].
    ///
    /// # Panics
    /// Where `load` does; those who wait are given [`LoadError::Panicked`].
    pub fn lookup<E>(
        &self,
        key: K,
        load: impl FnOnce() -> Result<V, E>,
    ) -> Result<Lookup<V>, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        self.look_up(key, &[], |_| load())
    }

    /// A function of the key that answers from the cache, and asks `load` where it has to, each time as by
    /// [`MultiLevelCache::get_or_load`].
    ///
    /// ```
    /// use code_mesh_core::performance::cache::{CacheConfig, LoadError, MultiLevelCache};
    /// use std::num::ParseIntError;
    ///
    /// let cache = MultiLevelCache::new(CacheConfig::default());
    /// let parse = cache.wrap(|text: &String| text.parse::<u64>());
    /// assert_eq!(parse("17".to_string())?, 17);
    /// assert_eq!(cache.get("17"), Some(17));
    /// assert!(parse("a".to_string()).is_err());
    /// # Ok::<(), LoadError<ParseIntError>>(())
    /// ```
    pub fn wrap<E>(
        &self,
        load: impl Fn(&K) -> Result<V, E>,
    ) -> impl Fn(K) -> Result<V, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        move |key| Ok(self.look_up(key, &[], &load)?.value)
    }
}
