/**
 * Shorter forms of functions in wasm-bindgen's glue, by name, with the parameters that show the meaning is still the
 * same. The originals keep views, decoder and encoder between calls; ours cross strings a few times in a life.
 */
export const SHORTER = {
	getUint8ArrayMemory0: { parameters: '', body: 'return new Uint8Array(wasm.memory.buffer);' },
	getDataViewMemory0: { parameters: '', body: 'return new DataView(wasm.memory.buffer);' },
	getArrayU8FromWasm0: { parameters: 'ptr, len', body: 'return new Uint8Array(wasm.memory.buffer, ptr >>> 0, len);' },
	getStringFromWasm0: {
		parameters: 'ptr, len',
		body: 'return new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, ptr >>> 0, len));',
	},
	passStringToWasm0: {
		parameters: 'arg, malloc, realloc',
		body: `const bytes = new TextEncoder().encode(arg);
		const ptr = malloc(bytes.length, 1) >>> 0;
		getUint8ArrayMemory0().set(bytes, ptr);
		WASM_VECTOR_LEN = bytes.length;
		return ptr;`,
	},
};
