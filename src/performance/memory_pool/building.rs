use std::collections::VecDeque;
use std::time::Duration;

use super::super::clock::Clock;
use super::bounded_pool::BoundedPool;
use super::hooks::{Ageing, Idle};
use super::object_pool::ObjectPool;
use super::stats::Counts;

/// What is said about a pool before it is shared.
impl<T> ObjectPool<T> {
    /// What is done to an object when it is given back; default nothing.
    #[must_use]
    pub fn reset(mut self, reset: impl Fn(&mut T) + Send + Sync + 'static) -> Self {
        self.hooks.reset = Some(Box::new(reset));
        self
    }

    /// Whether an idle object is still good, asked before it is lent again; one that is not is dropped and counted.
    /// Default: all are.
    #[must_use]
    pub fn validate(mut self, validate: impl Fn(&T) -> bool + Send + Sync + 'static) -> Self {
        self.hooks.validate = Some(Box::new(validate));
        self
    }

    /// Drops objects that were idle for longer than `age` by `clock`; default never. They go when somebody leases or
    /// gives back, at [`ObjectPool::trim`], and are not lent in any case.
    #[must_use]
    pub fn max_idle_age(mut self, age: Duration, clock: impl Clock + 'static) -> Self {
        let now = clock.now();
        // What was made in advance begins to age here.
        self.shards
            .each(|shelf| shelf.idle.iter_mut().for_each(|idle| idle.since = now));
        self.hooks.ageing = Some(Ageing {
            longest: age,
            clock: Box::new(clock),
        });
        self
    }

    /// Makes `count` objects in advance, at most as many as are kept.
    #[must_use]
    pub fn prefill(self, count: usize) -> Self {
        for _ in 0..count.min(self.max) {
            let object = (self.hooks.make)();
            let mut idle = Some(Idle {
                object,
                since: self.hooks.now(),
            });
            for index in self.shards.from(0) {
                let mut shelf = self.shards.lock(index);
                if shelf.idle.len() < shelf.room
                    && let Some(idle) = idle.take()
                {
                    shelf.counts.prefilled += 1;
                    shelf.idle.push_back(idle);
                    self.shards.set_hint(index, shelf.idle.len() as u32);
                }
            }
        }
        self
    }

    /// Lets at most `total` objects exist, lent and idle together (0 counts as 1), so that leases may have to wait. The
    /// clock measures how long they did.
    #[must_use]
    pub fn bounded_with_clock(self, total: usize, clock: impl Clock + 'static) -> BoundedPool<T> {
        let (mut idle, mut counts) = (VecDeque::new(), Counts::default());
        self.shards.each(|shelf| {
            idle.append(&mut shelf.idle);
            counts.add(&shelf.counts);
        });
        BoundedPool::new(self.hooks, self.max, total, idle, counts, Box::new(clock))
    }
}
