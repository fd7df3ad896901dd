use std::fmt;
use std::time::Duration;

/// No object came free in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcquireError {
    /// How many may exist.
    pub total: usize,
    /// How long the request was ready to wait.
    pub timeout: Duration,
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, timeout } = self;
        write!(
            f,
            "expected one of {total} pooled objects within {timeout:?}, got none; give leases back sooner, wait longer \
             or raise the total"
        )
    }
}

impl std::error::Error for AcquireError {}
