use std::fmt;
use std::time::Duration;

use super::super::clock::to_millis;
use super::handle::Outcome;
use super::instrument::Instrument;

/// A running operation. It records when it is finished; dropped unfinished (an early return, a panic, a cancelled
/// future) it records too, as aborted. It can be sent to another thread and held across `.await`.
#[must_use = "a timer that is dropped at once records an aborted operation"]
pub struct Timer {
    instrument: Instrument,
    started: Duration,
    outcome: Outcome,
}

impl Timer {
    pub(super) fn start(instrument: Instrument) -> Self {
        let started = instrument.shared.clock.now();
        Self {
            instrument,
            started,
            outcome: Outcome::Aborted,
        }
    }

    /// Records the operation as completed.
    pub fn finish(self) {
        self.finish_as(Outcome::Completed);
    }

    /// Records the operation as ended with an error.
    pub fn fail(self) {
        self.finish_as(Outcome::Failed);
    }

    /// The time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.instrument
            .shared
            .clock
            .now()
            .saturating_sub(self.started)
    }

    fn finish_as(mut self, outcome: Outcome) {
        self.outcome = outcome;
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let now = self.instrument.shared.clock.now();
        let duration = to_millis(now.saturating_sub(self.started));
        self.instrument
            .record(duration, self.outcome, to_millis(now));
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("operation", &self.instrument.key())
            .finish_non_exhaustive()
    }
}
