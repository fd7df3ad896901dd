use std::fmt;
use std::sync::Arc;

use super::shared::Shared;
use super::snapshot::Snapshot;

/// Reads what came since its own last look; several readers do not disturb each other.
pub struct DeltaReader {
    shared: Arc<Shared>,
    number: usize,
}

impl DeltaReader {
    pub(super) fn new(shared: Arc<Shared>, number: usize) -> Self {
        Self { shared, number }
    }

    /// What came since the last look, or since this reader was made. `started_at` of the snapshot is that moment.
    pub fn read(&mut self) -> Snapshot {
        self.shared
            .snapshot(|store, now_ms| store.take_since(self.number, now_ms))
    }
}

impl Drop for DeltaReader {
    fn drop(&mut self) {
        self.shared.forget_reader(self.number);
    }
}

impl fmt::Debug for DeltaReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaReader")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
