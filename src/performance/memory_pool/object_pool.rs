use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::hooks::{Hooks, Idle};
use super::on_unwind::OnUnwind;
use super::pooled::{Home, Pooled};
use super::shards::{MOST_SHARDS, Shards};
use super::stats::{Counts, Discarded, PoolStats};
use super::usage::{Level, Peak};

/// Fewer idle objects than this are not worth a part of their own.
const LEAST_IN_SHARD: usize = 4;

/// Objects that are used again instead of made anew. [`ObjectPool::get`] never waits: it lends an idle object or makes
/// one. Shared by reference or in an [`Arc`]; any thread may lease and give back.
///
/// The object returned last is lent first, while it is still in the processor's cache. A panic in a function given to
/// the pool goes to whoever caused the call; the pool stays whole, and the object at hand is dropped.
///
/// ```
/// use code_mesh_core::performance::memory_pool::ObjectPool;
///
/// let pool = ObjectPool::new(|| Vec::<u8>::new(), 100).reset(Vec::clear);
/// {
///     let mut list = pool.get();
///     list.push(1);
/// } // Emptied and back in the pool, its memory kept.
/// let list = pool.get();
/// assert!(list.is_empty() && list.capacity() > 0);
/// ```
#[derive(Debug)]
pub struct ObjectPool<T> {
    pub(super) shards: Shards<Shelf<T>>,
    peak: Peak,
    pub(super) hooks: Hooks<T>,
    pub(super) max: usize,
}

/// The part of a pool that a thread uses.
pub(super) struct Shelf<T> {
    /// The oldest first.
    pub(super) idle: VecDeque<Idle<T>>,
    pub(super) room: usize,
    level: Level,
    pub(super) counts: Counts,
}

impl<T> ObjectPool<T> {
    /// A pool that keeps at most `max` idle objects, 0 for none; what is given back beyond that is dropped and counted.
    /// How many are lent at once is not bounded: that is what `bounded` is for.
    pub fn new(make: impl Fn() -> T + Send + Sync + 'static, max: usize) -> Self {
        let shelf = |index: usize, count: usize| Shelf {
            idle: VecDeque::new(),
            room: room(max, index, count),
            level: Level::default(),
            counts: Counts::default(),
        };
        Self {
            shards: Shards::new((max / LEAST_IN_SHARD).min(MOST_SHARDS), shelf),
            peak: Peak::default(),
            hooks: Hooks {
                make: Box::new(make),
                reset: None,
                validate: None,
                ageing: None,
            },
            max,
        }
    }

