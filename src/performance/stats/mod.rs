//! Arithmetic that must not drift: exact sums and exact ranks.

mod exact_sum;
mod rank;

pub use exact_sum::ExactSum;
pub(crate) use rank::rank;
