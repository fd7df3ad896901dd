/**
 * Memory of one series holding typical latencies. `ours` is the growth of the linear memory; ratios are of everything, the
 * JavaScript side of a series included, as it is for the peers. All take their series group by group in turn.
 */
import { inNanoseconds, latencies } from '../data.mjs';
import { summarise } from '../harness.mjs';
import { monitorOf, ready } from '../ours.mjs';
import { histogram, wasmReady } from '../peers/hdr.mjs';
import { atMost } from '../result.mjs';
import { memoriesOf } from '../wasm-memory.mjs';

const POOL = 1 << 20;
const HDR_FORMS = { '': 'js', ' auto-resize': 'auto-resize', ' packed': 'packed' };
const HDR_WASM = 'hdr-histogram-js wasm';
/** 2.8 KB; linear memory grows by pages of 64 KB, so the figure needs hundreds of series to mean anything. */
const GOAL = 2.8 * 1024;

export const unit = 'bytes';
export const goal = '<= 2,867 bytes (2.8 KB), flat afterwards';

export async function measure({ plan, engine, progress }) {
	const { groups, seriesPerGroup, values, peerSeries } = plan.memory;
	const moduleBytes = await memoriesOf(() => ready(engine));
	const hdrBytes = await memoriesOf(wasmReady);
	const milliseconds = latencies(POOL, 7);
	const nanoseconds = inNanoseconds(milliseconds);
	const series = seriesOf(groups * seriesPerGroup, milliseconds, values);
	const module = { bytes: moduleBytes, add: series.add, count: seriesPerGroup };
	const heap = [];
	const peers = [
		...Object.entries(HDR_FORMS).map(([suffix, form]) => [`hdr-histogram-js${suffix}`, form, heapBytes]),
		[HDR_WASM, 'wasm', hdrBytes],
	].map(([name, form, bytes]) => ({
		name,
		bytes,
		add: histogramsOf(form, nanoseconds, values),
		count: peerSeries,
		grown: [],
	}));

	const grown = [];
	for (let group = 0; group < groups; group += 1) {
		const before = heapBytes();
		grown.push(grow(module));
		heap.push((heapBytes() - before) / seriesPerGroup);
		for (const peer of peers) peer.grown.push(grow(peer));
		progress((group + 1) / (groups + 0.2));
	}
	series.verify();

	const ours = mean(grown);
	const spread = summarise(grown);
	const whole = grown.map((bytes, group) => bytes + heap[group]);
	const second = growthOfSecondMillion(series, milliseconds, moduleBytes);
	return {
		ours,
		spread: { low: spread.low, high: spread.high },
		peers: Object.fromEntries(peers.map((peer) => [peer.name, mean(peer.grown)])),
		ratios: Object.fromEntries(peers.map((peer) => [peer.name, ratioOf(whole, peer.grown)])),
		checks: [atMost('ours', ours, GOAL), atMost('growth in a second million records', second, 0)],
		details: {
			series: groups * seriesPerGroup,
			valuesPerSeries: values,
			javascriptBytesPerSeries: mean(heap),
			moduleBytes: moduleBytes(),
			growthOfSecondMillion: second,
		},
	};
}

/** Ours, one series after another, each with other values. */
function seriesOf(count, milliseconds, values) {
	const monitor = monitorOf({ maxSeries: count + 1 });
	const operations = [];
	monitor.record('warm-up', 5);
	monitor.quantile('warm-up', 0.5);
	return {
		add() {
			const operation = monitor.operation(`series_${operations.length}`);
			const record = (value) => operation.record(value);
			fill(record, milliseconds, operations.push(operation) * 7919, values);
			// Drains what is left in the ring, so that the growth of this series is in its own group.
			monitor.quantile('warm-up', 0.5);
		},
		recordAll(pool) {
			fill((value) => operations[0].record(value), pool, 0, pool.length);
			monitor.quantile('warm-up', 0.5);
		},
		verify() {
			const { operations: counted } = monitor.snapshot();
			operations.forEach((_, index) => {
				const found = counted[`series_${index}`]?.count;
				if (found !== values) throw new Error(`series_${index} holds ${found} records instead of ${values}`);
			});
		},
	};
}

function histogramsOf(form, nanoseconds, values) {
	const kept = [];
	return () => {
		const target = histogram(form);
		fill((value) => target.recordValue(value), nanoseconds, kept.push(target) * 7919, values);
	};
}

/** The growth for each of the series that were added. */
function grow({ bytes, add, count }) {
	const before = bytes();
	for (let i = 0; i < count; i += 1) add();
	return (bytes() - before) / count;
}

/** The first million records of one series may reach new octaves; a second million of the same values must cost nothing. */
function growthOfSecondMillion(series, milliseconds, bytes) {
	series.recordAll(milliseconds);
	const before = bytes();
	series.recordAll(milliseconds);
	return bytes() - before;
}

function fill(record, pool, offset, count) {
	const mask = pool.length - 1;
	for (let i = 0; i < count; i += 1) record(pool[(offset + i) & mask]);
}

/** What the JavaScript side holds after collection: objects, and the array buffers outside the heap. */
function heapBytes() {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
}

/** Group by group; where a memory grows in leaps and some groups saw none, of the sums only. */
function ratioOf(ours, theirs) {
	if (theirs.every((bytes) => bytes > 0)) return summarise(ours.map((bytes, group) => bytes / theirs[group]));
	const ratio = mean(ours) / mean(theirs);
	return { median: ratio, low: ratio, high: ratio };
}

function mean(numbers) {
	return numbers.reduce((total, each) => total + each, 0) / numbers.length;
}
