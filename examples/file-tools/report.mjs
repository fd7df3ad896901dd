// What the user reads at the end.

import { FILE_LIMIT } from './limits.mjs';
import { keptText } from './report-kept.mjs';
import { table } from './table.mjs';
import { OPERATIONS } from './toolbox.mjs';
import { bytes, duration, elapsed, integer, percent, plural, printable, rate } from './units.mjs';

const HEAD = ['operation', 'count', 'rate', 'mean', 'p50', 'p95', 'p99', 'max', 'errors'];

/** The table, then what was left out, what failed, what was kept, the memory, and what measuring cost. */
export function report({ snapshot, run, kept, memory, cost }) {
	return [
		`\nFile tools over ${printable(run.folder)}\n\n`,
		table(
			HEAD,
			OPERATIONS.map(({ name }) => row(name, snapshot.operations[name])),
		),
		'\n',
		...notes(run),
		keptText(kept),
		memoryText(memory),
		costText(cost),
		honesty(snapshot),
	].join('');
}

/** What is said instead when there was no file to work on. */
export function emptyNotice(run) {
	const skipped = leftOut(run);
	const but = skipped.length > 0 ? ` (left out: ${skipped.join('; ')})` : '';
	if (run.interrupted) return `Interrupted before the first file of ${printable(run.folder)}.\n`;
	return `${printable(run.folder)} is empty: no file to work on${but}.\n`;
}

function row(name, operation) {
	if (operation === undefined) return [name, '0', ...Array(6).fill('–'), '0'];
	const { count, mean, p50, p95, p99, max, errors } = operation;
	return [name, integer(count), rate(operation.rate), ...[mean, p50, p95, p99, max].map(duration), integer(errors)];
}

function notes(run) {
	const lines = [];
	const skipped = leftOut(run);
	if (skipped.length > 0) lines.push(`Left out: ${skipped.join('; ')}.\n`);
	if (run.packedBytes > 0)
		lines.push(
			`Found ${plural(run.matches, 'definition')}; packed ${bytes(run.bytes)} into ${bytes(run.packedBytes)}.\n`,
		);
	for (const { tool, path, reason } of run.failures) lines.push(`Failed: ${tool} ${path}: ${reason}\n`);
	const more = run.failed - run.failures.length;
	if (more > 0) lines.push(`… and ${plural(more, 'more failure')}, all counted above.\n`);
	return lines;
}

function leftOut(run) {
	const parts = Object.entries(run.skipped).map(([name, times]) =>
		times === 1 ? name : `${integer(times)} × ${name}`,
	);
	const folders = parts.length > 0 ? [`folders ${parts.join(', ')}`] : [];
	if (run.tooLarge > 0) folders.push(`${plural(run.tooLarge, 'file')} over ${bytes(FILE_LIMIT)}`);
	if (run.linkedFolders > 0) folders.push(`${plural(run.linkedFolders, 'link')} to folders`);
	if (run.special > 0) folders.push(`${plural(run.special, 'pipe, socket or device', 'pipes, sockets or devices')}`);
	return folders;
}

function memoryText(memory) {
	return `Process memory: ${bytes(memory.rss)} resident (at most ${bytes(memory.maxRss)}), ${bytes(memory.heapUsed)} JavaScript heap, ${bytes(memory.external)} buffers\n`;
}

function costText(cost) {
	const form = cost.engine === 'wasm' ? 'The WebAssembly module' : 'The JavaScript form';
	const loaded =
		cost.loadMs === null ? `${form} was loaded meanwhile` : `${form} was loaded in ${duration(cost.loadMs)}`;
	const size = cost.moduleBytes === null ? '' : ` and has ${bytes(cost.moduleBytes)} of memory`;
	return [
		`Measuring cost: ${plural(cost.records, 'record')} × ${duration(cost.perRecordMs)} = ${duration(cost.totalMs)}, ${percent(cost.share)} of ${elapsed(cost.wallMs)}\n`,
		'  (timed just now: the same calls around empty functions, less the bare calls)\n',
		`  ${loaded}${size}\n`,
	].join('');
}

/** Said only when there is something to say. */
function honesty({ dropped, rejected }) {
	if (dropped === 0 && rejected === 0) return '';
	return `Not in the table: ${plural(dropped, 'record')} dropped, ${integer(rejected)} rejected\n`;
}
