use std::fmt;
use std::sync::Arc;

/// Turns values into bytes and back, for levels that hold bytes.
pub trait Codec<V>: Send + Sync {
    /// Appends the bytes of a value.
    ///
    /// # Errors
    /// Where the value has no such form; it is then not kept as bytes.
    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError>;

    /// The value that has these bytes.
    ///
    /// # Errors
    /// Where there is none; the entry is then gone.
    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError>;
}

/// A value that cannot become bytes, or bytes that are no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    reason: String,
}

impl CodecError {
    /// With what was expected, what came, and what to do.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for CodecError {}

/// For values that are bytes or text already.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainCodec;

macro_rules! plain_bytes {
    ($($value:ty),*) => {$(
        impl Codec<$value> for PlainCodec {
            fn encode(&self, value: &$value, out: &mut Vec<u8>) -> Result<(), CodecError> {
                out.extend_from_slice(value);
                Ok(())
            }

            fn decode(&self, bytes: &[u8]) -> Result<$value, CodecError> {
                Ok(bytes.into())
            }
        }
    )*};
}

macro_rules! plain_text {
    ($($value:ty),*) => {$(
        impl Codec<$value> for PlainCodec {
            fn encode(&self, value: &$value, out: &mut Vec<u8>) -> Result<(), CodecError> {
                out.extend_from_slice(value.as_bytes());
                Ok(())
            }

            fn decode(&self, bytes: &[u8]) -> Result<$value, CodecError> {
                match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(text.into()),
                    Err(error) => Err(CodecError::new(format!("expected UTF-8, got other bytes: {error}"))),
                }
            }
        }
    )*};
}

plain_bytes!(Vec<u8>, Box<[u8]>, Arc<[u8]>);
plain_text!(String, Box<str>, Arc<str>);
