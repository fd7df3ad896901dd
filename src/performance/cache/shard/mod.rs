//! One part of a cache, behind one lock: it decides, moves and counts; it takes no lock and reads no clock.

mod access;
mod dead;
mod entry;
mod expiry;
mod flights;
mod levels;
mod moves;
mod snapshot;
mod state;
mod steady;
mod table;
mod tagging;
mod tags;

pub(super) use dead::Dead;
pub(super) use entry::{Held, SharedError};
pub(super) use flights::{Approach, Fallback, Landed};
pub use levels::Level;
pub(super) use levels::LevelBound;
pub use snapshot::{EntrySnapshot, ShardSnapshot};
pub(super) use state::{Incoming, Shard};
pub(super) use steady::nanos;
