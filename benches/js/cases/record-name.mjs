/** One duration recorded by name, over sixteen names in turn, against the same sixteen by bound handle. */
import { latencies, VALUES } from '../data.mjs';
import { interleave } from '../harness.mjs';
import { monitorOf, ready, recordByHandle, recordByName, verify } from '../ours.mjs';
import { recordByName as recordOtel } from '../peers/otel.mjs';
import { observeByName } from '../peers/prom.mjs';
import { atMost, compare } from '../result.mjs';

const BY_HANDLE = 'ours by handle';

export const unit = 'ns';
export const goal = '<= 2 x by handle';

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const milliseconds = latencies(VALUES);
	const names = Array.from({ length: 16 }, (_, index) => `operation_${index}`);
	const named = monitorOf();
	const bound = monitorOf();
	const byName = recordByName(named, milliseconds, names);
	const byHandle = { ...recordByHandle(bound, milliseconds, names), name: BY_HANDLE };
	const contenders = [byName, byHandle];
	if (engine === 'wasm') contenders.push(observeByName(milliseconds, names), recordOtel(milliseconds, names));
	const result = compare(await interleave(contenders, plan, progress));
	verify(named, names, byName.recorded);
	return { ...result, checks: [atMost('ratio to by handle', result.ratios[BY_HANDLE].median, 2)] };
}
