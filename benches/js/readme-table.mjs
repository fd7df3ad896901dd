/**
 * Puts the figures of a JSON result into the README, between its two markers: `node benches/js/readme-table.mjs RESULT.json
 * [README.md]`. The table is generated so that nobody can polish it by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderMarkdown } from './table.mjs';

const START = '<!-- bench:start -->';
const END = '<!-- bench:end -->';

/** The text with what stands between the markers replaced by the table of `report`. */
export function replaceTable(text, report) {
	const start = text.indexOf(START);
	const end = text.indexOf(END);
	if (start < 0 || end < start) {
		throw new Error(`expected the lines ${START} and ${END} in this order, found ${start < 0 ? 'no start' : 'no end'}`);
	}
	return `${text.slice(0, start + START.length)}\n${renderMarkdown(report)}\n${text.slice(end)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [result, readme = 'README.md'] = process.argv.slice(2);
	if (result === undefined) {
		process.stderr.write('usage: node benches/js/readme-table.mjs RESULT.json [README.md]\n');
		process.exitCode = 2;
	} else {
		writeFileSync(readme, replaceTable(readFileSync(readme, 'utf8'), JSON.parse(readFileSync(result, 'utf8'))));
	}
}
