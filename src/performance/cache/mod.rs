//! Caches that keep what will be asked for again.

pub mod policy;
mod wheel;

pub use wheel::Wheel;
