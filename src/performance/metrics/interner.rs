use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::handle::Handle;
use super::store::{Definition, Kind};

/// What is known of a series when it is made.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) key: String,
    pub(super) definition: Definition,
    pub(super) unit: String,
    /// Until it records, it is idle since then.
    pub(super) created_ms: f64,
}

/// What a user's handle object and the interner share about one series.
#[derive(Debug)]
pub(super) struct Identity {
    pub(super) origin: Origin,
    /// Points at an overflow series once the index was given to another series.
    handle: AtomicU32,
}

impl Identity {
    fn new(handle: Handle, origin: Origin) -> Arc<Self> {
        Arc::new(Self {
            origin,
            handle: AtomicU32::new(handle.to_bits()),
        })
    }

    /// One that stands for the overflow series of its kind.
    pub(super) fn overflow(origin: Origin) -> Arc<Self> {
        Self::new(overflow(origin.definition.kind), origin)
    }

    #[inline]
    pub(super) fn handle(&self) -> Handle {
        Handle::from_bits(self.handle.load(Ordering::Relaxed))
    }
}

/// Names to handles, bounded. It alone decides which series exist.
#[derive(Debug)]
pub(super) struct Interner {
    by_key: HashMap<(Kind, String), Arc<Identity>>,
    /// By index, from [`Handle::FIRST_INDEX`] on.
    identities: Vec<Arc<Identity>>,
    limit: usize,
}

impl Interner {
    pub(super) fn new(limit: usize) -> Self {
        let most = (Handle::MAX_INDEX - Handle::FIRST_INDEX + 1) as usize;
        Self {
            by_key: HashMap::new(),
            identities: Vec::new(),
            limit: limit.min(most),
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn is_full(&self) -> bool {
        self.identities.len() >= self.limit
    }

    pub(super) fn get(&self, kind: Kind, key: &str) -> Option<&Arc<Identity>> {
        // Looking up a pair of owned and borrowed parts would need a key type of its own; this is off the hot path.
        self.by_key.get(&(kind, key.to_owned()))
    }

    pub(super) fn identities(&self) -> impl Iterator<Item = &Arc<Identity>> {
        self.identities.iter()
    }

    /// Whether `handle` still means the series it was given out for.
    pub(super) fn is_current(&self, handle: Handle) -> bool {
        match handle.index().checked_sub(Handle::FIRST_INDEX as usize) {
            None => true,
            Some(position) => self
                .identities
                .get(position)
                .is_some_and(|identity| identity.handle() == handle),
        }
    }

    /// Gives a new series the next free index, or that of `recycled`; an overflow series where there is neither.
    pub(super) fn add(&mut self, origin: Origin, recycled: Option<Handle>) -> Arc<Identity> {
        let named = (origin.definition.kind, origin.key.clone());
        let identity = match recycled {
            Some(old) => {
                let handle = Handle::new(old.index() as u32, old.generation() + 1);
                let position = old.index() - Handle::FIRST_INDEX as usize;
                let identity = Identity::new(handle, origin);
                let previous = std::mem::replace(&mut self.identities[position], identity.clone());
                let kind = previous.origin.definition.kind;
                previous
                    .handle
                    .store(overflow(kind).to_bits(), Ordering::Relaxed);
                self.by_key.remove(&(kind, previous.origin.key.clone()));
                identity
            }
            None if self.is_full() => return Identity::overflow(origin),
            None => {
                let handle = Handle::new(self.identities.len() as u32 + Handle::FIRST_INDEX, 0);
                let identity = Identity::new(handle, origin);
                self.identities.push(identity.clone());
                identity
            }
        };
        self.by_key.insert(named, identity.clone());
        identity
    }
}

/// Where records of a series beyond the bound go. Gauges have no overflow series: the last of many unrelated settings
/// means nothing, so their handle is one that never exists and the store counts them as dropped.
fn overflow(kind: Kind) -> Handle {
    match kind {
        Kind::Operation => Handle::OVERFLOW_OPERATION,
        Kind::Histogram => Handle::OVERFLOW_HISTOGRAM,
        Kind::Counter => Handle::OVERFLOW_COUNTER,
        Kind::Gauge => Handle::NOWHERE,
    }
}
