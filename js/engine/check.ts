import type { ExactSum, OperationSnapshot, Snapshot } from '../snapshot.js';
import { perfError } from './perf-error.js';

/** Throws unless the value is a snapshot that can be true; what comes over a network may be anything. */
export function check(snapshot: Snapshot): void {
	let at: string = 'schemaVersion';
	const each = <T>(name: keyof Snapshot, isOne: (value: T) => boolean) => {
		at = name;
		return Object.entries(snapshot[name] as Record<string, T>).every(([key, value]) => {
			at = `${name}['${key}']`;
			return key.length < 65_536 && isOne(value);
		});
	};
	let isTrue = false;
	try {
		isTrue =
			snapshot.schemaVersion === 1 &&
			each('operations', isHistogram) &&
			each('histograms', isHistogram) &&
			each('counters', isAmount) &&
			each('gauges', Number.isFinite) &&
			each('gaugeTimes', Number.isFinite) &&
			(!snapshot.exactCounters || each('exactCounters', isSum)) &&
			hasRest(snapshot);
	} catch {
		// What lacks a field cannot even be looked at.
	}
	if (!isTrue) {
		throw perfError('SNAPSHOT', `${at.slice(0, 99)} is not as monitor.snapshot() gives it. Nothing was merged.`);
	}
}

function hasRest({ takenAt, rejected, dropped, series }: Snapshot): boolean {
	return Number.isFinite(takenAt) && [rejected, dropped, series.overflowed, series.expired].every(isCount);
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
		(!limbs.length || (isCount(place) && place + limbs.length < 71))
	);
}

function isCount(value: number): boolean {
	return Number.isSafeInteger(value) && value >= 0;
}

function isAmount(value: number): boolean {
	return Number.isFinite(value) && value >= 0;
}
