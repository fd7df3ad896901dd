use std::any::Any;

use super::codec::Codec;

/// What a weigher is: pure, and quick.
pub(super) type Weigher<K, V> = Box<dyn Fn(&K, &V) -> u32 + Send + Sync>;

/// Which errors are kept.
pub(super) type Chooser = Box<dyn Fn(&dyn Any) -> bool + Send + Sync>;

/// What the shards of a cache go by. Times are nanoseconds, [`u64::MAX`] is for ever.
pub(super) struct Settings<K, V> {
    pub(super) default_ttl: u64,
    pub(super) idle_ttl: u64,
    pub(super) jitter_percent: u32,
    /// 0 loads nothing before its time is over.
    pub(super) refresh_ahead: u64,
    pub(super) stale_while_revalidate: u64,
    pub(super) stale_if_error: u64,
    /// 0 keeps no errors.
    pub(super) negative_ttl: u64,
    pub(super) is_negative: Option<Chooser>,
    pub(super) weigher: Option<Weigher<K, V>>,
    pub(super) codec: Option<Box<dyn Codec<V>>>,
}

impl<K, V> Settings<K, V> {
    pub(super) fn new(default_ttl: u64) -> Self {
        Self {
            default_ttl,
            idle_ttl: u64::MAX,
            jitter_percent: 0,
            refresh_ahead: 0,
            stale_while_revalidate: 0,
            stale_if_error: 0,
            negative_ttl: 0,
            is_negative: None,
            weigher: None,
            codec: None,
        }
    }

    pub(super) fn weigh(&self, key: &K, value: &V) -> u32 {
        self.weigher.as_ref().map_or(0, |weigh| weigh(key, value))
    }

    /// For how long a value that is no longer fresh may still be of use.
    pub(super) fn longest_stale(&self) -> u64 {
        self.stale_while_revalidate.max(self.stale_if_error)
    }

    /// Whether this error is kept instead of a value.
    pub(super) fn keeps(&self, error: &dyn Any) -> bool {
        self.negative_ttl > 0 && self.is_negative.as_ref().is_none_or(|keeps| keeps(error))
    }
}
