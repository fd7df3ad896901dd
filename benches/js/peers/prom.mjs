/** prom-client with its default eleven buckets, each contender on a registry of its own. */
import { Histogram, Registry } from 'prom-client';
import { VALUES } from '../data.mjs';

function makeHistogram(labelNames = []) {
	const registry = new Registry();
	const histogram = new Histogram({ name: 'bench_seconds', help: 'bench', labelNames, registers: [registry] });
	return { registry, histogram };
}

/** Observes seconds on a histogram without labels. */
export function observe(milliseconds) {
	const { histogram } = makeHistogram();
	return {
		name: 'prom-client observe',
		run(n) {
			for (let i = 0; i < n; i += 1) histogram.observe(milliseconds[i & (VALUES - 1)] * 1e-3);
			return n;
		},
	};
}

/** Observes through a child that was bound to its labels once: prom-client's fast path with labels. */
export function observeBound(milliseconds) {
	const child = makeHistogram(['tool']).histogram.labels('read');
	return {
		name: 'prom-client bound labels',
		run(n) {
			for (let i = 0; i < n; i += 1) child.observe(milliseconds[i & (VALUES - 1)] * 1e-3);
			return n;
		},
	};
}

/** Observes by label value, which is prom-client's way to say "by name". */
export function observeByName(milliseconds, names) {
	const { histogram } = makeHistogram(['operation']);
	const labels = names.map((operation) => ({ operation }));
	return {
		name: 'prom-client observe by label',
		run(n) {
			const mask = labels.length - 1;
			for (let i = 0; i < n; i += 1) histogram.observe(labels[i & mask], milliseconds[i & (VALUES - 1)] * 1e-3);
			return n;
		},
	};
}

/** Starts and ends prom-client's own timer. */
export function timerPair() {
	const { histogram } = makeHistogram();
	return {
		name: 'prom-client startTimer',
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) total += histogram.startTimer()();
			return total;
		},
	};
}

/** Collects one histogram of a hundred label values as JSON; one observation before each, so that nothing is cached. */
export function collectJson(milliseconds, names) {
	const { registry, histogram } = makeHistogram(['operation']);
	for (const operation of names) {
		const child = histogram.labels(operation);
		for (let i = 0; i < 10_000; i += 1) child.observe(milliseconds[i & (VALUES - 1)] * 1e-3);
	}
	return {
		name: 'prom-client getMetricsAsJSON',
		async run(n) {
			let seen = 0;
			for (let i = 0; i < n; i += 1) {
				histogram.observe({ operation: names[i % names.length] }, 0.005);
				seen += (await registry.getMetricsAsJSON()).length;
			}
			return seen;
		},
	};
}
