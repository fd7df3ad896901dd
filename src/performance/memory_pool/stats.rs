use std::time::Duration;

use super::super::metrics::MetricsCollector;

/// What a pool did so far and what it holds now, as plain data.
///
/// While no lease begins or ends, `created == in_use + idle + detached + discarded.total()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStats {
    /// Objects lent so far.
    pub leases: u64,
    /// Leases served by an idle object.
    pub hits: u64,
    /// Objects made, for a lease or in advance.
    pub created: u64,
    /// Objects dropped by the pool.
    pub discarded: Discarded,
    /// Objects that their holders took out for good.
    pub detached: u64,
    /// Objects that wait to be lent.
    pub idle: u64,
    /// Objects lent at the moment.
    pub in_use: u64,
    /// The most that were lent at once. Exact while one thread leases, over by at most 7 with more; always exact for a
    /// bounded pool.
    pub peak_in_use: u64,
    /// Bytes of the idle: capacity of buffers and strings, the size of the type for other objects.
    pub bytes_retained: u64,
    /// How many may exist, for a bounded pool.
    pub limit: Option<u64>,
    /// Requests that had to wait, those still waiting left out.
    pub waits: u64,
    /// Requests that got nothing in time, those that did not want to wait included.
    pub timed_out: u64,
    /// Time waited, in vain or not.
    pub wait_time: Duration,
}

/// Why objects were dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discarded {
    /// The pool kept as many objects or bytes as it may.
    pub full: u64,
    /// A panic unwound while they were held, reset or validated.
    pub poisoned: u64,
    /// The validation refused them.
    pub invalid: u64,
    /// They were idle for too long.
    pub aged: u64,
    /// Buffers and strings smaller than the smallest size class or larger than the largest.
    pub unfit: u64,
    /// Idle ones dropped because the program asked for it.
    pub cleared: u64,
}

impl Discarded {
    /// For whatever cause.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.full + self.poisoned + self.invalid + self.aged + self.unfit + self.cleared
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.full += other.full;
        self.poisoned += other.poisoned;
        self.invalid += other.invalid;
        self.aged += other.aged;
        self.unfit += other.unfit;
        self.cleared += other.cleared;
    }
}

impl PoolStats {
    /// Which share of the leases an idle object served, 0..=1; 0 before the first.
    #[must_use]
    pub fn hit_ratio(&self) -> f64 {
        share(self.hits, self.leases)
    }

    /// Which share of the objects is lent, 0..=1: of as many as may exist for a bounded pool, of those that exist for
    /// others; 0 where there is none.
    #[must_use]
    pub fn utilisation(&self) -> f64 {
        share(self.in_use, self.limit.unwrap_or(self.in_use + self.idle))
    }

    /// Shows these numbers in the snapshots of a collector, as gauges `PREFIX.leases`, `PREFIX.hits` and so on.
    ///
    /// They are gauges throughout, so that it can be done before each snapshot: a counter would add the totals up again.
    /// `hit_ratio` and `utilisation` are shares, `bytes_retained` is in bytes, `wait_ms` in milliseconds; `limit` is
    /// left out where there is none.
    pub fn publish(&self, collector: &MetricsCollector, prefix: &str) {
        let Discarded {
            full,
            poisoned,
            invalid,
            aged,
            unfit,
            cleared,
        } = self.discarded;
        let counts = [
            ("leases", self.leases),
            ("hits", self.hits),
            ("created", self.created),
            ("detached", self.detached),
            ("discarded.full", full),
            ("discarded.poisoned", poisoned),
            ("discarded.invalid", invalid),
            ("discarded.aged", aged),
            ("discarded.unfit", unfit),
            ("discarded.cleared", cleared),
            ("idle", self.idle),
            ("in_use", self.in_use),
            ("peak_in_use", self.peak_in_use),
            ("bytes_retained", self.bytes_retained),
            ("waits", self.waits),
            ("timed_out", self.timed_out),
        ];
        let shares = [
            ("hit_ratio", self.hit_ratio()),
            ("utilisation", self.utilisation()),
            ("wait_ms", super::super::clock::to_millis(self.wait_time)),
        ];
        let limit = self.limit.map(|limit| ("limit", limit));
        let counts = counts.into_iter().chain(limit);
        for (name, value) in counts
            .map(|(name, count)| (name, count as f64))
            .chain(shares)
        {
            collector.gauge(format!("{prefix}.{name}")).set(value);
        }
    }
}

pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The counts that each part of a pool keeps under its lock. All of them only grow, so that their sums over the parts
/// are right whichever part counts what.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Idle objects taken to be lent.
    pub(super) popped: u64,
    /// Those of them that turned out to be aged, invalid or poisoned by the validation.
    pub(super) refused: u64,
    /// Objects made because none was idle.
    pub(super) missed: u64,
    /// Objects made in advance.
    pub(super) prefilled: u64,
    pub(super) detached: u64,
    pub(super) discarded: Discarded,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.popped += other.popped;
        self.refused += other.refused;
        self.missed += other.missed;
        self.prefilled += other.prefilled;
        self.detached += other.detached;
        self.discarded.add(&other.discarded);
    }

    /// The part of the statistics that is counted.
    pub(super) fn to_stats(&self) -> PoolStats {
        // Parts are read one after the other, and a lease may be refused between the looks at two of them.
        let hits = self.popped.saturating_sub(self.refused);
        PoolStats {
            leases: hits + self.missed,
            hits,
            created: self.missed + self.prefilled,
            discarded: self.discarded,
            detached: self.detached,
            ..PoolStats::default()
        }
    }
}
