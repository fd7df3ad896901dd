//! A store for the tests of the cache.
#![allow(dead_code)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::cache::{Store, StoreError};

/// A store in memory that can be told to fail or to be slow.
pub(crate) struct MapStore {
    pub(crate) map: Mutex<HashMap<String, Vec<u8>>>,
    pub(crate) is_down: AtomicBool,
    /// Milliseconds of the clock that each call takes.
    pub(crate) takes: AtomicU64,
    pub(crate) calls: AtomicU64,
    clock: Arc<ManualClock>,
}

impl MapStore {
    pub(crate) fn new(clock: Arc<ManualClock>) -> Self {
        Self {
            map: Mutex::default(),
            is_down: AtomicBool::new(false),
            takes: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            clock,
        }
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.map.lock().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    }

    fn call<T>(
        &self,
        call: impl FnOnce(&mut HashMap<String, Vec<u8>>) -> T,
    ) -> Result<T, StoreError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.clock
            .advance(Duration::from_millis(self.takes.load(Ordering::Relaxed)));
        if self.is_down.load(Ordering::Relaxed) {
            return Err(StoreError::new("expected a store that is up; it is down"));
        }
        Ok(call(&mut self.map.lock().unwrap()))
    }
}

impl Store for MapStore {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.call(|map| map.get(key).cloned())
    }

    fn set(&self, key: &str, bytes: &[u8], _: Option<Duration>) -> Result<(), StoreError> {
        self.call(|map| drop(map.insert(key.to_owned(), bytes.to_vec())))
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.call(|map| drop(map.remove(key)))
    }

    fn clear(&self) -> Result<(), StoreError> {
        self.call(HashMap::clear)
    }
}
