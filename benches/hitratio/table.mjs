/** The result as text for a terminal. */
import { bestOf } from './summary.mjs';

const HEAD = ['trace', 'size', 'ours', 'LRU', 'SIEVE', 'S3-FIFO', 'W-TinyLFU 1 %', 'ours - best', 'ours - LRU'];

/** One row for each cell, the best of it marked by a star, and a line that sums up. */
export function renderTable({ environment, summary, cells }) {
	const rows = [HEAD, ...cells.map(rowOf)];
	const { nearBest, nearBestPercent, leastOverLru } = summary;
	return (
		`Hit ratio in percent; * is the best of the row.\n\n${align(rows)}\n\n` +
		`${nearBest} of ${cells.length} cells (${nearBestPercent} %) at most 2 points under the best of the others; ` +
		`the least of ours - LRU is ${signed(leastOverLru)} points.\n` +
		`Policy in force: ${environment.policies.join(', ')}. Node ${environment.node}, ${environment.date.slice(0, 10)}.`
	);
}

function rowOf(cell) {
	const { trace, size, ours, references } = cell;
	const best = bestOf(cell);
	const top = Math.max(ours, best);
	const shown = [ours, references.LRU, references.SIEVE, references.S3FIFO, references.WTinyLFU].map(
		(ratio) => `${ratio.toFixed(2)}${ratio === top ? '*' : ' '}`,
	);
	return [trace, String(size), ...shown, signed(ours - best), signed(ours - references.LRU)];
}

function signed(points) {
	const text = points.toFixed(2);
	return points > 0 ? `+${text}` : text;
}

/** The first column to the left, numbers to the right. */
function align(rows) {
	const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const cellOf = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
	return rows.map((row) => row.map(cellOf).join('  ').trimEnd()).join('\n');
}
