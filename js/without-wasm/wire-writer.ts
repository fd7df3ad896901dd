import { COUNTER, GAUGE, RESERVED } from '../core.js';
import type { ExactSum } from './exact-sum.js';
import type { Slot } from './slot.js';
import type { Store } from './store.js';
import type { Tally } from './tally.js';

/** Whose data an entry holds. */
const PLAIN = 0;
const TOTAL = 1;
const OWN = 2;

/** Writes all of a store in the wire form of `engine/wire.ts`, as the module does. */
export function writeStore(store: Store, now: number): Float64Array {
	const entries: number[] = [];
	let count = 0;
	const entry = (slot: Slot, role: number) => {
		count++;
		entries.push(slot._handle, slot._kind, role, slot._lastMs);
		writeData(slot, now, entries);
	};
	const parents = new Set<number>();
	for (const slot of store._slots) {
		if (slot && slot._kind !== GAUGE && slot._lastMs > -Infinity) {
			parents.add(slot._parent);
		}
	}
	for (const slot of store._slots) {
		if (!slot) {
			continue;
		}
		const isTotal = parents.has(slot._handle);
		if (isTotal) {
			entry(
				store._withParts(slot, (part) => part._lastMs > -Infinity),
				TOTAL,
			);
		}
		if (!isEmpty(slot, isTotal)) {
			entry(slot, isTotal ? OWN : PLAIN);
		}
	}
	const header = [10 + entries.length, 1, store._startMs, now, ...store._losses, store._active(), count];
	return Float64Array.from(header.concat(entries));
}

function isEmpty(slot: Slot, isTotal: boolean): boolean {
	if (slot._kind === GAUGE) {
		return Number.isNaN(slot._gauge);
	}
	// A counter that a user defined is shown as 0, but not beside its total.
	return slot._kind === COUNTER
		? slot._lastMs === -Infinity && (isTotal || slot._handle < RESERVED)
		: !slot._data.tally?._count;
}

function writeData(slot: Slot, now: number, out: number[]): void {
	const { tally, sum } = slot._data;
	if (tally) {
		writeTally(tally, out);
		out.push(slot._recent ? slot._recent._length() : 0);
		if (slot._recent) {
			writeTally(slot._recent._read(now), out);
		}
	} else if (sum) {
		writeSum(sum, out);
	} else {
		out.push(slot._gauge);
	}
}

function writeTally(tally: Tally, out: number[]): void {
	const indices: number[] = [];
	const counts: number[] = [];
	tally._forEachBucket((index, count) => {
		indices.push(index);
		counts.push(count);
	});
	const { exponent, limbs } = tally._sum._limbs();
	const extremes = tally._count ? [tally._min, tally._max] : [Number.NaN, Number.NaN];
	out.push(tally._count, tally._sum._value(), ...extremes);
	out.push(tally._quantile(0.5), tally._quantile(0.95), tally._quantile(0.99));
	out.push(tally._errors, tally._aborted, tally._zero, tally._underflow, tally._overflow);
	out.push(indices.length, limbs.length, exponent, 0, ...indices, ...counts, ...limbs);
}

function writeSum(sum: ExactSum, out: number[]): void {
	const { exponent, limbs } = sum._limbs();
	out.push(sum._value(), limbs.length, exponent, ...limbs);
}
