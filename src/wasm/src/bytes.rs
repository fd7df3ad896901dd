use code_mesh_core::performance::cache;
use wasm_bindgen::prelude::*;

use crate::module::{Scratch, grow, module};

/// Where `n` bytes can be copied to; valid until the next call of any export.
#[wasm_bindgen(js_name = inputBytes)]
pub fn input_bytes(n: usize) -> *const u8 {
    module(|module| grow(&mut module.scratch.bytes, n))
}

/// The 128 bits that stand for the first `n` bytes under a seed of four words; gives the place of four words.
#[wasm_bindgen]
pub fn fingerprint(n: usize, a: u32, b: u32, c: u32, d: u32) -> *const u32 {
    let seed = [(a, b), (c, d)].map(|(low, high)| u64::from(high) << 32 | u64::from(low));
    module(|module| {
        let Scratch { bytes, handles, .. } = &mut module.scratch;
        let print = cache::fingerprint(seed, bytes.get(..n).unwrap_or_default());
        grow(handles, 4);
        for (index, word) in handles.iter_mut().take(4).enumerate() {
            *word = (print >> (32 * index)) as u32;
        }
        handles.as_ptr()
    })
}

/// Compresses the first `n` bytes and gives how many are left, at the place that [`result`] tells; 0: it does not pay.
#[wasm_bindgen]
pub fn compress(n: usize) -> usize {
    module(|module| {
        let Scratch { bytes, result, .. } = &mut module.scratch;
        cache::compress(bytes.get(..n).unwrap_or_default(), result);
        result.len()
    })
}

/// Makes `length` bytes of the first `n`, which were compressed, at the place that [`result`] tells; 0 where they are
/// damaged, 1 otherwise.
#[wasm_bindgen]
pub fn decompress(n: usize, length: usize) -> u32 {
    module(|module| {
        let Scratch { bytes, result, .. } = &mut module.scratch;
        let block = bytes.get(..n).unwrap_or_default();
        u32::from(cache::decompress(block, length, result).is_ok())
    })
}

/// Where the last result lies; valid until the next call of any export.
#[wasm_bindgen]
pub fn result() -> *const u8 {
    module(|module| module.scratch.result.as_ptr())
}
