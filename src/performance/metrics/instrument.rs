use std::sync::Arc;

use super::handle::Outcome;
use super::interner::Identity;
use super::shared::Shared;

/// A collector's data and the series in it that a user's handle stands for.
#[derive(Clone)]
pub(super) struct Instrument {
    pub(super) shared: Arc<Shared>,
    identity: Arc<Identity>,
}

impl Instrument {
    pub(super) fn new(shared: Arc<Shared>, identity: Arc<Identity>) -> Self {
        Self { shared, identity }
    }

    #[inline]
    pub(super) fn record(&self, value: f64, outcome: Outcome, at_ms: f64) {
        self.shared.record(&self.identity, |store, handle| {
            store.record(handle, value, outcome, at_ms)
        });
    }

    pub(super) fn record_now(&self, value: f64) {
        self.record(value, Outcome::Completed, self.shared.now_ms());
    }

    pub(super) fn record_with_expected_interval(&self, value: f64, interval: f64) {
        let now_ms = self.shared.now_ms();
        self.shared.record(&self.identity, |store, handle| {
            store.record_with_expected_interval(handle, value, interval, now_ms);
        });
    }

    pub(super) fn key(&self) -> &str {
        &self.identity.origin.key
    }
}
