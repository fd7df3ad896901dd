// What measuring itself cost, measured on the spot.

import { WasmPerformanceMonitor } from '@code-mesh/perf';
import { OPERATIONS } from './toolbox.mjs';

const CALLS = 5_000;
const ROUNDS = 9;

/**
 * Times the measured call around an empty function and the bare call of it in turns, and takes the median difference; then
 * multiplies by the records of this run. A monitor of its own takes these records, so that they are not in the table.
 */
export async function measureCost(run, records) {
	const monitor = new WasmPerformanceMonitor();
	const operation = monitor.operation('empty');
	const waiting = await medianDifference(
		async () => {
			for (let i = 0; i < CALLS; i++) await operation.timeAsync(emptyAsync);
		},
		async () => {
			for (let i = 0; i < CALLS; i++) await emptyAsync();
		},
	);
	const plain = await medianDifference(
		() => {
			for (let i = 0; i < CALLS; i++) operation.time(empty);
		},
		() => {
			for (let i = 0; i < CALLS; i++) empty();
		},
	);
	monitor.dispose();
	const totalMs = records.waiting * waiting + records.plain * plain;
	const count = records.waiting + records.plain;
	return {
		records: count,
		perRecordMs: count === 0 ? 0 : totalMs / count,
		totalMs,
		wallMs: run.wallMs,
		share: totalMs / run.wallMs,
	};
}

/** How many records of each form the snapshot holds. */
export function countRecords(snapshot) {
	const records = { waiting: 0, plain: 0 };
	for (const { name, waits } of OPERATIONS) {
		records[waits ? 'waiting' : 'plain'] += snapshot.operations[name]?.count ?? 0;
	}
	return records;
}

async function medianDifference(measured, bare) {
	const differences = [];
	for (let round = 0; round < ROUNDS; round++) {
		const measuredMs = await timed(measured);
		const bareMs = await timed(bare);
		differences.push((measuredMs - bareMs) / CALLS);
	}
	differences.sort((a, b) => a - b);
	return Math.max(0, differences[(ROUNDS - 1) / 2]);
}

async function timed(work) {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

function empty() {}

async function emptyAsync() {}
