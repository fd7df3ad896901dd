use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Where the core gets its time from: it has no clock of its own, so that it runs the same natively, in WebAssembly
/// and under a test's hand.
pub trait Clock: Send + Sync {
    /// Monotonic time since any fixed origin.
    fn now(&self) -> Duration;

    /// Time since the Unix epoch; may jump when the system clock is set.
    fn since_epoch(&self) -> Duration;

    /// The smallest step this clock can show.
    fn resolution(&self) -> Duration;
}

/// A clock that moves only when told to: for tests and for replaying recorded data.
#[derive(Debug, Default)]
pub struct ManualClock {
    nanos: AtomicU64,
}

impl ManualClock {
    /// A clock that stands at 0, which is also its Unix epoch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.nanos
            .fetch_add(by.as_nanos() as u64, Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.nanos.load(Ordering::Relaxed))
    }

    fn since_epoch(&self) -> Duration {
        self.now()
    }

    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }
}

impl<C: Clock + ?Sized> Clock for std::sync::Arc<C> {
    fn now(&self) -> Duration {
        (**self).now()
    }

    fn since_epoch(&self) -> Duration {
        (**self).since_epoch()
    }

    fn resolution(&self) -> Duration {
        (**self).resolution()
    }
}

/// Milliseconds as a double, correctly rounded from whole nanoseconds.
pub(crate) fn to_millis(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}
