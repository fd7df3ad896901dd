/** One duration recorded through a bound handle, rings and drains into the engine included. */
import { inNanoseconds, latencies, VALUES } from '../data.mjs';
import { interleave } from '../harness.mjs';
import { monitorOf, ready, recordByHandle, verify } from '../ours.mjs';
import { recordSketch } from '../peers/ddsketch.mjs';
import { recordJs, recordWasm, wasmReady } from '../peers/hdr.mjs';
import { NODE_HISTOGRAM, recordNode } from '../peers/node-histogram.mjs';
import { recordPlain } from '../peers/otel.mjs';
import { observe, observeBound } from '../peers/prom.mjs';
import { atMost, compare } from '../result.mjs';

export const unit = 'ns';
export const goal = `<= 15 ns and <= 0.5 x ${NODE_HISTOGRAM}`;

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const milliseconds = latencies(VALUES);
	const nanoseconds = inNanoseconds(milliseconds);
	const monitor = monitorOf();
	const ours = recordByHandle(monitor, milliseconds, ['bench']);
	const contenders = [ours, recordNode(nanoseconds), recordSketch(milliseconds)];
	if (engine === 'wasm') {
		await wasmReady();
		contenders.push(recordWasm(nanoseconds), recordJs(nanoseconds), recordPlain(milliseconds));
		contenders.push(observe(milliseconds), observeBound(milliseconds));
	}
	const result = compare(await interleave(contenders, plan, progress));
	verify(monitor, ['bench'], ours.recorded);
	return {
		...result,
		checks: [
			atMost('ours', result.ours, 15),
			atMost(`ratio to ${NODE_HISTOGRAM}`, result.ratios[NODE_HISTOGRAM].median, 0.5),
		],
	};
}
