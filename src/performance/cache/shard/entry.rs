use std::any::Any;
use std::sync::Arc;

use super::super::codec::CodecError;
use super::super::settings::Settings;
use super::super::warm::{Compressor, decompress};

/// An error that several may be handed.
pub(in super::super) type SharedError = Arc<dyn Any + Send + Sync>;

/// What an entry has.
pub(in super::super) enum Held<V> {
    /// The value as it is.
    Value(V),
    /// The value as bytes.
    Bytes(WarmBytes),
    /// The load of this key failed, and is not tried again before this expires.
    Failure(SharedError),
}

/// An encoded value. It begins with how long it was before it was compressed, 0 where that did not pay.
pub(in super::super) struct WarmBytes(Box<[u8]>);

const HEADER: usize = size_of::<u32>();

/// A key and what is kept for it.
pub(in super::super) struct Entry<K, V> {
    pub(super) key: K,
    pub(super) held: Held<V>,
    pub(super) hash: u32,
    /// In nanoseconds of the shard.
    pub(super) fresh_until: u64,
}

/// What may be done with a value now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    Fresh,
    /// It may be given out while somebody loads a new one.
    Stale,
    /// It may be given out when the load of a new one failed.
    Grace,
    Gone,
}

impl<K, V> Entry<K, V> {
    /// As far as its time to live goes.
    pub(super) fn freshness(&self, now: u64, settings: &Settings<K, V>) -> Freshness {
        if now < self.fresh_until {
            return Freshness::Fresh;
        }
        let since = now - self.fresh_until;
        match self.held {
            Held::Failure(_) => Freshness::Gone,
            _ if since < settings.stale_while_revalidate => Freshness::Stale,
            _ if since < settings.stale_if_error => Freshness::Grace,
            _ => Freshness::Gone,
        }
    }

    /// When its time to live is over for good.
    pub(super) fn gone_at(&self, settings: &Settings<K, V>) -> u64 {
        let stale = match self.held {
            Held::Failure(_) => 0,
            _ => settings.longest_stale(),
        };
        self.fresh_until.saturating_add(stale)
    }

    /// A value of its own for a caller; nothing for an error.
    pub(super) fn value(&self, settings: &Settings<K, V>) -> Result<Option<V>, CodecError>
    where
        V: Clone,
    {
        match &self.held {
            Held::Value(value) => Ok(Some(value.clone())),
            Held::Bytes(bytes) => bytes.decode(settings).map(Some),
            Held::Failure(_) => Ok(None),
        }
    }
}

/// Room for encoding that is kept.
#[derive(Default)]
pub(super) struct Scratch {
    plain: Vec<u8>,
    packed: Vec<u8>,
    compressor: Compressor,
}

/// Room beyond this is given back after use.
const MOST_SCRATCH: usize = 1 << 20;

impl Scratch {
    /// The value as bytes, compressed where that pays.
    pub(super) fn encode<K, V>(
        &mut self,
        value: &V,
        settings: &Settings<K, V>,
    ) -> Result<WarmBytes, CodecError> {
        let codec = settings.codec.as_ref().ok_or_else(no_codec)?;
        self.plain.clear();
        codec.encode(value, &mut self.plain)?;
        let length = u32::try_from(self.plain.len())
            .map_err(|_| CodecError::new("expected a value below 4 GiB, got a longer one"))?;
        self.compressor.compress(&self.plain, &mut self.packed);
        let (body, unpacked) = if self.packed.is_empty() {
            (&self.plain, 0)
        } else {
            (&self.packed, length)
        };
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.extend_from_slice(&unpacked.to_le_bytes());
        bytes.extend_from_slice(body);
        let bytes = WarmBytes(bytes.into_boxed_slice());
        self.plain.shrink_to(MOST_SCRATCH);
        self.packed.clear();
        self.packed.shrink_to(MOST_SCRATCH);
        Ok(bytes)
    }
}

impl WarmBytes {
    pub(super) fn weight(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn decode<K, V>(&self, settings: &Settings<K, V>) -> Result<V, CodecError> {
        let codec = settings.codec.as_ref().ok_or_else(no_codec)?;
        let (header, body) = self.0.split_at(HEADER);
        let unpacked = header.try_into().map_or(0, u32::from_le_bytes);
        if unpacked == 0 {
            return codec.decode(body);
        }
        let mut plain = Vec::new();
        decompress(body, unpacked as usize, &mut plain)
            .map_err(|error| CodecError::new(error.to_string()))?;
        codec.decode(&plain)
    }
}

fn no_codec() -> CodecError {
    CodecError::new("expected a codec for values as bytes, got none; set one with `codec`")
}
