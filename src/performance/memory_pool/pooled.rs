use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::thread;

use super::bounded_pool::BoundedPool;
use super::object_pool::ObjectPool;

/// An object lent by a pool; it goes back when this is dropped. Where a panic drops it, the object may be in any state:
/// it is dropped too and counted as poisoned. It can be sent to another thread and held across `.await`.
#[must_use = "a lease that is dropped at once lends nothing"]
pub struct Pooled<'a, T> {
    /// Always there until it goes back or is detached.
    object: Option<T>,
    home: Home<'a, T>,
    /// A lease taken while something else unwinds is not poisoned by that.
    was_panicking: bool,
}

/// Where an object goes back to.
pub(super) enum Home<'a, T> {
    Pool(&'a ObjectPool<T>),
    SharedPool(Arc<ObjectPool<T>>),
    Bounded(&'a BoundedPool<T>),
    SharedBounded(Arc<BoundedPool<T>>),
}

const GONE: &str = "the object leaves its guard only together with it";

impl<'a, T> Pooled<'a, T> {
    #[inline]
    pub(super) fn new(object: T, home: Home<'a, T>) -> Self {
        Self {
            object: Some(object),
            home,
            was_panicking: thread::panicking(),
        }
    }

    /// Takes the object out of the pool for good. A bounded pool may make another in its place.
    #[must_use = "an object that is detached and dropped at once is lost to the pool"]
    pub fn detach(mut self) -> T {
        let object = self.object.take().expect(GONE);
        match &self.home {
            Home::Pool(pool) => pool.forget(|counts| counts.detached += 1),
            Home::SharedPool(pool) => pool.forget(|counts| counts.detached += 1),
            Home::Bounded(pool) => pool.forget(|counts| counts.detached += 1),
            Home::SharedBounded(pool) => pool.forget(|counts| counts.detached += 1),
        }
        object
    }
}

impl<T> Deref for Pooled<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        self.object.as_ref().expect(GONE)
    }
}

impl<T> DerefMut for Pooled<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.object.as_mut().expect(GONE)
    }
}

impl<T> Drop for Pooled<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        let poisoned = thread::panicking() && !self.was_panicking;
        match &self.home {
            Home::Pool(pool) if !poisoned => pool.give_back(object),
            Home::SharedPool(pool) if !poisoned => pool.give_back(object),
            Home::Bounded(pool) if !poisoned => pool.give_back(object),
            Home::SharedBounded(pool) if !poisoned => pool.give_back(object),
            Home::Pool(pool) => pool.forget(|counts| counts.discarded.poisoned += 1),
            Home::SharedPool(pool) => pool.forget(|counts| counts.discarded.poisoned += 1),
            Home::Bounded(pool) => pool.discard(object, |counts| counts.discarded.poisoned += 1),
            Home::SharedBounded(pool) => {
                pool.discard(object, |counts| counts.discarded.poisoned += 1);
            }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Pooled<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pooled").field(&**self).finish()
    }
}
