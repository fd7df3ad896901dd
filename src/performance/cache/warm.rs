use std::fmt;

use lz4_flex::block::{
    CompressTable, compress_into_with_table, decompress_into, get_maximum_output_size,
};

/// What is shorter is not worth the time.
const SHORTEST: usize = 64;

/// No byte of the LZ4 block format stands for more than this many; what claims more is not ours.
const MOST_PER_BYTE: usize = 255;

/// Compresses into the LZ4 block format, and keeps its table of 8 or 16 KiB between calls.
#[derive(Default)]
pub struct Compressor {
    table: CompressTable,
}

/// Bytes that did not come from [`Compressor::compress`], or another length than theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedBytes {
    /// How long they should have become.
    pub expected: usize,
    /// How long they were.
    pub compressed: usize,
}

impl Compressor {
    /// Puts the compressed form into `out`, in the place of what was there, where that pays: where it is shorter by an
    /// eighth at least. Where it does not, `out` is empty, and the bytes should be kept as they are. Linear.
    pub fn compress(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if bytes.len() < SHORTEST {
            return;
        }
        out.resize(get_maximum_output_size(bytes.len()), 0);
        let length = compress_into_with_table(bytes, out, &mut self.table).unwrap_or(usize::MAX);
        let pays = length <= bytes.len() - bytes.len() / 8;
        out.truncate(if pays { length } else { 0 });
    }
}

/// [`Compressor::compress`] without a compressor to keep.
pub fn compress(bytes: &[u8], out: &mut Vec<u8>) {
    Compressor::default().compress(bytes, out);
}

/// Puts the `length` bytes that were compressed into `out`, in the place of what was there. Linear in the length.
///
/// # Errors
/// [`MalformedBytes`]; `out` is empty then.
pub fn decompress(bytes: &[u8], length: usize, out: &mut Vec<u8>) -> Result<(), MalformedBytes> {
    out.clear();
    let malformed = MalformedBytes {
        expected: length,
        compressed: bytes.len(),
    };
    if length / MOST_PER_BYTE > bytes.len() {
        return Err(malformed);
    }
    out.resize(length, 0);
    match decompress_into(bytes, out) {
        Ok(found) if found == length => Ok(()),
        _ => {
            out.clear();
            Err(malformed)
        }
    }
}

impl fmt::Debug for Compressor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compressor").finish_non_exhaustive()
    }
}

impl fmt::Display for MalformedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected an LZ4 block of {} bytes, got {} bytes that are none; compress them with the same release",
            self.expected, self.compressed
        )
    }
}

impl std::error::Error for MalformedBytes {}
