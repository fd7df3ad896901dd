/** One snapshot of a hundred operations that hold 10,000 latencies each; one new record before it, so that none is cached. */
import { latencies, VALUES } from '../data.mjs';
import { interleave } from '../harness.mjs';
import { monitorOf, ready, verify } from '../ours.mjs';
import { collect } from '../peers/otel.mjs';
import { collectJson } from '../peers/prom.mjs';
import { atMost, compare } from '../result.mjs';

const PER_OPERATION = 10_000;

export const unit = 'ms';
export const goal = '<= 0.2 ms';

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const milliseconds = latencies(VALUES);
	const names = Array.from({ length: 100 }, (_, index) => `operation_${index}`);
	const monitor = monitorOf();
	const ours = snapshots(monitor, milliseconds, names);
	const contenders = [ours, collectJson(milliseconds, names)];
	if (engine === 'wasm') {
		contenders.push(collect(milliseconds, names), collect(milliseconds, names, { exponential: true }));
	}
	const result = compare(await interleave(contenders, plan, progress), 1e-6);
	verify(monitor, names, ours.recorded);
	return { ...result, checks: [atMost('ours', result.ours, 0.2)] };
}

function snapshots(monitor, milliseconds, names) {
	const operations = names.map((name) => monitor.operation(name));
	const contender = {
		name: 'ours',
		recorded: names.length * PER_OPERATION,
		run(n) {
			let seen = 0;
			for (let i = 0; i < n; i += 1) {
				operations[i % operations.length].record(5);
				seen += monitor.snapshot().operations.operation_0.count;
			}
			contender.recorded += n;
			return seen;
		},
	};
	for (const operation of operations) {
		for (let i = 0; i < PER_OPERATION; i += 1) operation.record(milliseconds[i & (VALUES - 1)]);
	}
	return contender;
}
