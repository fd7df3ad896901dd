/**
 * Copies to and from the memory of the module. Views of it are made within one call and never kept: any call into the
 * module may grow it, and then they would be views of nothing.
 */
export function wasmMemory(memory: WebAssembly.Memory) {
	return {
		_putWords: (at: number, words: Uint32Array): void => new Uint32Array(memory.buffer, at, words.length).set(words),
		_putDoubles: (at: number, doubles: Float64Array): void =>
			new Float64Array(memory.buffer, at, doubles.length).set(doubles),
		_putBytes: (at: number, bytes: Uint8Array): void => new Uint8Array(memory.buffer, at, bytes.length).set(bytes),
		/** Gives how many of the `room` bytes the text took. */
		_putText: (at: number, text: string, room: number): number =>
			new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, at, room)).written,
		_words: (at: number, count: number): Uint32Array => new Uint32Array(memory.buffer.slice(at, at + 4 * count)),
		/** Copied as bytes: they need not lie at a multiple of 8, as a view of doubles must. */
		_doubles: (at: number, count: number): Float64Array => new Float64Array(memory.buffer.slice(at, at + 8 * count)),
		_bytes: (at: number, count: number): Uint8Array => new Uint8Array(memory.buffer.slice(at, at + count)),
		_size: (): number => memory.buffer.byteLength,
	};
}

export type WasmMemory = ReturnType<typeof wasmMemory>;
