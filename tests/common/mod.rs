//! What several native tests share.

pub(crate) mod mulberry;
pub(crate) mod random_operations;
