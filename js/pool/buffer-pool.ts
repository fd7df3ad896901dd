import { type Disposes, makeDisposable } from '../disposable.js';
import { PerfError } from '../errors.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Bytes } from '../platform-types.js';
import { BufferLease, releaseOnce } from './buffer-lease.js';
import { BufferCounts, type BufferPoolStats } from './buffer-stats.js';
import { nextSample, registryOf, report, traceOf } from './leaks.js';
import { Misuse } from './misuse.js';
import { type BufferPoolOptions, functionOf, integerOf } from './options.js';
import { type Loan, PooledBuffer, viewOf } from './pooled-buffer.js';
import { CLASSES, classOf, LARGEST, sizeOf } from './size-classes.js';

/**
 * Byte arrays to be used again, in powers of two from 64 B to 1 MiB.
 *
 * What it lends are ordinary arrays over `ArrayBuffer`s of their own: never memory of WebAssembly, never a part of
 * Node's pool, never two at once to different holders. Larger ones are made as asked, and not kept. It never waits, and
 * only bounds what it keeps; what is lent is the caller's to bound.
 */
export interface BufferPool extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class BufferPool {
	/** @internal */
	readonly _misuse = new Misuse();
	/** @internal */
	readonly _counts = new BufferCounts();
	/** @internal By class: the idle buffers, the last that came back on top. */
	readonly _idle: PooledBuffer[][] = [];
	/** @internal By the memory of arrays that `acquire` gave. */
	readonly _byMemory = new WeakMap<ArrayBufferLike, PooledBuffer>();
	/** @internal */
	readonly _maxBytes: number;
	/** @internal By class: how many may be idle. */
	readonly _maxIdle: number[] = [];
	/** @internal */
	readonly _zeroing: BufferPoolOptions['zeroing'];
	/** @internal */
	readonly _sampling: number;
	/** @internal Leases until the next one that is sampled. */
	_untilSample: number;
	/** @internal Tells of sampled leases that were collected. */
	readonly _registry: FinalizationRegistry<Loan> | undefined;
	/** @internal */
	_isDisposed = false;

	/** @throws RangeError or TypeError for an option that cannot be, naming it */
	constructor(options: BufferPoolOptions = {}) {
		makeDisposable(BufferPool.prototype, dispose);
		makeDisposable(BufferLease.prototype, releaseOnce);
		const { zeroing = 'none' } = options;
		if (!['none', 'onLease', 'onReturn'].includes(zeroing)) {
			throw new RangeError(`zeroing: expected 'none', 'onLease' or 'onReturn', got ${String(zeroing)}`);
		}
		const onLeak = functionOf('onLeak', options.onLeak);
		this._zeroing = zeroing;
		this._maxBytes = integerOf('maxBytes', options.maxBytes, 2 ** 24, 0, 2 ** 40);
		const quarter = Math.floor(this._maxBytes / 4);
		const perClass = integerOf('maxBytesPerClass', options.maxBytesPerClass, quarter, 0, this._maxBytes);
		for (let sizeClass = 0; sizeClass < CLASSES; sizeClass++) {
			this._idle.push([]);
			this._maxIdle.push(Math.floor(perClass / sizeOf(sizeClass)));
		}
		this._sampling = integerOf('leakSampling', options.leakSampling, 10_000, 0, 2 ** 30);
		this._untilSample = nextSample(this._sampling);
		this._registry = this._sampling
			? registryOf((loan) => {
					if (!loan._isOver) {
						loan._isOver = true;
						this._counts._leaked++;
						this._counts._returned(loan._size);
						report(onLeak, 'collected', loan._trace, Number.NaN, undefined);
					}
				})
			: undefined;
	}

	/**
	 * Lends `byteLength` bytes, 0 or more, in O(1). They are as the last holder left them, unless the pool zeroes them or
	 * `zero` asks for it.
	 *
	 * @throws RangeError for a `byteLength` that cannot be, and where the runtime has no memory for it
	 * @throws {@link PerfError} `DISPOSED`
	 */
	lease(byteLength: number, options?: { readonly zero?: boolean }): BufferLease {
		const buffer = this._take(byteLength);
		const lease = new BufferLease(this, buffer, viewOf(buffer, byteLength));
		if (options?.zero && buffer._isUsed && this._zeroing === 'none') {
			buffer._whole.fill(0);
		}
		if (!--this._untilSample) {
			this._sample(lease, buffer, this.lease);
		}
		return lease;
	}

	/**
	 * The same as an array without a lease, for code that passes arrays around; give it to `release`. It costs more than
	 * `lease`, because each holder gets an array object of its own, by which a second release is known.
	 *
	 * @throws as `lease`
	 */
	acquire(byteLength: number, options?: { readonly zero?: boolean }): Bytes {
		const buffer = this._take(byteLength);
		const bytes = new Uint8Array(buffer._memory, 0, byteLength);
		buffer._lentArray = bytes;
		this._byMemory.set(buffer._memory, buffer);
		if (options?.zero && buffer._isUsed && this._zeroing === 'none') {
			buffer._whole.fill(0);
		}
		if (!--this._untilSample) {
			this._sample(bytes, buffer, this.acquire);
		}
		return bytes;
	}

	/**
	 * Takes back a lease, or the very array that `acquire` gave. O(1).
	 *
	 * @throws {@link PerfError} `RELEASED` when that was done before, `FOREIGN` for what the pool has not lent
	 */
	release(lent: BufferLease | Bytes): void {
		if (lent instanceof BufferLease) {
			if (lent._pool !== this) {
				throw this._misuse._stranger();
			}
			lent.release();
			return;
		}
		this._takeBack(this._find(lent));
	}

