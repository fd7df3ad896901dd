/** `npm run bench`: measures the cases against their peers and reports. Ends with status 0 whenever it measured. */
import { fork } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, UsageError } from './args.mjs';
import { CASES } from './cases/index.mjs';
import { describeEnvironment } from './environment.mjs';
import { reporter } from './progress.mjs';
import { renderTable } from './table.mjs';

const RUNNER = fileURLToPath(new URL('./run-case.mjs', import.meta.url));

try {
	await main(parseArgs(process.argv.slice(2)));
} catch (error) {
	process.stderr.write(`bench: ${error.message}\n`);
	process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main({ ids, plan, json }) {
	if (!existsSync(new URL('../../dist', import.meta.url))) {
		throw new Error('dist/ does not exist, so there is nothing to measure: run scripts/build first');
	}
	const steps = ids.flatMap((id) => stepsOf(id, plan));
	const progress = reporter(steps);
	const environment = describeEnvironment();
	const cases = [];
	for (const [index, step] of steps.entries()) {
		progress.at(index, 0);
		const result = await runCase(step, plan, (done) => progress.at(index, done));
		if (step.form === undefined) cases.push(result);
		else cases.at(-1).forms = { [step.form]: pick(result) };
	}
	progress.end();
	const report = { environment, plan, cases };
	if (json === '-') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
	else process.stdout.write(`${renderTable(report)}\n`);
	if (json !== undefined && json !== '-') {
		writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
		process.stderr.write(`bench: wrote ${json}\n`);
	}
}

/** A case with a JavaScript form is measured twice, the second time with that form of the core. */
function stepsOf(id, plan) {
	const { seconds, quickSeconds, javascriptShare } = CASES.find((each) => each.id === id);
	const expected = plan === 'quick' ? quickSeconds : seconds;
	const steps = [{ id, label: id, engine: 'wasm', seconds: expected }];
	if (javascriptShare !== undefined) {
		const label = `${id}, JavaScript form`;
		steps.push({ id, label, engine: 'js', form: 'javascript', seconds: expected * javascriptShare });
	}
	return steps;
}

function runCase({ id, engine }, plan, onProgress) {
	return new Promise((resolve, reject) => {
		const child = fork(RUNNER, [id, plan, engine], { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] });
		let result;
		child.on('message', (message) => {
			if (message.result) result = message.result;
			else onProgress(message.done);
		});
		child.on('error', reject);
		child.on('exit', (code, signal) => {
			if (result) resolve(result);
			else reject(new Error(`${id} (${engine}) ended without a result: ${signal ?? `status ${code}`}`));
		});
	});
}

function pick({ ours, spread, peers, ratios, checks }) {
	return { ours, spread, peers, ratios, checks };
}
