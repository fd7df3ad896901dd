/**
 * What a disabled monitor costs: the same loop with and without the call, subtracted round by round. `ours` is the most
 * expensive of the calls, so that none hides behind a cheaper one; a timer pair is two calls and is halved.
 */
import { latencies, VALUES } from '../data.mjs';
import { interleave, ratioOf, summarise } from '../harness.mjs';
import { monitorOf } from '../ours.mjs';
import { recordNoop } from '../peers/otel.mjs';
import { atMost } from '../result.mjs';

export const unit = 'ns';
export const goal = '<= 2 ns a call';

export async function measure({ plan, progress }) {
	const milliseconds = latencies(VALUES);
	const monitor = monitorOf({ enabled: false });
	const operation = monitor.operation('disabled');
	const contenders = [
		emptyLoop(milliseconds),
		byHandle(operation, milliseconds),
		byName(monitor, milliseconds),
		pair(monitor, milliseconds),
		recordNoop(milliseconds),
	];
	const times = await interleave(contenders, plan, progress);
	const empty = times['empty loop'];
	const cost = (name, calls) => times[name].map((time, round) => Math.max(0, time - empty[round]) / calls);
	const costs = { handle: cost('handle', 1), name: cost('name', 1), timerPair: cost('timer pair', 2) };
	const calls = Object.fromEntries(Object.entries(costs).map(([name, each]) => [name, summarise(each)]));
	const worst = Object.keys(calls).reduce((a, b) => (calls[b].median > calls[a].median ? b : a));
	const noop = cost('@opentelemetry/api no-op', 1);
	const ours = calls[worst];
	return {
		ours: ours.median,
		spread: { low: ours.low, high: ours.high },
		peers: { 'empty loop': summarise(empty).median, '@opentelemetry/api no-op': summarise(noop).median },
		// A ratio of two differences near zero says nothing, so these are of whole loops, the work of the loop included.
		ratios: {
			'empty loop': ratioOf(times[lane(worst)], empty),
			'@opentelemetry/api no-op': ratioOf(times[lane(worst)], times['@opentelemetry/api no-op']),
		},
		checks: [atMost('ours', ours.median, 2)],
		details: { calls, worst },
	};
}

function lane(call) {
	return call === 'timerPair' ? 'timer pair' : call;
}

function emptyLoop(milliseconds) {
	return {
		name: 'empty loop',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) total += milliseconds[i & (VALUES - 1)];
			return total;
		},
	};
}

function byHandle(operation, milliseconds) {
	return {
		name: 'handle',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const value = milliseconds[i & (VALUES - 1)];
				operation.record(value);
				total += value;
			}
			return total;
		},
	};
}

function byName(monitor, milliseconds) {
	return {
		name: 'name',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const value = milliseconds[i & (VALUES - 1)];
				monitor.record('disabled', value);
				total += value;
			}
			return total;
		},
	};
}

function pair(monitor, milliseconds) {
	return {
		name: 'timer pair',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const timer = monitor.startTimer('disabled');
				total += milliseconds[i & (VALUES - 1)];
				monitor.endTimer('disabled', timer);
			}
			return total;
		},
	};
}
