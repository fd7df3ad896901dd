//! The native edge: the platform's clock, and the globals and defaults that need one.

mod clock;
mod defaults;
mod pools;

pub use clock::SystemClock;
