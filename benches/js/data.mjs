/**
 * Typical latencies: log-normal with median 5 ms and sigma 0.6, from a fixed seed, so that every run of every contender
 * sees the same values.
 */

/** A small seeded generator of numbers in [0, 1); the benchmarks must not depend on Math.random's seed. */
export function generator(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

/** `count` latencies in milliseconds, as doubles. */
export function latencies(count, seed = 1) {
	const random = generator(seed);
	return Float64Array.from({ length: count }, () => {
		const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
		return 5 * Math.exp(0.6 * normal);
	});
}

/** The same latencies in whole nanoseconds, for the peers that take integers only. */
export function inNanoseconds(milliseconds) {
	return Array.from(milliseconds, (value) => Math.round(value * 1e6));
}

/** How many values the recording loops walk over; a power of two, so that the index is masked and not divided. */
export const VALUES = 8192;
