/**
 * The package under test, imported by its name as a user would. Every contender here counts what it recorded, and
 * `verify` compares that with the snapshot: a fast loop that loses records would not be a result.
 */
import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';
import { VALUES } from './data.mjs';

/** Loads the core and makes sure that it is the one the case asked for: 'wasm', or 'js' for its JavaScript form. */
export async function ready(engine) {
	await load({ engine: engine === 'js' ? 'js' : 'auto' });
	const actual = status().engine;
	if (actual !== engine) throw new Error(`expected the ${engine} core, got ${actual}: run scripts/build first`);
}

/** A monitor on a loaded engine. */
export function monitorOf(options = {}) {
	return new WasmPerformanceMonitor(options);
}

/** Records by bound handles, one for each name. The quantile at the end drains the ring, so its cost is inside. */
export function recordByHandle(monitor, milliseconds, names) {
	const operations = names.map((name) => monitor.operation(name));
	const mask = operations.length - 1;
	const contender = {
		name: 'ours',
		recorded: 0,
		run(n) {
			if (mask === 0) {
				const operation = operations[0];
				for (let i = 0; i < n; i += 1) operation.record(milliseconds[i & (VALUES - 1)]);
			} else {
				for (let i = 0; i < n; i += 1) operations[i & mask].record(milliseconds[i & (VALUES - 1)]);
			}
			contender.recorded += n;
			return monitor.quantile(names[0], 0.5);
		},
	};
	return contender;
}

/** Records by name. */
export function recordByName(monitor, milliseconds, names) {
	const mask = names.length - 1;
	const contender = {
		name: 'ours',
		recorded: 0,
		run(n) {
			for (let i = 0; i < n; i += 1) monitor.record(names[i & mask], milliseconds[i & (VALUES - 1)]);
			contender.recorded += n;
			return monitor.quantile(names[0], 0.5);
		},
	};
	return contender;
}

/** Starts and ends a timer by name. */
export function timerPair(monitor, name) {
	const contender = {
		name: 'ours',
		recorded: 0,
		run(n) {
			for (let i = 0; i < n; i += 1) {
				const timer = monitor.startTimer(name);
				monitor.endTimer(name, timer);
			}
			contender.recorded += n;
			return monitor.quantile(name, 0.5);
		},
	};
	return contender;
}

/** Throws unless everything the contenders recorded is in the snapshot, and nothing was dropped or rejected. */
export function verify(monitor, names, recorded) {
	const snapshot = monitor.snapshot();
	const counted = names.reduce((total, name) => total + (snapshot.operations[name]?.count ?? 0), 0);
	if (counted !== recorded || snapshot.dropped !== 0 || snapshot.rejected !== 0) {
		throw new Error(
			`recorded ${recorded}, but the snapshot counts ${counted}, dropped ${snapshot.dropped}, rejected ${snapshot.rejected}`,
		);
	}
}
