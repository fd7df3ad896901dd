use std::collections::hash_map::RandomState;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::super::metrics::MetricsCollector;
use super::stats::share;

/// How much an interner keeps.
#[derive(Clone, Copy, Debug)]
pub struct InternerConfig {
    /// Strings kept at once; default 4,096. 0 keeps none.
    pub max_entries: usize,
    /// The longest string kept, in bytes; default 256. Longer ones are given out as they come and counted.
    pub max_string_bytes: usize,
}

impl Default for InternerConfig {
    fn default() -> Self {
        Self {
            max_entries: 4_096,
            max_string_bytes: 256,
        }
    }
}

/// Gives equal strings the same memory: for names that come again and again. Bounded: the string asked for longest ago
/// leaves first, and whoever holds it keeps it.
///
/// ```
/// use code_mesh_core::performance::memory_pool::Interner;
///
/// let names = Interner::new();
/// let first = names.intern("tool_execution");
/// assert!(std::sync::Arc::ptr_eq(&first, &names.intern("tool_execution")));
/// ```
pub struct Interner {
    config: InternerConfig,
    state: Mutex<State>,
}

struct State {
    /// Hashed with a random key: names often come from outside. Its bound is kept here, because a bound of its own
    /// would allocate for all entries in advance.
    known: LruCache<Arc<str>, (), RandomState>,
    stats: InternerStats,
}

/// What an interner did so far and what it holds, as plain data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InternerStats {
    /// Strings that were known.
    pub hits: u64,
    /// Strings that were not, the too long ones included.
    pub misses: u64,
    /// Strings that left because others came.
    pub evicted: u64,
    /// Strings too long to be kept.
    pub too_long: u64,
    /// Strings kept at the moment.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Interner {
    /// An empty interner with the default bounds.
    #[must_use]
    pub fn new() -> Self {
        Self::with_config(InternerConfig::default())
    }

    /// An empty interner.
    #[must_use]
    pub fn with_config(config: InternerConfig) -> Self {
        Self {
            config,
            state: Mutex::new(State {
                known: LruCache::unbounded_with_hasher(RandomState::new()),
                stats: InternerStats::default(),
            }),
        }
    }

    /// The string kept for this text. Constant time beyond its length; allocates only when it is not known.
    #[must_use]
    pub fn intern(&self, text: &str) -> Arc<str> {
        let mut guard = self.lock();
        let State { known, stats } = &mut *guard;
        if let Some((kept, ())) = known.get_key_value(text) {
            stats.hits += 1;
            return kept.clone();
        }
        stats.misses += 1;
        let kept: Arc<str> = text.into();
        if text.len() > self.config.max_string_bytes {
            stats.too_long += 1;
        } else if self.config.max_entries > 0 {
            if known.len() >= self.config.max_entries
                && let Some((oldest, ())) = known.pop_lru()
            {
                stats.evicted += 1;
                stats.bytes -= oldest.len() as u64;
            }
            known.put(kept.clone(), ());
            stats.bytes += text.len() as u64;
        }
        kept
    }

    /// What it did so far and what it holds.
    #[must_use]
    pub fn stats(&self) -> InternerStats {
        let state = self.lock();
        InternerStats {
            entries: state.known.len() as u64,
            ..state.stats
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InternerStats {
    /// Which share of the strings was known, 0..=1; 0 before the first.
    #[must_use]
    pub fn hit_ratio(&self) -> f64 {
        share(self.hits, self.hits + self.misses)
    }

    /// Shows these numbers in the snapshots of a collector, as gauges `PREFIX.hits`, `PREFIX.misses` and so on, like
    /// [`PoolStats::publish`](super::PoolStats::publish).
    pub fn publish(&self, collector: &MetricsCollector, prefix: &str) {
        let counts = [
            ("hits", self.hits),
            ("misses", self.misses),
            ("evicted", self.evicted),
            ("too_long", self.too_long),
            ("entries", self.entries),
            ("bytes", self.bytes),
        ];
        let counts = counts.map(|(name, count)| (name, count as f64));
        for (name, value) in counts.into_iter().chain([("hit_ratio", self.hit_ratio())]) {
            collector.gauge(format!("{prefix}.{name}")).set(value);
        }
    }
}

impl Default for Interner {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Interner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interner")
            .field("config", &self.config)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
