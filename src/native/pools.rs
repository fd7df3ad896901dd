//! Waiting and ageing by the system's clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::SystemClock;
use crate::performance::memory_pool::{AcquireError, BoundedPool, ObjectPool, Pooled};

impl<T> ObjectPool<T> {
    /// Lets at most `total` objects exist, lent and idle together (0 counts as 1), so that leases may have to wait.
    #[must_use]
    pub fn bounded(self, total: usize) -> BoundedPool<T> {
        self.bounded_with_clock(total, SystemClock::new())
    }

    /// [`ObjectPool::max_idle_age`] by the system's clock.
    #[must_use]
    pub fn discard_idle_after(self, age: Duration) -> Self {
        self.max_idle_age(age, SystemClock::new())
    }
}

impl<T> BoundedPool<T> {
    /// [`BoundedPool::acquire`] until a deadline; one that has passed does not wait.
    ///
    /// # Errors
    /// [`AcquireError`] when none came free in time.
    pub fn acquire_until(&self, deadline: Instant) -> Result<Pooled<'_, T>, AcquireError> {
        self.acquire(deadline.saturating_duration_since(Instant::now()))
    }

    /// [`BoundedPool::acquire_owned`] until a deadline; one that has passed does not wait.
    ///
    /// # Errors
    /// [`AcquireError`] when none came free in time.
    pub fn acquire_owned_until(
        self: &Arc<Self>,
        deadline: Instant,
    ) -> Result<Pooled<'static, T>, AcquireError>
    where
        T: 'static,
    {
        self.acquire_owned(deadline.saturating_duration_since(Instant::now()))
    }
}
