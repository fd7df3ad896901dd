use super::entry::{Entry, Held};

/// What left a shard: it is dropped after the lock was given back, so that the drop of a value may use the cache again,
/// and a slow one stops nobody. As much as an operation usually lets go of has its place here; the rest allocates.
pub(in super::super) struct Dead<K, V> {
    entries: [Option<Entry<K, V>>; 5],
    value: Option<Held<V>>,
    more_entries: Vec<Entry<K, V>>,
    more_values: Vec<Held<V>>,
}

impl<K, V> Dead<K, V> {
    pub(in super::super) fn new() -> Self {
        Self {
            entries: [const { None }; 5],
            value: None,
            more_entries: Vec::new(),
            more_values: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, entry: Entry<K, V>) {
        match self.entries.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(entry),
            None => self.more_entries.push(entry),
        }
    }

    pub(super) fn take_value(&mut self, value: Held<V>) {
        if self.value.is_none() {
            self.value = Some(value);
        } else {
            self.more_values.push(value);
        }
    }
}
