//! The JavaScript edge: convert, call the core, return. Numbers only; names and clocks stay in JavaScript.

#[cfg(all(test, target_arch = "wasm32"))]
mod allocation_tests;
mod allocator;
mod bytes;
mod cache;
mod description;
mod module;
mod registry;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
mod wire;

pub use bytes::{compress, decompress, fingerprint, input_bytes, result};
pub use cache::{
    cache_advise, cache_due, cache_free, cache_hit, cache_hits, cache_insert, cache_length,
    cache_new, cache_next_tick, cache_order, cache_remove, cache_restore, cache_restore_sketch,
    cache_reweigh, cache_schedule, cache_sketch, cache_sketch_length, cache_victim, cache_window,
};
pub use description::describe;
pub use registry::{
    add_losses, define, drain, input_handles, input_numbers, merge, quantile, reader_free,
    reader_new, recycle, registry_free, registry_new, reset, snapshot,
};

#[cfg(feature = "console_error_panic_hook")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
fn install_panic_hook() {
    console_error_panic_hook::set_once();
}
