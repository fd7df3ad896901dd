/** One process of the benchmark: is sent cells one by one, and sends back what they gave. */
import { replay } from './ours.mjs';
import { OWN_TRACES } from './own-traces.mjs';
import { REFERENCES } from './references/index.mjs';
import { numbered, readTrace } from './traces.mjs';

/** Cells of one trace mostly follow one another, so that it is read once. */
let last;

process.on('message', async ({ trace, size }) => {
	try {
		process.send({ cell: await measure(trace, size) });
	} catch (error) {
		process.send({ failure: `${trace.name} at ${size} entries: ${error.stack}` });
	}
});

async function measure({ name, file }, size) {
	if (last?.name !== name) {
		const keys = file === undefined ? OWN_TRACES[name]() : readTrace(file);
		last = { name, keys, ...numbered(keys) };
	}
	const { keys, ids, distinct } = last;
	const percent = (hits) => Number(((100 * hits) / keys.length).toFixed(4));
	const { hits, policy } = await replay(keys, size);
	const references = Object.entries(REFERENCES).map(([id, policyOf]) => [id, percent(policyOf(ids, distinct, size))]);
	return { trace: name, size, ours: percent(hits), references: Object.fromEntries(references), policy };
}
