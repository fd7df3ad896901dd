/**
 * The module where compiling bytes is forbidden but a file can be imported as a module: Cloudflare's workerd and hosts
 * like it.
 */
// @ts-expect-error: a file of dist/, which such hosts give as a WebAssembly.Module.
import compiled from './perf.wasm';

export { createGlue } from './wasm.js';
export const module: WebAssembly.Module = compiled;
