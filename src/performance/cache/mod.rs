//! Caches that keep what will be asked for again.

mod compression;
mod fingerprint;
pub mod policy;
mod room;
mod wheel;

pub use compression::{compress, decompress};
pub use fingerprint::fingerprint;
pub use wheel::Wheel;
