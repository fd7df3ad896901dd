/** Bytes turned into text at once: as many arguments as every engine takes. */
const SLICE = 0x2000;

/** Node's `Buffer`, reached in a way that no bundler takes for a wish to have it in a page. */
interface BufferLike {
	from(text: string, encoding: 'base64'): Uint8Array;
	from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
	isBuffer(value: unknown): boolean;
}

function nodeBuffer(): BufferLike | undefined {
	return (globalThis as { Buffer?: BufferLike }).Buffer;
}

/** Whether bytes are a `Buffer` of Node, which has other methods than a `Uint8Array`. */
export function isBuffer(bytes: Uint8Array): boolean {
	return nodeBuffer()?.isBuffer(bytes) === true;
}

export function toBase64(bytes: Uint8Array): string {
	const buffer = nodeBuffer();
	if (buffer) {
		return buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
	}
	let text = '';
	for (let at = 0; at < bytes.length; at += SLICE) {
		text += String.fromCharCode(...bytes.subarray(at, at + SLICE));
	}
	return btoa(text);
}

/** The bytes of a text; a `Buffer` where one is asked for and there is such a thing. Throws for what is not base64. */
export function fromBase64(text: string, as: 'bytes' | 'buffer'): Uint8Array {
	const characters = atob(text);
	const bytes = new Uint8Array(characters.length);
	for (let at = 0; at < bytes.length; at++) {
		bytes[at] = characters.charCodeAt(at);
	}
	const buffer = as === 'buffer' ? nodeBuffer() : undefined;
	return buffer ? (buffer.from(bytes.buffer, 0, bytes.length) as unknown as Uint8Array) : bytes;
}
