import { Tally } from './tally.js';

/** One slice of a window. */
interface Slice {
	number: number;
	tally: Tally;
}

/** The last N seconds of a series: a ring of slices, each a histogram with its own minimum and maximum. */
export class Recent {
	readonly _sliceMs: number;
	readonly _scale: number;
	/** At `number % length` the slice of that number, or what an older one left there. */
	readonly _ring: Slice[];

	constructor(windowMs: number, slices: number, scale: number) {
		this._sliceMs = Math.max(windowMs / slices, 1e-3);
		this._scale = scale;
		this._ring = Array.from({ length: slices }, () => ({ number: -Infinity, tally: new Tally(scale) }));
	}

	_length(): number {
		return this._sliceMs * this._ring.length;
	}

	_emptied(): Recent {
		return new Recent(this._length(), this._ring.length, this._scale);
	}

	/** The slice that holds a time; undefined for one that has left the window. */
	_sliceAt(ms: number): Tally | undefined {
		return this._slice(Math.floor(ms / this._sliceMs));
	}

	/** Everything in the window that ends now. */
	_read(now: number): Tally {
		const newest = Math.floor(now / this._sliceMs);
		const all = new Tally(this._scale);
		for (const slice of this._ring) {
			// Newer ones as well: a record's time may be read just after the time of the look.
			if (slice.number > newest - this._ring.length) {
				all._merge(slice.tally);
			}
		}
		return all;
	}

	/** Adds the slices of a window of the same shape; one of another shape has no slices to add to. */
	_merge(other: Recent): void {
		if (other._sliceMs === this._sliceMs && other._ring.length === this._ring.length) {
			for (const { number, tally } of other._ring) {
				if (tally._count) {
					this._slice(number)?._merge(tally);
				}
			}
		}
	}

	_slice(number: number): Tally | undefined {
		const length = this._ring.length;
		const slice = this._ring[((number % length) + length) % length] as Slice;
		if (slice.number < number) {
			slice.number = number;
			slice.tally = new Tally(this._scale);
		}
		return slice.number === number ? slice.tally : undefined;
	}
}
