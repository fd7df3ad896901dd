use std::fmt;
use std::time::Duration;

/// A store of bytes by string keys that several processes may share. Its calls block; [`GuardedStore`] sees to it that
/// one which answers late or not at all is left alone for a while.
///
/// [`GuardedStore`]: super::GuardedStore
pub trait Store: Send + Sync {
    /// The bytes under this key.
    ///
    /// # Errors
    /// Where the store cannot tell; what is not there is `None`.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts bytes under this key, for so long; without a time, until they are deleted.
    ///
    /// # Errors
    /// Where they may not be there now.
    fn set(&self, key: &str, bytes: &[u8], ttl: Option<Duration>) -> Result<(), StoreError>;

    /// Deletes what is under this key, if anything is.
    ///
    /// # Errors
    /// Where it may still be there.
    fn delete(&self, key: &str) -> Result<(), StoreError>;

    /// Deletes all that was put through this store, and nothing of others.
    ///
    /// # Errors
    /// Where some of it may still be there.
    fn clear(&self) -> Result<(), StoreError>;
}

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    reason: String,
}

impl StoreError {
    /// With what was expected, what came, and what to do.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for StoreError {}

impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        (**self).get(key)
    }

    fn set(&self, key: &str, bytes: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        (**self).set(key, bytes, ttl)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        (**self).delete(key)
    }

    fn clear(&self) -> Result<(), StoreError> {
        (**self).clear()
    }
}
