import type { Buckets } from '../snapshot.js';
import { bucketsFrom, HISTOGRAM, OCTAVE } from './wire.js';

/** The buckets that are not empty of the histogram that begins at `at`. */
export function readBuckets(wire: Float64Array, at: number): Buckets {
	const indices: number[] = [];
	const counts: number[] = [];
	const from = bucketsFrom(wire, at);
	for (let octave = at + HISTOGRAM; octave < from; octave += OCTAVE) {
		const words = new Uint32Array(wire.buffer, wire.byteOffset + 8 * (octave + 1), 64);
		const first = 64 * (wire[octave] as number);
		for (let bucket = 0; bucket < 64; bucket++) {
			const count = words[bucket] as number;
			if (count) {
				indices.push(first + bucket);
				counts.push(count);
			}
		}
	}
	const length = wire[at + 12] as number;
	for (let pair = from; pair < from + length; pair++) {
		const index = wire[pair] as number;
		// Ascending where there are no octaves, so that the search is over at once.
		let place = indices.length;
		while (place && (indices[place - 1] as number) > index) {
			place--;
		}
		const count = wire[pair + length] as number;
		if (place && indices[place - 1] === index) {
			(counts[place - 1] as number) += count;
		} else {
			indices.splice(place, 0, index);
			counts.splice(place, 0, count);
		}
	}
	return { indices, counts };
}
