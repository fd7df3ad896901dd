use std::collections::VecDeque;
use std::time::Duration;

use super::hooks::{Hooks, Idle};
use super::stats::Counts;
use super::turns::{Grant, Turns};

/// What a bounded pool keeps under its lock.
///
/// While somebody waits, none is idle and no more may be made: what comes free goes to who waits longest at once, and
/// nobody can overtake.
pub(super) struct State<T> {
    pub(super) idle: VecDeque<Idle<T>>,
    /// Lent, idle, and places for those that are being made.
    pub(super) existing: usize,
    pub(super) turns: Turns<T>,
    pub(super) counts: Counts,
    pub(super) peak: usize,
    pub(super) waits: u64,
    pub(super) timed_out: u64,
    pub(super) wait_time: Duration,
}

impl<T> State<T> {
    /// What can be had without waiting.
    pub(super) fn grant(&mut self, total: usize) -> Option<Grant<T>> {
        let grant = match self.pop() {
            Some(idle) => Grant::Object(idle),
            None if self.existing < total => {
                self.existing += 1;
                Grant::Place
            }
            None => return None,
        };
        self.peak = self.peak.max(self.existing - self.idle.len());
        Some(grant)
    }

    pub(super) fn pop(&mut self) -> Option<Idle<T>> {
        let idle = self.idle.pop_back()?;
        self.counts.popped += 1;
        Some(idle)
    }

    /// Hands an object to who waits, or keeps it where there is room; hands back what is to be dropped, still in its
    /// place.
    pub(super) fn give(&mut self, idle: Idle<T>, max_idle: usize) -> Option<Idle<T>> {
        match self.turns.grant(Grant::Object(idle)) {
            Ok(()) => {
                self.counts.popped += 1;
                None
            }
            Err(Grant::Object(idle)) if self.idle.len() < max_idle => {
                self.idle.push_back(idle);
                None
            }
            Err(Grant::Object(idle)) => {
                self.counts.discarded.full += 1;
                Some(idle)
            }
            Err(Grant::Place) => unreachable!("what was offered comes back"),
        }
    }

    /// Gives a place to who waits, or nobody has it.
    pub(super) fn vacate(&mut self) {
        if self.turns.grant(Grant::Place).is_err() {
            self.existing -= 1;
        }
    }

    /// The oldest, if it is too old; still in its place.
    pub(super) fn pop_aged(&mut self, hooks: &Hooks<T>, now: Duration) -> Option<Idle<T>> {
        if !hooks.is_aged(self.idle.front()?, now) {
            return None;
        }
        self.counts.discarded.aged += 1;
        self.idle.pop_front()
    }
}
