//! What stays and what goes, over integer slots.

mod adaptive;
mod advisor;
mod index;
mod links;
mod segments;
mod shadow;
mod sketch;
mod tuner;

pub use adaptive::{Policy, PolicyConfig, Segment};
pub use advisor::Advice;
pub use links::NO_SLOT;
pub(super) use links::{Links, List};
