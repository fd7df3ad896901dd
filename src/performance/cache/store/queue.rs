use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Bytes to put under a key; nothing to delete it.
pub(in super::super) type Bytes = Option<Vec<u8>>;

/// Writes that a store was not told of yet: the last of each key, in the order in which the keys came first.
#[derive(Debug)]
pub(in super::super) struct Queue {
    most: usize,
    order: BTreeMap<u64, Arc<str>>,
    writes: HashMap<Arc<str>, Waiting>,
    /// The place of the key that comes next.
    place: u64,
    /// What has a lower place was tried since the last round began.
    tried: u64,
    dropped: u64,
}

#[derive(Clone, Debug)]
struct Waiting {
    place: u64,
    bytes: Arc<Bytes>,
}

impl Queue {
    /// For so many keys, 1 at least.
    pub(in super::super) fn new(most: usize) -> Self {
        Self {
            most,
            order: BTreeMap::new(),
            writes: HashMap::new(),
            place: 0,
            tried: 0,
            dropped: 0,
        }
    }

    /// Takes in a write, in the place of the one that was there for its key; the oldest, if that had to go for it.
    pub(in super::super) fn push(&mut self, name: String, bytes: Bytes) -> Option<Arc<str>> {
        let bytes = Arc::new(bytes);
        if let Some(known) = self.writes.get_mut(&*name) {
            known.bytes = bytes;
            return None;
        }
        let oldest = (self.order.len() >= self.most)
            .then(|| self.order.pop_first())
            .flatten()
            .map(|(_, name)| name);
        if let Some(oldest) = &oldest {
            self.writes.remove(oldest);
            self.dropped += 1;
        }
        let (name, place): (Arc<str>, _) = (name.into(), self.place);
        self.place += 1;
        self.order.insert(place, name.clone());
        self.writes.insert(name, Waiting { place, bytes });
        oldest
    }

    /// What waits to be written under this key.
    pub(in super::super) fn get(&self, name: &str) -> Option<Arc<Bytes>> {
        Some(self.writes.get(name)?.bytes.clone())
    }

    /// What is to be written next: the oldest that was not tried in this round, so that one which the store does not take
    /// holds up no other. It stays, so that it can be read until the store has it.
    pub(in super::super) fn next(&mut self) -> Option<(Arc<str>, Arc<Bytes>)> {
        let untried = self.order.range(self.tried..).next();
        let (&place, name) = untried.or_else(|| self.order.first_key_value())?;
        self.tried = place + 1;
        Some((name.clone(), self.get(name)?))
    }

    /// The store has this write; where another came meanwhile for its key, that still waits.
    pub(in super::super) fn settle(&mut self, name: &str, bytes: &Arc<Bytes>) {
        if let Some(waiting) = self.writes.get(name)
            && Arc::ptr_eq(&waiting.bytes, bytes)
        {
            self.order.remove(&waiting.place);
            self.writes.remove(name);
        }
    }

    pub(in super::super) fn clear(&mut self) {
        self.order = BTreeMap::new();
        self.writes = HashMap::new();
    }

    pub(in super::super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(in super::super) fn is_more_than_half_full(&self) -> bool {
        self.order.len() > self.most / 2
    }

    pub(in super::super) fn dropped(&self) -> u64 {
        self.dropped
    }
}
