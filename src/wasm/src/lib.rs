//! The JavaScript edge: convert, call the core, return. Numbers only; names and clocks stay in JavaScript.

mod allocator;
mod description;
mod registry;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
mod wire;

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
