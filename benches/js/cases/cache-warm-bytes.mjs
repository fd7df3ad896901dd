/** Memory of an entry in the second level, which holds bodies of JSON, beside lru-cache with the same objects. */
import { MultiLevelCache } from '@code-mesh/perf';
import { LRUCache } from 'lru-cache';
import { generator } from '../data.mjs';
import { summarise } from '../harness.mjs';
import { ready } from '../ours.mjs';
import { atMost } from '../result.mjs';

const PEER = 'lru-cache';

export const unit = 'bytes';
export const goal = `<= 0.5 x ${PEER} with the same objects`;

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const { groups, seriesPerGroup } = plan.memory;
	const ours = [];
	const theirs = [];
	// Held until the end, so that what one of them frees is not taken for a saving of the other.
	const held = [];
	for (let group = 0; group < groups; group += 1) {
		const texts = Array.from({ length: seriesPerGroup }, (_, index) => body(group * seriesPerGroup + index));
		const cache = new MultiLevelCache({ l1Size: 1, l2Size: seriesPerGroup });
		const peer = new LRUCache({ max: seriesPerGroup + 1 });
		held.push(cache, peer);
		ours.push(grown(cache, texts));
		theirs.push(grown(peer, texts));
		texts.forEach((text, index) => {
			if (JSON.stringify(cache.get(index)) !== text) throw new Error(`entry ${index} is another one`);
		});
		progress((group + 1) / groups);
	}
	const spread = summarise(ours);
	const ratio = summarise(ours.map((bytes, group) => bytes / theirs[group]));
	return {
		ours: spread.median,
		spread: { low: spread.low, high: spread.high },
		peers: { [PEER]: summarise(theirs).median },
		ratios: { [PEER]: ratio },
		checks: [atMost(`ratio to ${PEER}`, ratio.median, 0.5)],
		details: { jsonBytes: body(0).length },
	};
}

/** Bytes that an entry takes. */
function grown(cache, texts) {
	const before = heapBytes();
	texts.forEach((text, index) => {
		cache.set(index, JSON.parse(text));
	});
	return (heapBytes() - before) / texts.length;
}

function heapBytes() {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

/** The answer of a service as they are: a page of records with names, numbers and texts, some 4 kB of JSON. */
function body(seed) {
	const random = generator(seed + 1);
	const words = ['error', 'request', 'token', 'cache', 'stream', 'retry', 'batch', 'model', 'client', 'latency'];
	const text = (count) => Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
	const items = Array.from({ length: 20 }, (_, index) => ({
		id: Math.floor(random() * 1e9).toString(36),
		name: text(3),
		created: 1_700_000_000 + Math.floor(random() * 1e7),
		score: Math.round(random() * 1e6) / 1e6,
		active: random() < 0.5,
		tags: [text(1), text(1)],
		owner: { id: index, login: text(1), url: `https://example.com/users/${index}` },
	}));
	return JSON.stringify({ page: seed, total: 20, items });
}
