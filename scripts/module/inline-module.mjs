// Writes the module as a JavaScript string, one character a byte, so that it travels inside the package's own chunk.
//
// base64 would cost a quarter more over the wire: it hides from the compressor what repeats. Here a byte stays one
// character, and XOR with one constant brings the frequent values where JavaScript and UTF-8 need no second byte. What is
// left costs 2 to 4 % after brotli.
import { brotliCompressSync, constants } from 'node:zlib';

/** The code and types of a JavaScript module whose `moduleBytes()` gives these bytes. */
export function inlineModule(bytes) {
	const key = bestKey(bytes);
	return { code: code(bytes, key), types: TYPES };
}

const TYPES = `/** The bytes of the WebAssembly module. Throws an Error when the text did not arrive as it was written. */
export function moduleBytes(): Uint8Array<ArrayBuffer>;
`;

/**
 * Decoding is a part of every cold start, in code that the engine did not compile yet: so it goes by words of four bytes,
 * and leaves the way from characters to bytes to Node's Buffer where there is one.
 */
function code(bytes, key) {
	const word = (key * 0x01010101) >>> 0;
	return `// Made by scripts/module/inline-module.mjs.
const text = ${literal(bytes, key)};
export function moduleBytes() {
	const bytes = new Uint8Array(${padded(bytes.length)});
	const { Buffer } = globalThis;
	// js/ says what that means and what to do.
	if (text.length - ${bytes.length}) throw Error();
	if (Buffer) bytes.set(Buffer.from(text, 'latin1'));
	else for (let i = 0; i < ${bytes.length}; i++) bytes[i] = text.charCodeAt(i);
	const words = new Uint32Array(bytes.buffer);
	let hash = 0;
	for (let i = 0; i < ${padded(bytes.length) / 4}; i++) hash = Math.imul(hash ^ (words[i] ^= ${word}), ${PRIME});
	if (hash - ${hashOf(bytes, key)}) throw Error();
	return bytes.subarray(0, ${bytes.length});
}
`;
}

/** The prime of FNV-1a (Fowler, Noll, Vo 1991), here over words. */
const PRIME = 0x01000193;

/** Whole words. */
function padded(length) {
	return Math.ceil(length / 4) * 4;
}

/** The string literal: only what JavaScript requires is escaped. */
function literal(bytes, key) {
	let text = '';
	for (const byte of bytes) text += String.fromCharCode(byte ^ key);
	const escapes = { '\0': '\\x00', '\n': '\\n', '\r': '\\r', '"': '\\"', '\\': '\\\\' };
	return `"${text.replace(/[\0\n\r"\\]/g, (character) => escapes[character])}"`;
}

/** The constant that compresses best: all are ranked quickly, and the best of them compared as they will be served. */
function bestKey(bytes) {
	// The beginning of a large (development) module stands for all of it.
	const sample = bytes.subarray(0, 65536);
	const size = (quality) => (key) => ({
		key,
		size: brotliCompressSync(literal(sample, key), { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }).length,
	});
	const bySize = (a, b) => a.size - b.size;
	const ranked = Array.from({ length: 256 }, (_, key) => key)
		.map(size(5))
		.sort(bySize);
	return ranked
		.slice(0, 8)
		.map((candidate) => size(11)(candidate.key))
		.sort(bySize)[0].key;
}

/** What the loop above comes to; behind the end of the module lie zeros, which the key makes to itself. */
function hashOf(bytes, key) {
	const whole = new Uint8Array(padded(bytes.length)).fill(key);
	whole.set(bytes);
	return new Uint32Array(whole.buffer).reduce((hash, word) => Math.imul(hash ^ word, PRIME), 0);
}
