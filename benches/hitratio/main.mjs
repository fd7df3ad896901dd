/** `npm run bench:hitratio`: how often the cache has what it is asked for, beside other policies. Status 0 when it measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs, UsageError } from './args.mjs';
import { OWN_TRACES } from './own-traces.mjs';
import { measureAll } from './processes.mjs';
import { progressOf } from './progress.mjs';
import { summarise } from './summary.mjs';
import { renderTable } from './table.mjs';
import { readTrace, tracesIn } from './traces.mjs';

try {
	await main(parseArgs(process.argv.slice(2)));
} catch (error) {
	process.stderr.write(`bench:hitratio: ${error.message}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main({ folder, sizes, json }) {
	const traces = folder === undefined ? ownTraces() : tracesIn(folder);
	// Every file is read before the first is measured: what is damaged is told of now and not in ten minutes.
	const requests = traces.map(({ name, file }) => (file === undefined ? OWN_TRACES[name]() : readTrace(file)).length);
	const cells = traces.flatMap((trace) => sizes.map((size) => ({ trace, size })));
	const progress = progressOf(cells.map((_, index) => requests[Math.floor(index / sizes.length)]));
	const measured = await measureAll(cells, (index) => {
		progress.done(index, `${cells[index].trace.name} at ${cells[index].size}`);
	});
	progress.end();
	report(json, {
		environment: describe(measured),
		summary: summarise(measured),
		cells: measured.map(({ trace, size, ours, references }) => ({ trace, size, ours, references })),
	});
}

function ownTraces() {
	process.stderr.write('bench:hitratio: no folder of traces was named, so generated ones are measured\n');
	return Object.keys(OWN_TRACES).map((name) => ({ name }));
}

function describe(measured) {
	return {
		node: process.version,
		platform: `${os.platform()} ${os.arch()}`,
		date: new Date().toISOString(),
		package: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
		policies: [...new Set(measured.map(({ policy }) => policy))].sort(),
	};
}

function report(json, result) {
	const text = `${JSON.stringify(result, null, 2)}\n`;
	process.stdout.write(json === '-' ? text : `${renderTable(result)}\n`);
	if (json !== undefined && json !== '-') {
		writeFileSync(json, text);
		process.stderr.write(`bench:hitratio: wrote ${json}\n`);
	}
}
