import { bucketIndex, FIRST_BUCKET, HIGHEST, LOWEST, PER_OCTAVE, representative } from './buckets.js';
import { ExactSum } from './exact-sum.js';
import { lastInBucket, missed, nthMissed } from './omission.js';
import { rank } from './rank.js';

/** A histogram and how many of its values came from operations that ended other than intended. */
export class Tally {
	/** From the unit of the values to that of the buckets: 1e-3 for durations in ms. */
	readonly _scale: number;
	_count = 0;
	_min = Infinity;
	_max = 0;
	_zero = 0;
	_underflow = 0;
	_overflow = 0;
	_errors = 0;
	_aborted = 0;
	_sum = new ExactSum();
	/** Counts by octave; those never touched are missing. */
	_octaves: (Float64Array | undefined)[] = [];

	constructor(scale: number) {
		this._scale = scale;
	}

	/** Records a value by the flags of its record: 1 aborted, 2 failed, 3 with the interval at which it was expected. */
	_recordEnded(value: number, flags: number, interval: number): boolean {
		if (flags === 3) {
			return this._recordWithExpectedInterval(value, interval);
		}
		const accepted = this._record(value);
		if (accepted && flags) {
			flags === 1 ? this._aborted++ : this._errors++;
		}
		return accepted;
	}

	/** Records a value; false, and nothing recorded, for what no histogram can hold. */
	_record(value: number): boolean {
		// Also false for NaN.
		if (!(value >= 0 && value <= Number.MAX_VALUE)) {
			return false;
		}
		// Adding 0 turns -0 into 0, so that equal values are equal bits.
		this._note(value + 0, 1);
		this._sum._add(value + 0);
		this._place(value, 1);
		return true;
	}

	/** The same, and the values that a stalled caller missed. O(buckets), however many they are. */
	_recordWithExpectedInterval(value: number, interval: number): boolean {
		if (!(interval > 0 && interval <= Number.MAX_VALUE && value > interval)) {
			return this._record(value);
		}
		const last = missed(value, interval);
		if (last < 0 || !this._record(value)) {
			return false;
		}
		if (last > 0) {
			const nth = (k: number) => nthMissed(value, interval, k);
			this._sum._addFallingSeries(value, interval, last);
			this._note(nth(last), last);
			for (let from = 1; from <= last; ) {
				const bucket = this._bucketOf(nth(from));
				const until = lastInBucket(from, last, (k) => this._bucketOf(nth(k)) === bucket);
				this._place(nth(from), until + 1 - from);
				from = until + 1;
			}
		}
		return true;
	}

	_merge(other: Tally): void {
		if (other._count) {
			this._note(other._min, 0);
			this._note(other._max, other._count);
			this._sum._merge(other._sum);
			this._zero += other._zero;
			this._underflow += other._underflow;
			this._overflow += other._overflow;
			other._forEachBucket((index, count) => this._add(index, count));
		}
		this._errors += other._errors;
		this._aborted += other._aborted;
	}

	/** The value at quantile `q`, NaN while empty. */
	_quantile(q: number): number {
		if (!this._count) {
			return Number.NaN;
		}
		const wanted = rank(q, this._count);
		if (wanted <= 1) {
			return this._min;
		}
		if (wanted >= this._count) {
			return this._max;
		}
		if (wanted <= this._zero) {
			return 0;
		}
		const below = this._zero + this._underflow;
		const value = wanted <= below ? LOWEST / 2 : this._find(wanted - below);
		return Math.min(Math.max(this._scale === 1 ? value : value * 1e3, this._min), this._max);
	}

	_forEachBucket(visit: (index: number, count: number) => void): void {
		this._octaves.forEach((counts, octave) => {
			counts?.forEach((count, bucket) => {
				if (count) {
					visit(octave * PER_OCTAVE + bucket + FIRST_BUCKET, count);
				}
			});
		});
	}

	/** Adds to a bucket. */
	_add(index: number, count: number): void {
		const position = index - FIRST_BUCKET;
		const octave = Math.floor(position / PER_OCTAVE);
		this._octaves[octave] ??= new Float64Array(PER_OCTAVE);
		const counts = this._octaves[octave] as Float64Array;
		counts[position % PER_OCTAVE] = (counts[position % PER_OCTAVE] as number) + count;
	}

	/** Counts values and takes their extremes into account. */
	_note(value: number, count: number): void {
		this._count += count;
		if (value < this._min) {
			this._min = value;
		}
		if (value > this._max) {
			this._max = value;
		}
	}

	_place(value: number, count: number): void {
		const bucket = this._bucketOf(value);
		if (bucket > -Infinity && bucket < Infinity) {
			this._add(bucket, count);
		} else if (value === 0) {
			this._zero += count;
		} else if (bucket > 0) {
			this._overflow += count;
		} else {
			this._underflow += count;
		}
	}

	/** The bucket of a value; infinite above and below the range. */
	_bucketOf(value: number): number {
		const bucketed = value * this._scale;
		return bucketed > LOWEST ? (bucketed <= HIGHEST ? bucketIndex(bucketed) : Infinity) : -Infinity;
	}

	/** The value of the bucket that holds the sample of this rank among those in buckets. */
	_find(wanted: number): number {
		let seen = 0;
		let found = Infinity;
		this._forEachBucket((index, count) => {
			seen += count;
			if (found === Infinity && seen >= wanted) {
				found = representative(index);
			}
		});
		return found;
	}
}
