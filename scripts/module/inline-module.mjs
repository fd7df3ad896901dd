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

function code(bytes, key) {
	return `// Made by scripts/module/inline-module.mjs.
const text = ${literal(bytes, key)};
export function moduleBytes() {
	const bytes = new Uint8Array(${bytes.length});
	let hash = 0;
	for (let i = 0; i < ${bytes.length}; i++) hash = (hash * 31 + (bytes[i] = text.charCodeAt(i) ^ ${key})) | 0;
	// js/ says what that means and what to do.
	if (text.length - ${bytes.length} | hash - ${hashOf(bytes)}) throw Error();
	return bytes;
}
`;
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

function hashOf(bytes) {
	return bytes.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, 0);
}
