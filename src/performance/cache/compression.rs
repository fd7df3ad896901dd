use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

/// Appends `bytes` to `out` as one LZ4 block, and gives how many bytes that took. The block does not hold the length of
/// what is in it: keep that beside it.
pub fn compress(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.resize(start + get_maximum_output_size(bytes.len()), 0);
    // It can only fail for want of room, and there is as much as can be needed.
    let length = compress_into(bytes, &mut out[start..]).unwrap_or(0);
    out.truncate(start + length);
    length
}

/// Appends what was compressed into `block`, `length` bytes, to `out`; false and nothing appended where the block is
/// damaged or holds another number of bytes.
pub fn decompress(block: &[u8], length: usize, out: &mut Vec<u8>) -> bool {
    let start = out.len();
    out.resize(start + length, 0);
    let whole = decompress_into(block, &mut out[start..]).is_ok_and(|made| made == length);
    if !whole {
        out.truncate(start);
    }
    whole
}