    /// Lends an object until the guard is dropped. Constant time when one is idle; never waits for others to give back.
    #[inline]
    pub fn get(&self) -> Pooled<'_, T> {
        Pooled::new(self.take(), Home::Pool(self))
    }

    /// The same with a guard that borrows nothing, for tasks and threads of their own.
    pub fn get_owned(self: &Arc<Self>) -> Pooled<'static, T>
    where
        T: 'static,
    {
        Pooled::new(self.take(), Home::SharedPool(self.clone()))
    }

    /// Drops the idle objects that are too old. For a timer of yours, where nobody may lease for long.
    pub fn trim(&self) {
        let now = self.hooks.now();
        for index in self.shards.from(0) {
            while let Some(aged) = self.pop_aged(index, now) {
                drop(aged);
            }
        }
    }

    /// Drops all idle objects.
    pub fn clear(&self) {
        for index in self.shards.from(0) {
            let idle = {
                let mut shelf = self.shards.lock(index);
                shelf.counts.discarded.cleared += shelf.idle.len() as u64;
                self.shards.set_hint(index, 0);
                std::mem::take(&mut shelf.idle)
            };
            drop(idle);
        }
    }

    /// What it did so far and what it holds.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        let (mut counts, mut idle, mut in_use) = (Counts::default(), 0, 0);
        self.shards.each(|shelf| {
            counts.add(&shelf.counts);
            idle += shelf.idle.len() as u64;
            in_use += shelf.level.in_use();
        });
        PoolStats {
            idle,
            in_use: in_use.max(0) as u64,
            peak_in_use: self.peak.highest(),
            bytes_retained: idle * size_of::<T>() as u64,
            ..counts.to_stats()
        }
    }

    #[inline]
    fn take(&self) -> T {
        match self.pop_from(self.shards.own()) {
            Some(idle) if self.hooks.lend_unseen() => idle.object,
            first => self.take_checked(first),
        }
    }

    /// Looks at idle objects one after the other, this one first.
    #[inline(never)]
    fn take_checked(&self, first: Option<Idle<T>>) -> T {
        let mut next = first.or_else(|| self.pop());
        while let Some(idle) = next {
            if self.hooks.is_aged(&idle, self.hooks.now()) {
                self.refuse(|discarded| discarded.aged += 1);
            } else if self.is_valid(&idle.object) {
                return idle.object;
            } else {
                self.refuse(|discarded| discarded.invalid += 1);
            }
            next = self.pop();
        }
        self.make()
    }

    fn pop(&self) -> Option<Idle<T>> {
        let mut order = self.shards.from(self.shards.own());
        order.find_map(|index| match self.shards.hint(index) {
            0 => None,
            _ => self.pop_from(index),
        })
    }

    #[inline]
    fn pop_from(&self, index: usize) -> Option<Idle<T>> {
        let mut shelf = self.shards.lock(index);
        let idle = shelf.idle.pop_back()?;
        shelf.counts.popped += 1;
        shelf.level.rise(&self.peak);
        self.shards.set_hint(index, shelf.idle.len() as u32);
        Some(idle)
    }

    fn is_valid(&self, object: &T) -> bool {
        let Some(validate) = &self.hooks.validate else {
            return true;
        };
        let lost = OnUnwind::new(|| self.refuse(|discarded| discarded.poisoned += 1));
        let valid = validate(object);
        lost.disarm();
        valid
    }

    /// Counts an idle object that is not lent after all.
    #[cold]
    fn refuse(&self, cause: impl FnOnce(&mut Discarded)) {
        self.forget(|counts| {
            counts.refused += 1;
            cause(&mut counts.discarded);
        });
    }

    #[cold]
    fn make(&self) -> T {
        let object = (self.hooks.make)();
        let mut shelf = self.shards.lock(self.shards.own());
        shelf.counts.missed += 1;
        shelf.level.rise(&self.peak);
        object
    }

    /// Counts an object that is no longer lent and not idle either.
    pub(super) fn forget(&self, count: impl FnOnce(&mut Counts)) {
        let mut shelf = self.shards.lock(self.shards.own());
        count(&mut shelf.counts);
        shelf.level.fall(&self.peak);
    }

    #[inline]
    pub(super) fn give_back(&self, mut object: T) {
        if let Some(reset) = &self.hooks.reset {
            let lost = OnUnwind::new(|| self.forget(|counts| counts.discarded.poisoned += 1));
            reset(&mut object);
            lost.disarm();
        }
        let own = self.shards.own();
        let mut shelf = self.shards.lock(own);
        if shelf.idle.len() < shelf.room && self.hooks.ageing.is_none() {
            let since = Duration::ZERO;
            shelf.idle.push_back(Idle { object, since });
            shelf.level.fall(&self.peak);
            self.shards.set_hint(own, shelf.idle.len() as u32);
        } else {
            drop(shelf);
            self.give_to_any(own, object);
        }
    }

    #[inline(never)]
    fn give_to_any(&self, own: usize, object: T) {
        let since = self.hooks.now();
        let mut idle = Idle { object, since };
        for index in self.shards.from(own) {
            // Others are not locked in vain, unless something in them may be too old.
            if index != own && self.hooks.ageing.is_none() && self.seems_full(index) {
                continue;
            }
            match self.shelve(index, idle) {
                Ok(aged) => return drop(aged),
                Err(back) => idle = back,
            }
        }
        self.forget(|counts| counts.discarded.full += 1);
    }

    /// Keeps an object where there is room, and hands out one there that is too old.
    fn shelve(&self, index: usize, idle: Idle<T>) -> Result<Option<Idle<T>>, Idle<T>> {
        let mut shelf = self.shards.lock(index);
        let aged = shelf.pop_aged(&self.hooks, idle.since);
        if shelf.idle.len() >= shelf.room {
            return Err(idle);
        }
        shelf.idle.push_back(idle);
        shelf.level.fall(&self.peak);
        self.shards.set_hint(index, shelf.idle.len() as u32);
        Ok(aged)
    }

    fn seems_full(&self, index: usize) -> bool {
        self.shards.hint(index) as usize >= room(self.max, index, self.shards.count())
    }

    fn pop_aged(&self, index: usize, now: Duration) -> Option<Idle<T>> {
        let mut shelf = self.shards.lock(index);
        let aged = shelf.pop_aged(&self.hooks, now);
        self.shards.set_hint(index, shelf.idle.len() as u32);
        aged
    }
}

/// How much of `max` one of `count` parts keeps.
fn room(max: usize, index: usize, count: usize) -> usize {
    max / count + usize::from(index < max % count)
}

impl<T> Shelf<T> {
    fn pop_aged(&mut self, hooks: &Hooks<T>, now: Duration) -> Option<Idle<T>> {
        if !hooks.is_aged(self.idle.front()?, now) {
            return None;
        }
        self.counts.discarded.aged += 1;
        self.idle.pop_front()
    }
}

impl<T> fmt::Debug for Shelf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf")
            .field("idle", &self.idle.len())
            .finish_non_exhaustive()
    }
}
