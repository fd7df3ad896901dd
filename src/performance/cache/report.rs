use super::super::metrics::{MetricsCollector, SeriesSpec};
use super::advice::merge;
use super::multi_level::{MultiLevelCache, lock};
use super::policy::Advice;
use super::stats::CacheStats;

impl<K, V> MultiLevelCache<K, V> {
    /// What it did and holds. Constant time for each shard.
    pub fn stats(&self) -> CacheStats {
        let mut sum = CacheStats::default();
        for shard in &self.shards {
            sum.add(&lock(shard).stats());
        }
        if let Some(tier) = &self.tier {
            sum.l3 = tier.stats();
        }
        sum
    }

    /// What other sizes, or plain LRU, would have given, best first, from a sample of the requests. Trust the order more
    /// than the figures, and those no further than their standard error.
    pub fn advise(&self) -> Vec<Advice> {
        let parts: Vec<_> = self
            .shards
            .iter()
            .map(|shard| lock(shard).advise())
            .collect();
        merge(parts.into_iter()).into_iter().flatten().collect()
    }

    /// How much of the cache new entries have, in percent, as the policy chose: the mean of all shards.
    pub fn window_percent(&self) -> u32 {
        let sum: u32 = self
            .shards
            .iter()
            .map(|shard| lock(shard).window_percent())
            .sum();
        sum / self.shards.len() as u32
    }
}

impl CacheStats {
    /// Records all of it into a collector under `prefix.…`: counts as counters, entries and bytes as gauges. For once;
    /// [`CacheStats::publish_since`] for again and again.
    pub fn publish(&self, collector: &MetricsCollector, prefix: &str) {
        self.publish_since(&Self::default(), collector, prefix);
    }

    /// Records what came since earlier statistics of the same cache.
    pub fn publish_since(&self, earlier: &Self, collector: &MetricsCollector, prefix: &str) {
        let count = |series: SeriesSpec, now: u64, before: u64| {
            let counter = collector.counter(series);
            counter.increment(now.saturating_sub(before) as f64);
        };
        for ((name, now), (_, before)) in self.counts().into_iter().zip(earlier.counts()) {
            count(format!("{prefix}.{name}").into(), now, before);
        }
        let load_ms = |stats: &Self| stats.load_time.as_millis() as u64;
        count(
            format!("{prefix}.load_time_ms").into(),
            load_ms(self),
            load_ms(earlier),
        );
        for (level, now, before) in [("l1", self.l1, earlier.l1), ("l2", self.l2, earlier.l2)] {
            let series =
                |name: &str| SeriesSpec::new(format!("{prefix}.{name}")).label("level", level);
            count(series("hits"), now.hits, before.hits);
            collector.gauge(series("entries")).set(now.entries as f64);
            collector.gauge(series("bytes")).set(now.bytes as f64);
        }
        let (now, before) = (self.l3, earlier.l3);
        for (name, now, before) in [
            ("hits", now.hits, before.hits),
            ("misses", now.misses, before.misses),
            ("writes", now.writes, before.writes),
            ("failures", now.failures, before.failures),
            ("slow", now.slow, before.slow),
            ("skipped", now.skipped, before.skipped),
            ("dropped", now.dropped, before.dropped),
        ] {
            count(format!("{prefix}.store.{name}").into(), now, before);
        }
        let pending = collector.gauge(format!("{prefix}.store.pending"));
        pending.set(now.pending as f64);
    }
}
