/** Node's own HDR histogram, written in C and called through its binding. It takes whole numbers: nanoseconds. */
import { createHistogram } from 'node:perf_hooks';
import { VALUES } from '../data.mjs';

/** The name under which goals refer to this peer. */
export const NODE_HISTOGRAM = 'node createHistogram';

/** Records nanoseconds into one histogram. */
export function recordNode(nanoseconds) {
	const histogram = createHistogram();
	return {
		name: NODE_HISTOGRAM,
		run(n) {
			for (let i = 0; i < n; i += 1) histogram.record(nanoseconds[i & (VALUES - 1)]);
			return histogram.count;
		},
	};
}
