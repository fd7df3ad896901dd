import type { Bytes } from '../platform-types.js';
import type { Trace } from './leaks.js';

/** @internal A buffer of a pool. */
export class PooledBuffer {
	readonly _memory: ArrayBuffer;
	readonly _whole: Bytes;
	/** Its bytes, also after somebody transferred it. */
	readonly _size: number;
	/** The array that was last cut, which often is the next one too. */
	_cut: Bytes;
	/** Grows whenever the buffer comes back; leases of an earlier one are void. */
	_generation = 0;
	/** Whether somebody had it before. */
	_isUsed = false;
	/** What `acquire` gave for it, while that is out. */
	_lentArray: Bytes | undefined = undefined;
	/** Of the lease that is out, if that is sampled. */
	_loan: Loan | undefined = undefined;

	constructor(size: number) {
		this._memory = new ArrayBuffer(size);
		this._whole = new Uint8Array(this._memory);
		this._size = size;
		this._cut = this._whole;
	}
}

/** @internal A sampled lease. It knows neither the lease nor the buffer, so that these can be collected. */
export interface Loan {
	readonly _size: number;
	readonly _trace: Trace;
	/** Whether it was given back, or counted as leaked. */
	_isOver: boolean;
}

/** @internal An array of that length over a buffer. */
export function viewOf(buffer: PooledBuffer, byteLength: number): Bytes {
	if (buffer._cut.length !== byteLength) {
		buffer._cut = new Uint8Array(buffer._memory, 0, byteLength);
	}
	return buffer._cut;
}
