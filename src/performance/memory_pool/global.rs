use std::sync::OnceLock;

use super::super::metrics::MetricsCollector;
use super::buffer_pool::BufferPool;
use super::interner::Interner;
use super::string_pool::StringPool;

/// The pools of this process.
#[derive(Debug, Default)]
pub struct GlobalPools {
    buffers: BufferPool,
    strings: StringPool,
    names: Interner,
}

/// The pools of this process, with default bounds, made at the first call. What they lend is `'static` and can go to any
/// thread or task.
pub fn global_pools() -> &'static GlobalPools {
    static GLOBAL: OnceLock<GlobalPools> = OnceLock::new();
    GLOBAL.get_or_init(GlobalPools::default)
}

impl GlobalPools {
    /// Byte buffers.
    #[must_use]
    pub fn buffer_pool(&self) -> &BufferPool {
        &self.buffers
    }

    /// Strings whose memory is used again.
    #[must_use]
    pub fn string_pool(&self) -> &StringPool {
        &self.strings
    }

    /// Equal strings in the same memory.
    #[must_use]
    pub fn interner(&self) -> &Interner {
        &self.names
    }

    /// Shows the numbers of all three in the snapshots of a collector: `buffer_pool.leases`, `string_pool.leases`,
    /// `interner.hits` and so on. To be called before each snapshot.
    pub fn publish(&self, collector: &MetricsCollector) {
        self.buffers.stats().publish(collector, "buffer_pool");
        self.strings.stats().publish(collector, "string_pool");
        self.names.stats().publish(collector, "interner");
    }
}
