import type { Exports } from '../../pkg/glue.js';
import type { Core } from '../core.js';
import { perfError } from './perf-error.js';
import { wasmCaches } from './wasm-caches.js';
import { wasmMemory } from './wasm-memory.js';
import { WIRE_VERSION } from './wire.js';

/** The core over an instance of the module. */
export function wasmCore(exports: Exports): Core {
	const memory = wasmMemory(exports.memory);
	if (exports.describe()[0] !== WIRE_VERSION) {
		throw perfError('ABI', 'The module is of another version of this package: use its own perf.wasm.');
	}
	return {
		...exports,
		kind: 'wasm',
		memoryBytes: memory._size,
		caches: wasmCaches(exports, memory),
		drain(registry, handles, values, times, now) {
			const count = handles.length;
			const handlesAt = exports.inputHandles(count);
			const numbersAt = exports.inputNumbers(2 * count);
			memory._putWords(handlesAt, handles);
			memory._putDoubles(numbersAt, values);
			memory._putDoubles(numbersAt + 8 * count, times);
			exports.drain(registry, count, now);
		},
		snapshot(registry, now, reader) {
			const at = exports.snapshot(registry, now, reader);
			return memory._doubles(at, memory._doubles(at, 1)[0] as number);
		},
		merge(registry, records) {
			// The place first: asking for it may grow the memory.
			memory._putDoubles(exports.inputNumbers(records.length), records);
			return exports.merge(registry, records.length);
		},
	};
}
