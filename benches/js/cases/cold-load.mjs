/**
 * From nothing to the first snapshot in a fresh Node process: import, load, one recording, one snapshot. A bare process
 * runs in every round too and its time is taken off, so that what is left is the package and not Node.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { summarise } from '../harness.mjs';
import { atMost } from '../result.mjs';

const BARE = 'bare.mjs';
const OURS = 'ours.mjs';
const PEERS = {
	'hdr-histogram-js wasm': 'hdr-wasm.mjs',
	'prom-client': 'prom-client.mjs',
	'@opentelemetry/sdk-metrics': 'otel.mjs',
};
const PROGRAMS = [BARE, OURS, ...Object.values(PEERS)];

export const unit = 'ms';
export const goal = '<= 15 ms';

export async function measure({ plan, progress }) {
	const times = Object.fromEntries(PROGRAMS.map((file) => [file, []]));
	// Once unmeasured, so that the files are in the page cache for everybody.
	for (const file of PROGRAMS) runProgram(file);
	for (let round = 0; round < plan.processes; round += 1) {
		const turn = round % PROGRAMS.length;
		for (const file of [...PROGRAMS.slice(turn), ...PROGRAMS.slice(0, turn)]) times[file].push(fastestOfThree(file));
		progress((round + 1) / plan.processes);
	}
	const above = (file) => times[file].map((time, round) => time - times[BARE][round]);
	const ours = summarise(above(OURS));
	const compared = Object.entries(PEERS).map(([name, file]) => {
		const theirs = above(file);
		return [name, summarise(theirs).median, summarise(above(OURS).map((time, round) => time / theirs[round]))];
	});
	return {
		ours: ours.median,
		spread: { low: ours.low, high: ours.high },
		peers: Object.fromEntries(compared.map(([name, value]) => [name, value])),
		ratios: Object.fromEntries(compared.map(([name, , ratio]) => [name, ratio])),
		checks: [atMost('ours', ours.median, 15)],
		details: { bareNode: summarise(times[BARE]).median },
	};
}

/** A difference of two process starts is noisy; the fastest of three is what the others were disturbed from. */
function fastestOfThree(file) {
	return Math.min(runProgram(file), runProgram(file), runProgram(file));
}

/** The wall time of one fresh process in milliseconds. */
function runProgram(file) {
	const path = fileURLToPath(new URL(`../cold/${file}`, import.meta.url));
	const start = performance.now();
	const { status, stderr } = spawnSync(process.execPath, [path], { stdio: ['ignore', 'ignore', 'pipe'] });
	const took = performance.now() - start;
	if (status !== 0) throw new Error(`benches/js/cold/${file} ended with status ${status}: ${stderr}`);
	return took;
}
