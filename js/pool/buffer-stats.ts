import type { MisuseStats } from './misuse.js';

/** What a `BufferPool` has done since it was made, as plain data. */
export interface BufferPoolStats {
	/** Leases given, by `lease` and `acquire`. */
	readonly leases: number;
	/** Those of them that needed no new buffer. */
	readonly hits: number;
	/** Buffers made. */
	readonly created: number;
	/** Buffers made for more than 1 MiB, which are not kept. */
	readonly oversized: number;
	/** Buffers that the runtime refused to make. */
	readonly failures: number;
	/** Buffers taken out by `detach`. */
	readonly detached: number;
	/** Buffers that were given up, by cause. */
	readonly discarded: {
		/** Enough bytes of their class were idle. */
		readonly classFull: number;
		/** Enough bytes were idle in all. */
		readonly full: number;
		/** They were larger than the largest class. */
		readonly oversized: number;
		/** Their holder had transferred them. */
		readonly transferred: number;
		/** By `clear` and `dispose`. */
		readonly cleared: number;
	};
	/** Buffers that wait for a holder. */
	readonly idle: number;
	/** Their bytes, at most `maxBytes`. */
	readonly retainedBytes: number;
	/** Buffers that are lent. */
	readonly inUse: number;
	/** Their bytes, as the classes are large. */
	readonly inUseBytes: number;
	/** The most bytes that were lent at the same time. */
	readonly peakBytes: number;
	/** The part of the bytes lent that their holders asked for, since the start: 0 to 1. */
	readonly utilisation: number;
	/** Sampled leases that were collected before they were given back. Times `leakSampling`, about as many leaked. */
	readonly leaked: number;
	readonly misuse: MisuseStats;
}

/** @internal The counts of a pool. */
export class BufferCounts {
	_leases = 0;
	_created = 0;
	_oversized = 0;
	_failures = 0;
	_detached = 0;
	_idle = 0;
	_retained = 0;
	_inUse = 0;
	_inUseBytes = 0;
	_peakBytes = 0;
	_askedBytes = 0;
	_lentBytes = 0;
	_leaked = 0;
	readonly _discarded = { classFull: 0, full: 0, oversized: 0, transferred: 0, cleared: 0 };

	_returned(size: number): void {
		this._inUse--;
		this._inUseBytes -= size;
	}

	_stats(misuse: MisuseStats): BufferPoolStats {
		return {
			leases: this._leases,
			hits: this._leases - this._created,
			created: this._created,
			oversized: this._oversized,
			failures: this._failures,
			detached: this._detached,
			discarded: { ...this._discarded },
			idle: this._idle,
			retainedBytes: this._retained,
			inUse: this._inUse,
			inUseBytes: this._inUseBytes,
			peakBytes: this._peakBytes,
			utilisation: this._lentBytes && this._askedBytes / this._lentBytes,
			leaked: this._leaked,
			misuse,
		};
	}
}
