import { decompose, powerOfTwo } from './buckets.js';

/**
 * A sum of doubles of at least 0 without any rounding, so that sums merge bit-equal in any order: a multiple of 2^-1074.
 *
 * Adding goes to two doubles as long as they hold the sum exactly (each addition's rounding error is known exactly: D. E.
 * Knuth's TwoSum), and to the big integer when they no longer do.
 */
export class ExactSum {
	_total = BigInt(0);
	_sum = 0;
	_error = 0;

	/** Adds a finite value of at least 0. */
	_add(value: number): void {
		const sum = this._sum + value;
		const back = sum - this._sum;
		const lost = this._sum - (sum - back) + (value - back);
		const error = this._error + lost;
		const errorBack = error - this._error;
		const lostAgain = this._error - (error - errorBack) + (lost - errorBack);
		if (lostAgain === 0) {
			this._sum = sum;
			this._error = error;
		} else {
			// Also where the sum overflowed, which makes it NaN.
			this._total = this._fold() + integerOf(value);
		}
	}

	/** Adds `(from - step) + (from - 2 step) + …`, so many terms in all. */
	_addFallingSeries(from: number, step: number, terms: number): void {
		const n = BigInt(terms);
		this._total += integerOf(from) * n - (integerOf(step) * n * (n + BigInt(1))) / BigInt(2);
	}

	_merge(other: ExactSum): void {
		this._total += other._fold();
	}

	/** Adds a sum in the form of {@link ExactSum._limbs}. */
	_addLimbs(exponent: number, limbs: ArrayLike<number>): void {
		let sum = BigInt(0);
		for (let at = limbs.length - 1; at >= 0; at--) {
			sum = (sum << BigInt(32)) + BigInt(limbs[at] as number);
		}
		this._total += sum << BigInt(exponent + 1074);
	}

	/** The sum, rounded once to the nearest double; beyond the largest double, that. */
	_value(): number {
		const total = this._fold();
		const length = total.toString(2).length;
		// At most 64 bits are left, the lowest of which stands for all that were cut off.
		const cut = Math.max(0, length - 64);
		const top = total >> BigInt(cut);
		const rest = top << BigInt(cut) === total ? BigInt(0) : BigInt(1);
		const rounded = Number(cut ? top | rest : top);
		// 2^-1074 is no normal double: two steps, of which the second is exact.
		const value = cut > 1000 ? rounded * powerOfTwo(cut - 1074) : rounded * powerOfTwo(cut - 574) * powerOfTwo(-500);
		return Math.min(value, Number.MAX_VALUE);
	}

	/** The canonical form: 32-bit limbs, lowest first, none at either end 0, and the exponent of the lowest. */
	_limbs(): { exponent: number; limbs: number[] } {
		let total = this._fold();
		const limbs: number[] = [];
		let exponent = -1074;
		const mask = BigInt(0xffffffff);
		for (; total; total >>= BigInt(32)) {
			const limb = Number(total & mask);
			if (limb || limbs.length) {
				limbs.push(limb);
			} else {
				exponent += 32;
			}
		}
		return limbs.length ? { exponent, limbs } : { exponent: 0, limbs };
	}

	_clone(): ExactSum {
		const clone = new ExactSum();
		clone._merge(this);
		return clone;
	}

	/** The whole sum as the integer, which then holds it. */
	_fold(): bigint {
		this._total += integerOf(this._sum) + integerOf(this._error);
		this._sum = this._error = 0;
		return this._total;
	}
}

/** A finite double as a multiple of 2^-1074. */
function integerOf(value: number): bigint {
	const { high, low, position } = decompose(Math.abs(value));
	const integer = ((BigInt(high) << BigInt(32)) + BigInt(low)) << BigInt(position);
	return value < 0 ? -integer : integer;
}
