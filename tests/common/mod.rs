//! What several native tests share.

pub(crate) mod random_operations;
