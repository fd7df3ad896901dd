/**
 * The seam: the one file that names what Rust became. Its chunk holds the module itself and the glue to start it,
 * nothing else.
 */
export { createGlue } from '../pkg/glue.js';
export { moduleBytes } from '../pkg/inline.js';
