use std::time::Duration;

/// How much a cache holds, and how long. Everything else is set by the methods of
/// [`CacheBuilder`](super::CacheBuilder).
///
/// Both levels together hold at most `l1_size + l2_size` entries, and one policy decides which; a cache for 0 keeps
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// Entries in the hot level, whose values lie as they are; default 100.
    pub l1_size: usize,
    /// Entries in the warm level, whose values lie as they are or, with a codec, as bytes; default 1,000.
    pub l2_size: usize,
    /// How long a value that was put without a time of its own is given out; default 300 s. [`Duration::MAX`] is for
    /// ever, [`Duration::ZERO`] keeps nothing.
    pub default_ttl: Duration,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            l1_size: 100,
            l2_size: 1_000,
            default_ttl: Duration::from_secs(300),
        }
    }
}
