/**
 * Traces for who has none at hand, the same on every machine. They show that all works; how a cache fares on real traffic
 * only real traces tell.
 */
import { generator } from '../js/data.mjs';

const REQUESTS = 200_000;

/** By name: a function that makes the keys. */
export const OWN_TRACES = {
	'zipf-0.8': () => drawn(zipf(20_000, 0.8, 1)),
	'zipf-1.0': () => drawn(zipf(20_000, 1, 2)),
	'zipf-scans': zipfWithScans,
	'loop-zipf': loopAndZipf,
};

/** Popular keys, and now and then many that come once. */
function zipfWithScans() {
	const popular = zipf(10_000, 0.9, 3);
	const random = generator(4);
	let scanned = 0;
	let left = 0;
	return drawn(() => {
		if (left === 0 && random() < 1 / 3000) left = 1500;
		if (left === 0) return popular();
		left -= 1;
		scanned += 1;
		return -scanned;
	});
}

/** 50,000 requests of a loop over 1,200 keys, 50,000 by popularity, and so on. */
function loopAndZipf() {
	const popular = zipf(20_000, 0.9, 5);
	let index = -1;
	return drawn(() => {
		index += 1;
		return Math.floor(index / 50_000) % 2 === 0 ? -1 - (index % 1200) : popular();
	});
}

/** Draws keys of which the i-th is asked for in proportion to i to the power of -alpha. */
function zipf(keys, alpha, seed) {
	const sums = new Float64Array(keys);
	let sum = 0;
	for (let i = 0; i < keys; i += 1) {
		sum += (i + 1) ** -alpha;
		sums[i] = sum;
	}
	const random = generator(seed);
	return () => {
		const wanted = random() * sum;
		let low = 0;
		let high = keys - 1;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (sums[middle] < wanted) low = middle + 1;
			else high = middle;
		}
		return low;
	};
}

function drawn(draw) {
	return Float64Array.from({ length: REQUESTS }, draw);
}
