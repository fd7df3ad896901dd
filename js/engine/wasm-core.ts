import type { Exports } from '../../pkg/glue.js';
import type { Core } from '../core.js';
import { perfError } from './perf-error.js';
import { WIRE_VERSION } from './wire.js';

/**
 * The core over an instance of the module. Records are copied into the module's memory when they are handed over;
 * views of that memory are never kept, because any call may grow it.
 */
export function wasmCore(exports: Exports): Core {
	const { memory } = exports;
	if (exports.describe()[0] !== WIRE_VERSION) {
		throw perfError('ABI', 'The module is of another version of this package: use its own perf.wasm.');
	}
	return {
		...exports,
		kind: 'wasm',
		memoryBytes: () => memory.buffer.byteLength,
		drain(registry, handles, values, times, now) {
			const count = handles.length;
			const handlesAt = exports.inputHandles(count);
			const numbersAt = exports.inputNumbers(2 * count);
			new Uint32Array(memory.buffer, handlesAt, count).set(handles);
			const columns = new Float64Array(memory.buffer, numbersAt, 2 * count);
			columns.set(values);
			columns.set(times, count);
			exports.drain(registry, count, now);
		},
		snapshot(registry, now, reader) {
			const at = exports.snapshot(registry, now, reader);
			// Copied as bytes: it need not lie at a multiple of 8, as a view of doubles must.
			const doubles = (count: number) => new Float64Array(memory.buffer.slice(at, at + 8 * count));
			return doubles(doubles(1)[0] as number);
		},
		merge(registry, records) {
			// First: it may grow the memory, which makes the old buffer useless.
			const at = exports.inputNumbers(records.length);
			new Float64Array(memory.buffer, at, records.length).set(records);
			return exports.merge(registry, records.length);
		},
	};
}