	/**
	 * Takes an array that `acquire` gave out of the pool for good, without a copy.
	 *
	 * @throws as `release`
	 */
	detach(bytes: Bytes): Bytes {
		this._letGo(this._find(bytes));
		return bytes;
	}

	/** Gives up all idle buffers. */
	clear(): void {
		for (const idle of this._idle) {
			this._counts._discarded.cleared += idle.length;
			idle.length = 0;
		}
		this._counts._idle = this._counts._retained = 0;
	}

	/** Ends the pool: it keeps nothing any more and lends nothing. What is lent can still be given back. */
	dispose(): void {
		this._isDisposed = true;
		this.clear();
	}

	/** What it has done so far, and what there is now, as plain data. */
	stats(): BufferPoolStats {
		return this._counts._stats(this._misuse._stats());
	}

	/** Adds all numbers of `stats` to the snapshots of a monitor, as gauges named `name.…`. Returns what stops it. */
	observe(monitor: WasmPerformanceMonitor, name: string): () => void {
		return monitor.observe(name, () => this.stats());
	}

	/** @internal */
	_take(byteLength: number): PooledBuffer {
		if (!(Number.isInteger(byteLength) && byteLength >= 0)) {
			throw new RangeError(`byteLength: expected an integer of at least 0, got ${String(byteLength)}`);
		}
		const counts = this._counts;
		const idle = byteLength > LARGEST ? undefined : this._idle[classOf(byteLength)];
		let buffer = idle?.pop();
		while (buffer) {
			counts._idle--;
			counts._retained -= buffer._size;
			if (buffer._whole.length === buffer._size) {
				break;
			}
			// Whoever had it transferred it after the release.
			counts._discarded.transferred++;
			buffer = idle?.pop();
		}
		if (!buffer) {
			buffer = this._make(byteLength);
		} else if (this._zeroing === 'onLease') {
			buffer._whole.fill(0);
		}
		counts._leases++;
		counts._inUse++;
		counts._askedBytes += byteLength;
		counts._lentBytes += buffer._size;
		counts._inUseBytes += buffer._size;
		if (counts._inUseBytes > counts._peakBytes) {
			counts._peakBytes = counts._inUseBytes;
		}
		return buffer;
	}

	/** @internal */
	_make(byteLength: number): PooledBuffer {
		if (this._isDisposed) {
			throw new PerfError('DISPOSED', 'This pool was disposed: make a new one.');
		}
		const isLarge = byteLength > LARGEST;
		try {
			const buffer = new PooledBuffer(isLarge ? byteLength : sizeOf(classOf(byteLength)));
			this._counts._created++;
			this._counts._oversized += isLarge ? 1 : 0;
			return buffer;
		} catch (error) {
			this._counts._failures++;
			throw error;
		}
	}

	/** @internal Takes back what is out, and keeps it if it may. */
	_takeBack(buffer: PooledBuffer): void {
		this._isBack(buffer);
		const { _size: size, _whole: whole } = buffer;
		const counts = this._counts;
		if (whole.length !== size) {
			counts._discarded.transferred++;
		} else if (size > LARGEST) {
			counts._discarded.oversized++;
		} else if (this._isDisposed) {
			counts._discarded.cleared++;
		} else {
			const sizeClass = classOf(size);
			const idle = this._idle[sizeClass] as PooledBuffer[];
			if (idle.length >= (this._maxIdle[sizeClass] as number)) {
				counts._discarded.classFull++;
			} else if (counts._retained + size > this._maxBytes) {
				counts._discarded.full++;
			} else {
				if (this._zeroing === 'onReturn') {
					whole.fill(0);
				}
				buffer._isUsed = true;
				counts._idle++;
				counts._retained += size;
				idle.push(buffer);
			}
		}
	}

	/** @internal */
	_letGo(buffer: PooledBuffer): void {
		this._isBack(buffer);
		this._counts._detached++;
	}

	/** @internal Its leases are void. */
	_isBack(buffer: PooledBuffer): void {
		buffer._generation++;
		if (buffer._lentArray) {
			buffer._lentArray = undefined;
		}
		const loan = buffer._loan;
		if (loan) {
			buffer._loan = undefined;
			if (loan._isOver) {
				// Taken for leaked, because its lease was collected, and found again.
				return;
			}
			loan._isOver = true;
		}
		this._counts._returned(buffer._size);
	}

	/** @internal The buffer of an array that `acquire` gave. */
	_find(bytes: Bytes): PooledBuffer {
		const buffer = bytes instanceof Uint8Array ? this._byMemory.get(bytes.buffer) : undefined;
		if (!buffer) {
			throw this._misuse._stranger();
		}
		if (buffer._lentArray !== bytes) {
			throw this._misuse._again();
		}
		return buffer;
	}

	/** @internal Remembers the place of this lease, and draws the next one. */
	_sample(lent: object, buffer: PooledBuffer, entry: (...args: never[]) => unknown): void {
		this._untilSample = nextSample(this._sampling);
		const loan: Loan = { _size: buffer._size, _trace: traceOf(entry), _isOver: false };
		buffer._loan = loan;
		this._registry?.register(lent, loan);
	}
}

// Not in the constructor: there they would hold on to its pool.
function dispose(this: BufferPool): void {
	this.dispose();
}
