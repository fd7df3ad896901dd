/** OpenTelemetry's metrics SDK: its default explicit buckets for recording, read by a reader that nobody polls. */
import api from '@opentelemetry/api';
import { AggregationType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { VALUES } from '../data.mjs';

/** A reader that only collects when asked: the SDK drops what is recorded when there is no reader at all. */
class ManualReader extends MetricReader {
	async onForceFlush() {}
	async onShutdown() {}
}

function makeHistogram(views = []) {
	const reader = new ManualReader();
	const provider = new MeterProvider({ readers: [reader], views });
	const histogram = provider.getMeter('bench').createHistogram('bench', { unit: 'ms' });
	return { reader, histogram };
}

/** Records without attributes. */
export function recordPlain(milliseconds) {
	const { histogram } = makeHistogram();
	return {
		name: '@opentelemetry/sdk-metrics',
		run(n) {
			for (let i = 0; i < n; i += 1) histogram.record(milliseconds[i & (VALUES - 1)]);
			return n;
		},
	};
}

/** Records with one attribute whose value names the operation. */
export function recordByName(milliseconds, names) {
	const { histogram } = makeHistogram();
	const attributes = names.map((operation) => ({ operation }));
	return {
		name: '@opentelemetry/sdk-metrics attribute',
		run(n) {
			const mask = attributes.length - 1;
			for (let i = 0; i < n; i += 1) histogram.record(milliseconds[i & (VALUES - 1)], attributes[i & mask]);
			return n;
		},
	};
}

/** Records on the API without an SDK behind it: OpenTelemetry's "disabled". */
export function recordNoop(milliseconds) {
	const histogram = api.metrics.getMeter('bench').createHistogram('bench');
	return {
		name: '@opentelemetry/api no-op',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const value = milliseconds[i & (VALUES - 1)];
				histogram.record(value);
				total += value;
			}
			return total;
		},
	};
}

/**
 * Collects a hundred attribute sets. `exponential` asks for the SDK's exponential histogram (160 buckets), the nearest to
 * what this package keeps; otherwise the fifteen explicit buckets of the default view.
 */
export function collect(milliseconds, names, { exponential = false } = {}) {
	const view = { instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } };
	const { reader, histogram } = makeHistogram(exponential ? [view] : []);
	for (const operation of names) {
		const attributes = { operation };
		for (let i = 0; i < 10_000; i += 1) histogram.record(milliseconds[i & (VALUES - 1)], attributes);
	}
	return {
		name: exponential ? '@opentelemetry/sdk-metrics collect exponential' : '@opentelemetry/sdk-metrics collect',
		async run(n) {
			let seen = 0;
			for (let i = 0; i < n; i += 1) {
				histogram.record(5, { operation: names[i % names.length] });
				seen += (await reader.collect()).resourceMetrics.scopeMetrics.length;
			}
			return seen;
		},
	};
}
