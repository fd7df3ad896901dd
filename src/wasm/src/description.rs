use code_mesh_core::performance::metrics::{Handle, MAX_READERS, SCALE, SCHEMA_VERSION};
use wasm_bindgen::prelude::*;

use crate::wire;

/// What a loader has to know of this module before it uses it:
/// `[wireVersion, schemaVersion, scale, maxReaders, maxSeries]`. Asked once, at load.
///
/// A list and no object: the names of fields would cost 0.9 KB over the wire.
#[wasm_bindgen]
pub fn describe() -> JsValue {
    let description = (
        wire::VERSION,
        SCHEMA_VERSION,
        SCALE,
        MAX_READERS as u32,
        Handle::MAX_INDEX + 1 - Handle::FIRST_INDEX,
    );
    serde_wasm_bindgen::to_value(&description).unwrap_or(JsValue::UNDEFINED)
}
