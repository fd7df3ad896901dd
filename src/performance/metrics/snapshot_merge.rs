use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Error;
use super::super::stats::ExactSum;
use super::series_snapshot::SeriesSnapshot;
use super::slot::gauge_wins;
use super::snapshot::{SCHEMA_VERSION, Snapshot};
use super::spec::bare_name;
use super::tally::Tally;
use super::unit::Unit;

impl Snapshot {
    /// Adds what another process, thread or page recorded. In any order and grouping the result is the same to the
    /// bit, and its counts, sums, extremes and buckets are those of one collector that saw it all. Windows are left
    /// out: those of different moments do not add up.
    ///
    /// # Errors
    /// [`Error::UnsupportedSchema`], or an entry that cannot be true; nothing is changed then.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.check()?;
        other.check()?;
        let operations = merged([&self.operations, &other.operations], Unit::Milliseconds)?;
        let histograms = merged([&self.histograms, &other.histograms], Unit::Base)?;
        let counters = [self.own_counters(), other.own_counters()];
        self.started_at = self.started_at.min(other.started_at);
        self.taken_at = self.taken_at.max(other.taken_at);
        self.clock.resolution = self.clock.resolution.max(other.clock.resolution);
        self.series.active = (operations.len() + histograms.len()) as u64;
        let elapsed_ms = self.taken_at - self.started_at;
        let show = |part: Part, total| SeriesSnapshot {
            last_at: part.last_at,
            total,
            ..SeriesSnapshot::of(&part.tally, &part.unit, elapsed_ms)
        };
        self.operations = with_totals(operations, show);
        self.histograms = with_totals(histograms, show);
        self.merge_counters(counters);
        self.merge_gauges(other);
        let mut losses = self.losses();
        losses.add(&other.losses());
        self.set_losses(&losses);
        self.series.limit = self.series.limit.max(other.series.limit);
        Ok(())
    }

    /// Whether it can be read at all.
    ///
    /// # Errors
    /// [`Error::UnsupportedSchema`].
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(Error::UnsupportedSchema {
                expected: SCHEMA_VERSION,
                found: self.schema_version,
            });
        }
        Ok(())
    }

    fn own_counters(&self) -> BTreeMap<String, ExactSum> {
        let own = self
            .counters
            .keys()
            .filter(|key| !self.is_counter_total(key));
        own.map(|key| (own_key(key).to_owned(), self.exact_counter(key)))
            .collect()
    }

    fn merge_counters(&mut self, [mut ours, theirs]: [BTreeMap<String, ExactSum>; 2]) {
        merge_maps(&mut ours, theirs);
        self.series.active += ours.len() as u64;
        self.counters.clear();
        self.exact_counters.clear();
        for (key, sum) in with_totals(ours, |sum, _| sum) {
            self.set_counter(key, &sum);
        }
    }

    fn merge_gauges(&mut self, other: &Self) {
        for (key, value) in &other.gauges {
            let set_at = |of: &Self| of.gauge_times.get(key).copied().unwrap_or(of.taken_at);
            let current = self.gauges.get(key).map(|current| (*current, set_at(self)));
            if current.is_none_or(|current| gauge_wins((*value, set_at(other)), current)) {
                self.gauges.insert(key.clone(), *value);
                self.gauge_times.insert(key.clone(), set_at(other));
            }
        }
        self.series.active += self.gauges.len() as u64;
    }
}

/// Data that can be added up exactly, in any order.
trait Mergeable: Clone {
    /// Adds all of `other`.
    fn merge(&mut self, other: &Self);
}

impl Mergeable for ExactSum {
    fn merge(&mut self, other: &Self) {
        ExactSum::merge(self, other);
    }
}

/// A histogram series with what a snapshot says of it besides.
#[derive(Clone)]
struct Part {
    tally: Tally,
    unit: String,
    last_at: f64,
}

impl Mergeable for Part {
    fn merge(&mut self, other: &Self) {
        self.tally.merge(&other.tally);
        self.last_at = self.last_at.max(other.last_at);
        // Units should agree; where they do not, the choice must not depend on the order.
        if other.unit > self.unit {
            self.unit.clone_from(&other.unit);
        }
    }
}

fn merged(
    sides: [&BTreeMap<String, SeriesSnapshot>; 2],
    unit: Unit,
) -> Result<BTreeMap<String, Part>, Error> {
    let mut all = BTreeMap::new();
    for side in sides {
        let mut own = BTreeMap::new();
        for (key, entry) in side.iter().filter(|(_, entry)| !entry.total) {
            let tally = entry.to_tally(key, unit)?;
            own.insert(
                own_key(key).to_owned(),
                Part {
                    tally,
                    unit: entry.unit.clone(),
                    last_at: entry.last_at,
                },
            );
        }
        merge_maps(&mut all, own);
    }
    Ok(all)
}

/// The key under which a series was recorded: `name{}` is what was recorded under `name`.
fn own_key(key: &str) -> &str {
    key.strip_suffix("{}").unwrap_or(key)
}

fn merge_maps<T: Mergeable>(ours: &mut BTreeMap<String, T>, theirs: BTreeMap<String, T>) {
    for (key, part) in theirs {
        match ours.get_mut(&key) {
            Some(mine) => mine.merge(&part),
            None => {
                ours.insert(key, part);
            }
        }
    }
}

/// Puts the total of each labelled name under the bare name, and what was the bare name's own under `name{}`.
/// `show` is also told whether a part is a total.
fn with_totals<T: Mergeable, S>(
    mut own: BTreeMap<String, T>,
    show: impl Fn(T, bool) -> S,
) -> BTreeMap<String, S> {
    let labelled: BTreeSet<_> = own
        .keys()
        .filter(|key| bare_name(key).len() < key.len())
        .map(|key| bare_name(key).to_owned())
        .collect();
    let mut shown = BTreeMap::new();
    for name in labelled.iter().filter(|name| !name.is_empty()) {
        let bare = own.remove(name);
        let prefix = format!("{name}{{");
        let parts = own
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .filter(|(key, _)| bare_name(key) == name)
            .map(|(_, part)| part);
        if let Some(total) = bare.iter().chain(parts).cloned().reduce(|mut total, part| {
            total.merge(&part);
            total
        }) {
            shown.insert(name.clone(), show(total, true));
        }
        if let Some(bare) = bare {
            shown.insert(format!("{name}{{}}"), show(bare, false));
        }
    }
    shown.extend(own.into_iter().map(|(key, part)| (key, show(part, false))));
    shown
}
