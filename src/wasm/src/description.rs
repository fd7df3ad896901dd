use code_mesh_core::performance::metrics::{Handle, MAX_READERS, SCALE, SCHEMA_VERSION};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::wire;

/// What a loader has to know of this module before it uses it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    wire_version: u32,
    schema_version: u32,
    scale: i32,
    max_readers: u32,
    max_series: u32,
}

/// Describes the module: `{ wireVersion, schemaVersion, scale, maxReaders, maxSeries }`. Asked once, at load.
#[wasm_bindgen]
pub fn describe() -> JsValue {
    let description = Description {
        wire_version: wire::VERSION,
        schema_version: SCHEMA_VERSION,
        scale: SCALE,
        max_readers: MAX_READERS as u32,
        max_series: Handle::MAX_INDEX + 1 - Handle::FIRST_INDEX,
    };
    serde_wasm_bindgen::to_value(&description).unwrap_or(JsValue::UNDEFINED)
}
