import { COUNTER } from '../core.js';
import type { Slot } from './slot.js';
import type { Store } from './store.js';
import type { Tally } from './tally.js';

/** Adds series in the wire form, windows left out; returns how many were refused because no series has their handle. */
export function mergeWire(store: Store, wire: Float64Array): number {
	let refused = 0;
	let at = 0;
	const take = () => wire[at++] as number;
	const takeMany = (count: number) => {
		at += count;
		return wire.subarray(at - count, at);
	};
	while (at < wire.length) {
		const slot = store._slot(take());
		const kind = take();
		take();
		const lastMs = take();
		if (kind < COUNTER) {
			const [count, , min, max, , , , errors, aborted, zero, underflow, overflow, buckets, limbs, exponent] =
				takeMany(16);
			const part = { count, min, max, errors, aborted, zero, underflow, overflow, exponent } as Record<string, number>;
			const columns = [takeMany(buckets as number), takeMany(buckets as number), takeMany(limbs as number)];
			take();
			slot?._each(
				(data) => data.tally && addPart(data.tally, part, columns as [Float64Array, Float64Array, Float64Array]),
			);
		} else if (kind === COUNTER) {
			const [, count, exponent] = takeMany(3);
			const limbs = takeMany(count as number);
			slot?._each((data) => {
				data.sum?._addLimbs(exponent as number, limbs);
				data.touched ||= limbs.length > 0;
			});
		} else {
			setGauge(slot, take(), lastMs);
		}
		slot?._touch(lastMs);
		refused += slot ? 0 : 1;
	}
	return refused;
}

/** The later setting wins; of two at the same time the larger one. */
function setGauge(slot: Slot | undefined, value: number, ms: number): void {
	if (slot && (ms > slot._lastMs || (ms === slot._lastMs && !(value <= slot._gauge)))) {
		slot._gauge = value;
	}
}

function addPart(
	tally: Tally,
	part: Record<string, number>,
	[indices, counts, limbs]: [Float64Array, Float64Array, Float64Array],
): void {
	const { count = 0, min = 0, max = 0, exponent = 0 } = part;
	tally._note(min + 0, 0);
	tally._note(max + 0, count);
	tally._sum._addLimbs(exponent, limbs);
	tally._errors += part.errors as number;
	tally._aborted += part.aborted as number;
	tally._zero += part.zero as number;
	tally._underflow += part.underflow as number;
	tally._overflow += part.overflow as number;
	indices.forEach((index, at) => {
		tally._add(index, counts[at] as number);
	});
}
