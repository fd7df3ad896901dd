import type { ExactSum, OperationSnapshot, Snapshot } from '../snapshot.js';
import { perfError } from './perf-error.js';

/** Throws unless the value is a snapshot that can be true; what comes over a network may be anything. */
export function check(snapshot: Snapshot): void {
	let at = 'schemaVersion';
	const expect = (holds: () => unknown, expected: string) => {
		if (!attempt(holds)) {
			throw perfError('SNAPSHOT', `${at}: expected ${expected}. Nothing was merged.`);
		}
	};
	const each = <T>(name: keyof Snapshot, isOne: (value: T) => unknown, expected: string) => {
		at = name;
		expect(() => Object.keys(snapshot[name] as object), 'an object');
		for (const [key, value] of Object.entries(snapshot[name] as Record<string, T>)) {
			at = `${name}['${key.slice(0, 99)}']`;
			expect(() => key.length < 65_536 && isOne(value), expected);
		}
	};
	expect(() => snapshot.schemaVersion === 1, '1');
	each('operations', isHistogram, 'a histogram whose buckets add up to its count');
	each('histograms', isHistogram, 'a histogram whose buckets add up to its count');
	each('counters', isAmount, 'a finite number of at least 0');
	each('gauges', Number.isFinite, 'a finite number');
	at = 'snapshot';
	expect(
		() =>
			Object.values(snapshot.exactCounters ?? {}).every(isSum) &&
			[snapshot.takenAt, ...Object.values(snapshot.gaugeTimes)].every(Number.isFinite) &&
			[snapshot.rejected, snapshot.dropped, snapshot.series.overflowed, snapshot.series.expired].every(isCount),
		'takenAt, gaugeTimes, rejected, dropped and series of a snapshot',
	);
}

function isHistogram(histogram: OperationSnapshot): boolean {
	const { count, min, max, errors, aborted, zero, underflow, overflow, lastAt } = histogram;
	const { indices, counts } = histogram.buckets;
	return (
		[count, errors, aborted, zero, underflow, overflow, ...counts].every(isCount) &&
		indices.length === counts.length &&
		indices.every((index) => Number.isInteger(index) && index >= -1920 && index < 3392) &&
		counts.reduce((sum, some) => sum + some, zero + underflow + overflow) === count &&
		(!count || (isAmount(min) && isAmount(max) && min <= max && Number.isFinite(lastAt))) &&
		isSum(histogram.sumExact)
	);
}

function isSum({ exponent, limbs }: ExactSum): boolean {
	const place = (exponent + 1074) / 32;
	return (
		limbs.every((limb) => isCount(limb) && limb < 2 ** 32) &&
		(!limbs.length || (isCount(place) && place + limbs.length < 68))
	);
}

function isCount(value: number): boolean {
	return Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: number): boolean {
	return Number.isFinite(value) && value >= 0;
}

/** What cannot even be looked at, for lack of a field, does not hold. */
function attempt(holds: () => unknown): unknown {
	try {
		return holds();
	} catch {
		return false;
	}
}
