use std::fmt;
use std::time::Duration;

use super::super::clock::Clock;

type Make<T> = dyn Fn() -> T + Send + Sync;
type Reset<T> = dyn Fn(&mut T) + Send + Sync;
type Validate<T> = dyn Fn(&T) -> bool + Send + Sync;

/// What the user gives a pool to do with its objects.
pub(super) struct Hooks<T> {
    pub(super) make: Box<Make<T>>,
    pub(super) reset: Option<Box<Reset<T>>>,
    pub(super) validate: Option<Box<Validate<T>>>,
    pub(super) ageing: Option<Ageing>,
}

pub(super) struct Ageing {
    pub(super) longest: Duration,
    pub(super) clock: Box<dyn Clock>,
}

/// An object that waits to be lent.
pub(super) struct Idle<T> {
    pub(super) object: T,
    /// By the clock of the ageing; 0 where nothing ages.
    pub(super) since: Duration,
}

impl<T> Hooks<T> {
    /// Whether an idle object can be lent as it is.
    #[inline]
    pub(super) fn lend_unseen(&self) -> bool {
        self.ageing.is_none() && self.validate.is_none()
    }

    /// The time by which objects age; 0 where they do not.
    #[inline]
    pub(super) fn now(&self) -> Duration {
        match &self.ageing {
            Some(ageing) => ageing.clock.now(),
            None => Duration::ZERO,
        }
    }

    #[inline]
    pub(super) fn is_aged(&self, idle: &Idle<T>, now: Duration) -> bool {
        match &self.ageing {
            Some(ageing) => now.saturating_sub(idle.since) > ageing.longest,
            None => false,
        }
    }
}

impl<T> fmt::Debug for Hooks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("reset", &self.reset.is_some())
            .field("validate", &self.validate.is_some())
            .field("max_idle_age", &self.ageing.as_ref().map(|it| it.longest))
            .finish_non_exhaustive()
    }
}
