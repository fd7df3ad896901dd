/** Import, one recording, one collection. */
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

class ManualReader extends MetricReader {
	async onForceFlush() {}
	async onShutdown() {}
}

const reader = new ManualReader();
const provider = new MeterProvider({ readers: [reader] });
provider.getMeter('cold').createHistogram('cold').record(5);
const { resourceMetrics } = await reader.collect();
if (resourceMetrics.scopeMetrics.length !== 1) throw new Error('the first recording is missing');
