import type { Disposes } from '../disposable.js';
import type { Bytes } from '../platform-types.js';
import type { BufferPool } from './buffer-pool.js';
import type { PooledBuffer } from './pooled-buffer.js';

/** Bytes on loan. Give them back by exactly one of `release` and `detach`; `using` releases them at the end of the block. */
export interface BufferLease extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class BufferLease {
	/** @internal */
	readonly _pool: BufferPool;
	/** @internal */
	readonly _buffer: PooledBuffer;
	/** @internal The generation of the buffer when it was lent. */
	readonly _generation: number;
	/** @internal */
	readonly _bytes: Bytes;

	/** @internal */
	constructor(pool: BufferPool, buffer: PooledBuffer, bytes: Bytes) {
		this._pool = pool;
		this._buffer = buffer;
		this._generation = buffer._generation;
		this._bytes = bytes;
	}

	/**
	 * The bytes, as many as were asked for. Nobody else has them until the release, nor any other part of their
	 * `ArrayBuffer`, so that may be transferred to a worker without a copy; the release then notices that it is gone.
	 * Do not keep the array beyond the release: a later holder may get the same one.
	 *
	 * @throws {@link PerfError} `RELEASED` after they were given back
	 */
	get bytes(): Bytes {
		if (this._buffer._generation !== this._generation) {
			throw this._pool._misuse._late();
		}
		return this._bytes;
	}

	/**
	 * Gives the bytes back, in O(1).
	 *
	 * @throws {@link PerfError} `RELEASED` when that was done before
	 */
	release(): void {
		const buffer = this._buffer;
		if (buffer._generation !== this._generation) {
			throw this._pool._misuse._again();
		}
		this._pool._takeBack(buffer);
	}

	/**
	 * Takes the bytes out of the pool for good, without a copy: to keep them, or to transfer them.
	 *
	 * @throws {@link PerfError} `RELEASED` when they were given back before
	 */
	detach(): Bytes {
		if (this._buffer._generation !== this._generation) {
			throw this._pool._misuse._again();
		}
		this._pool._letGo(this._buffer);
		return this._bytes;
	}

	/** @internal Whether it was not given back. */
	_isOpen(): boolean {
		return this._buffer._generation === this._generation;
	}
}

/** @internal The end of a `using` block. */
export function releaseOnce(this: BufferLease): void {
	this._isOpen() && this.release();
}
