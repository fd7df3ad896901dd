/** hdr-histogram-js in its three forms. It takes integers, so it records nanoseconds over 1 ns to 1 hour, 3 digits. */
import hdr from 'hdr-histogram-js';
import { VALUES } from '../data.mjs';

/** One nanosecond to one hour at three digits: the range a duration needs without resizing while it records. */
export const RANGE = {
	lowestDiscernibleValue: 1,
	highestTrackableValue: 3_600_000_000_000,
	numberOfSignificantValueDigits: 3,
};

/** A histogram of the given form: 'js', 'packed', 'auto-resize' or 'wasm' (await `wasmReady()` first). */
export function histogram(form) {
	switch (form) {
		case 'packed':
			return hdr.build({ ...RANGE, bitBucketSize: 'packed' });
		case 'wasm':
			return hdr.build({ ...RANGE, useWebAssembly: true });
		case 'auto-resize':
			return hdr.build({ numberOfSignificantValueDigits: 3 });
		default:
			return hdr.build(RANGE);
	}
}

/** Resolves when the WebAssembly form can be built. */
export function wasmReady() {
	return hdr.initWebAssembly();
}

/** Records into the JavaScript form. */
export function recordJs(nanoseconds) {
	const target = histogram('js');
	return {
		name: 'hdr-histogram-js',
		run(n) {
			for (let i = 0; i < n; i += 1) target.recordValue(nanoseconds[i & (VALUES - 1)]);
			return target.totalCount;
		},
	};
}

/** Records into the WebAssembly form; a loop of its own, so that neither makes the other's call polymorphic. */
export function recordWasm(nanoseconds) {
	const target = histogram('wasm');
	return {
		name: 'hdr-histogram-js wasm',
		run(n) {
			for (let i = 0; i < n; i += 1) target.recordValue(nanoseconds[i & (VALUES - 1)]);
			return target.totalCount;
		},
	};
}
