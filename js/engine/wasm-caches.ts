import type { Exports } from '../../pkg/glue.js';
import type { CacheCore } from '../core.js';
import type { WasmMemory } from './wasm-memory.js';

/** Numbers that one row of advice has, and rows. */
const ADVICE = 4 * 5;

/** So few hits are told one by one: a view of the memory costs more. */
const FEW = 4;

/** What caches need from an instance of the module. */
export function wasmCaches(exports: Exports, memory: WasmMemory): CacheCore {
	const putBytes = (bytes: Uint8Array): number => {
		memory._putBytes(exports.inputBytes(bytes.length), bytes);
		return bytes.length;
	};
	return {
		...exports,
		cacheHits(cache, slots, count) {
			if (count <= FEW) {
				for (let at = 0; at < count; at++) {
					exports.cacheHit(cache, slots[at] as number);
				}
			} else {
				memory._putWords(exports.inputHandles(count), slots.subarray(0, count));
				exports.cacheHits(cache, count);
			}
		},
		cacheRestore(cache, rows) {
			memory._putWords(exports.inputHandles(rows.length), rows);
			return exports.cacheRestore(cache, rows.length / 4);
		},
		cacheOrder: (cache) => memory._words(exports.cacheOrder(cache), exports.cacheLength(cache)),
		cacheSketch: (cache) => memory._words(exports.cacheSketch(cache), 2 * exports.cacheSketchLength(cache)),
		cacheRestoreSketch(cache, words) {
			const count = words.length / 2;
			memory._putWords(exports.inputNumbers(count), words);
			exports.cacheRestoreSketch(cache, count);
		},
		cacheAdvise: (cache) => memory._doubles(exports.cacheAdvise(cache), ADVICE),
		fingerprint(text, [a, b, c, d]) {
			// UTF-8 takes at most three bytes for a UTF-16 unit.
			const room = 3 * text.length;
			const length = memory._putText(exports.inputBytes(room), text, room);
			return memory._words(exports.fingerprint(length, a as number, b as number, c as number, d as number), 4);
		},
		compress(bytes) {
			const length = exports.compress(putBytes(bytes));
			return length ? memory._bytes(exports.result(), length) : undefined;
		},
		decompress: (block, length) =>
			exports.decompress(putBytes(block), length) ? memory._bytes(exports.result(), length) : undefined,
	};
}
