/**
 * Bucket boundaries at scale 6: bucket `i` holds `(2^(i/64), 2^((i+1)/64)]`. The same buckets, bit for bit, as those
 * of the Rust core.
 */

export const PER_OCTAVE = 64;

/** Values up to 2^-30 underflow. */
export const LOWEST = 1 / 1073741824;

/** Values above 2^53 overflow. */
export const HIGHEST = 9007199254740992;

export const FIRST_BUCKET = -30 * PER_OCTAVE;
export const LAST_BUCKET = 53 * PER_OCTAVE - 1;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
/** Which half is the upper one depends on the machine. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] as 0 | 1;
const LOW = (1 - HIGH) as 0 | 1;

/** The largest double not above 2^(j/64), for j from 0 to 64. */
const BOUNDS = Float64Array.from({ length: PER_OCTAVE + 1 }, (_, j) => (j < PER_OCTAVE ? bound(j) : 2));

/** For each value of the top 7 fraction bits: the bucket in which that part of the octave begins. */
const FIRST_OF_CELL = Uint8Array.from({ length: 128 }, (_, cell) => {
	let bucket = 0;
	while ((BOUNDS[bucket + 1] as number) <= 1 + cell / 128) {
		bucket++;
	}
	return bucket;
});

/** The bucket of a value in `(2^-30, 2^53]`. */
export function bucketIndex(value: number): number {
	double[0] = value;
	// Upper-inclusive: one step below its bit pattern, a power of two falls into the octave beneath.
	let high = halves[HIGH] as number;
	const low = halves[LOW] as number;
	if (low === 0) {
		high--;
	}
	halves[LOW] = low - 1;
	halves[HIGH] = (high & 0xfffff) | 0x3ff00000;
	const first = FIRST_OF_CELL[(high >>> 13) & 127] as number;
	const above = (double[0] as number) >= (BOUNDS[first + 1] as number) ? 1 : 0;
	return ((high >>> 20) - 1023) * PER_OCTAVE + first + above;
}

/** The value reported for a bucket: 2ab/(a+b), whose relative distance to both bounds is the same. */
export function representative(index: number): number {
	const octave = Math.floor(index / PER_OCTAVE);
	const bucket = index - octave * PER_OCTAVE;
	const low = BOUNDS[bucket] as number;
	const high = BOUNDS[bucket + 1] as number;
	return ((2 * low * high) / (low + high)) * powerOfTwo(octave);
}

/** 2^exponent, exactly, for exponents of normal doubles. */
export function powerOfTwo(exponent: number): number {
	halves[LOW] = 0;
	halves[HIGH] = (exponent + 1023) << 20;
	return double[0] as number;
}

/** The bits of a finite double above 0 as an integer and its unit: `mantissa * 2^(position - 1074)`. */
export function decompose(value: number): { high: number; low: number; position: number } {
	double[0] = value;
	const high = halves[HIGH] as number;
	const low = halves[LOW] as number;
	const exponent = high >>> 20;
	const fraction = high & 0xfffff;
	return exponent === 0
		? { high: fraction, low, position: 0 }
		: { high: fraction | 0x100000, low, position: exponent - 1 };
}

/** `Math.pow` is only a first guess, which may be off; the 64th power of an integer decides. */
function bound(j: number): number {
	const unit = 2 ** 52;
	const limit = BigInt(1) << BigInt(52 * PER_OCTAVE + j);
	const fits = (mantissa: number) => {
		let power = BigInt(mantissa);
		for (let square = 0; square < 6; square++) {
			power *= power;
		}
		return power <= limit;
	};
	let mantissa = Math.floor(2 ** (j / PER_OCTAVE) * unit);
	while (!fits(mantissa)) {
		mantissa--;
	}
	while (fits(mantissa + 1)) {
		mantissa++;
	}
	return mantissa / unit;
}
