// The module and the JavaScript form against the snapshots of the native core (tests/golden_snapshots.rs).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';
import { ManualClock, Random, step } from './support/random-operations.mjs';

const STEPS = 600;

const golden = (name) => JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8'));

/** What a monitor shows after the random operations of a seed, as plain JSON. */
function snapshotAfter(seed) {
	const clock = new ManualClock();
	try {
		const monitor = new WasmPerformanceMonitor({ maxSeries: 12 });
		const random = new Random(seed);
		for (let i = 0; i < STEPS; i++) {
			step(monitor, clock, random);
		}
		return plain(monitor.snapshot());
	} finally {
		clock.restore();
	}
}

/** Without the one field that belongs to the machine and not to what was recorded. */
function plain(snapshot) {
	return { ...JSON.parse(JSON.stringify(snapshot)), clock: { resolution: 0 } };
}

function merged(seeds) {
	const snapshots = seeds.map(snapshotAfter);
	const clock = new ManualClock();
	try {
		const monitor = new WasmPerformanceMonitor();
		for (const snapshot of snapshots) {
			monitor.merge(snapshot);
		}
		return plain(monitor.snapshot());
	} finally {
		clock.restore();
	}
}

if (process.argv.includes('--print')) {
	// In a process of its own, since only one engine runs in each.
	await load({ engine: 'js' });
	console.log(
		JSON.stringify({ engine: status().engine, snapshots: [1, 2, 3, 4].map(snapshotAfter), merged: merged([5, 6]) }),
	);
} else {
	const inJavaScript = await runInJavaScript();
	await load();

	test('the module gives the snapshots of the native core, bit by bit', () => {
		assert.equal(status().engine, 'wasm');
		for (let seed = 1; seed <= 4; seed++) {
			assert.deepEqual(snapshotAfter(seed), golden(`snapshot-${seed}.json`), `seed ${seed}`);
		}
	});

	test('the JavaScript form gives the same, its sums within 1e-12', () => {
		assert.equal(inJavaScript.engine, 'js');
		for (let seed = 1; seed <= 4; seed++) {
			assertSameButSums(inJavaScript.snapshots[seed - 1], golden(`snapshot-${seed}.json`), `seed ${seed}`);
		}
	});

	test('merging gives what merging gives natively', () => {
		assertSameData(merged([5, 6]), golden('merged-5-6.json'));
		assertSameData(inJavaScript.merged, golden('merged-5-6.json'));
	});
}

async function runInJavaScript() {
	const { execFileSync } = await import('node:child_process');
	const printed = execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--print'], {
		encoding: 'utf8',
		maxBuffer: 1e8,
		env: { ...process.env, NODE_TEST_CONTEXT: undefined },
	});
	return JSON.parse(printed);
}

const isSum = (path) => /\.(sum|mean)$/.test(path) || path.includes('.counters.');
const isExact = (path) => /\.sumExact(\.|$)/.test(path) || path.includes('.exactCounters');

function assertSameButSums(actual, expected, path) {
	if (isExact(path)) {
		return;
	}
	if (isSum(path)) {
		assert.ok(Math.abs(actual - expected) <= 1e-12 * Math.abs(expected), `${path}: ${actual} instead of ${expected}`);
	} else if (typeof expected === 'object' && expected !== null) {
		const keys = Object.keys({ ...actual, ...expected }).filter((key) => !isExact(`${path}.${key}`));
		for (const key of keys) {
			assertSameButSums(actual?.[key], expected[key], `${path}.${key}`);
		}
	} else {
		assert.equal(actual, expected, path);
	}
}

/** The data of two snapshots whose time frames differ. */
function assertSameData(actual, expected) {
	const data = ({ operations, histograms, gauges, rejected, dropped, counters }) => ({
		operations: timeless(operations),
		histograms: timeless(histograms),
		gauges,
		counters,
		rejected,
		dropped,
	});
	assertSameButSums(data(actual), data(expected), 'merged');
}

function timeless(entries) {
	return Object.fromEntries(Object.entries(entries).map(([key, { rate, window, ...rest }]) => [key, rest]));
}
