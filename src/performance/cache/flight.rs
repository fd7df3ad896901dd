use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::ThreadId;

use super::shard::SharedError;

/// One load that several wait for.
pub(super) struct Flight<V> {
    /// Who loads: waiting for oneself would last for ever.
    pub(super) pilot: ThreadId,
    /// What the value will carry.
    tags: Box<[Box<str>]>,
    landing: Mutex<Option<Landing<V>>>,
    landed: Condvar,
}

/// How a load ended.
#[derive(Clone)]
pub(super) enum Landing<V> {
    Value(V),
    Failure(SharedError),
    /// The loader panicked.
    Crash,
}

impl<V: Clone> Flight<V> {
    pub(super) fn new(tags: &[&str]) -> Self {
        Self {
            pilot: std::thread::current().id(),
            tags: tags.iter().map(|&tag| tag.into()).collect(),
            landing: Mutex::new(None),
            landed: Condvar::new(),
        }
    }

    pub(super) fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|own| **own == *tag)
    }

    /// Lets all who wait go on.
    pub(super) fn land(&self, landing: Landing<V>) {
        *self.landing.lock().unwrap_or_else(PoisonError::into_inner) = Some(landing);
        self.landed.notify_all();
    }

    /// Waits for the end.
    pub(super) fn wait(&self) -> Landing<V> {
        let mut landing = self.landing.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(landing) = &*landing {
                return landing.clone();
            }
            landing = self
                .landed
                .wait(landing)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
