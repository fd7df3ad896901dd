#!/usr/bin/env node
// The main job: the file tools of a coding agent run over a folder, and every call is measured.

import { writeFile } from 'node:fs/promises';
import { load, status, WasmPerformanceMonitor } from '@code-mesh/perf';
import { HELP, parseArguments, UsageError } from './arguments.mjs';
import { countRecords, measureCost } from './cost.mjs';
import { checkFolder, checkOutput } from './preflight.mjs';
import { Progress } from './progress.mjs';
import { emptyNotice, report } from './report.mjs';
import { runTools } from './run.mjs';
import { Toolbox } from './toolbox.mjs';

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 2;
}

/** Does the whole job and gives the exit status. */
async function main(args) {
	const options = parseArguments(args);
	if (options.help) {
		await print(HELP);
		return 0;
	}
	await checkFolder(options.folder);
	await checkOutput(options.jsonFile);

	const stop = stopOnInterrupt();
	const progress = new Progress(process.stderr);
	const monitor = new WasmPerformanceMonitor();
	progress.begin(options.folder);
	const toolbox = new Toolbox(monitor);
	const run = await runTools(options.folder, toolbox, { progress, stop });
	progress.finish(run);

	// The module is loaded only now, when somebody looks at the numbers, unless thousands of records waited before or a
	// cache was full and had to decide what goes.
	const loadMs = status().engine === 'none' ? await timed(load) : null;
	const snapshot = monitor.snapshot();
	// As they were at the end of the work; of the buffers also whether all of them came back.
	const kept = await toolbox.finish();
	const memory = { ...process.memoryUsage(), maxRss: process.resourceUsage().maxRSS * 1024 };
	const { engine, memoryBytes: moduleBytes = null } = status();
	const cost = { ...(await measureCost(run, countRecords(snapshot))), loadMs, engine, moduleBytes };
	const result = { snapshot, run, kept, memory, cost };

	const json = JSON.stringify({ ...snapshot, run, ...kept, memory, cost }, null, 2);
	if (options.jsonFile) await save(options.jsonFile, `${json}\n`);
	if (options.json && !options.jsonFile) await print(`${json}\n`);
	else if (run.files === 0) await print(emptyNotice(run));
	else await print(report(result));
	if (options.json && !options.jsonFile && run.files === 0) process.stderr.write(emptyNotice(run));
	return run.interrupted ? 130 : 0;
}

/** Ctrl-C ends the walk after the file at hand, so that what was measured is still shown; a second one ends the process. */
function stopOnInterrupt() {
	const controller = new AbortController();
	process.once('SIGINT', () => controller.abort());
	return controller.signal;
}

async function timed(work) {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

async function save(file, text) {
	try {
		await writeFile(file, text);
	} catch (error) {
		throw new UsageError(`Cannot write ${file}: ${error.message}`);
	}
}

/** Writes to standard output and waits for it; a reader that went away (`… | head -1`) is not an error. */
function print(text) {
	return new Promise((resolve, reject) => {
		const finish = (error) => (error && error.code !== 'EPIPE' ? reject(error) : resolve());
		process.stdout.once('error', finish);
		process.stdout.write(text, finish);
	});
}
