/**
 * Memory of an entry among 500,000, beyond its key and value, which are there before. Ours is the JavaScript heap, typed
 * arrays and the growth of the module's memory together. As all peers it has no times here; with them see `details`.
 */
import { MultiLevelCache } from '@code-mesh/perf';
import { LRUCache } from 'lru-cache';
import { LRUMap } from 'mnemonist';
import QuickLRU from 'quick-lru';
import { keysOf, TTL } from '../our-caches.mjs';
import { ready } from '../ours.mjs';
import { atMost } from '../result.mjs';
import { memoriesOf } from '../wasm-memory.mjs';

const GOAL = 72;
const ENTRIES = { full: 500_000, quick: 50_000 };

export const unit = 'bytes';
export const goal = `<= ${GOAL} bytes`;

export async function measure({ plan, engine, progress }) {
	const moduleBytes = await memoriesOf(() => ready(engine));
	const entries = plan.rounds > 100 ? ENTRIES.full : ENTRIES.quick;
	const keys = keysOf(entries);
	const values = keys.map(() => ({}));
	const held = [];
	const grown = (make) => {
		const before = bytes(moduleBytes);
		const cache = make();
		for (let i = 0; i < entries; i += 1) cache.set(keys[i], values[i]);
		if (cache.size !== entries) throw new Error(`${cache.constructor.name} holds ${cache.size} of ${entries}`);
		held.push(cache);
		progress(held.length / 7);
		return (bytes(moduleBytes) - before) / entries;
	};
	const ours = grown(() => new MultiLevelCache({ l1Size: entries }));
	const withTtl = grown(() => new MultiLevelCache({ l1Size: entries, ttl: TTL }));
	for (const cache of held.splice(0)) cache.dispose();
	const peers = {
		Map: grown(() => new Map()),
		'lru-cache': grown(() => new LRUCache({ max: entries })),
		'quick-lru': grown(() => new QuickLRU({ maxSize: entries })),
		'mnemonist LRUMap': grown(() => new LRUMap(entries)),
	};
	const lruTtl = grown(() => new LRUCache({ max: entries, ttl: TTL }));
	const ratios = Object.entries(peers).map(([name, theirs]) => {
		const ratio = ours / theirs;
		return [name, { median: ratio, low: ratio, high: ratio }];
	});
	return {
		ours,
		spread: { low: ours, high: ours },
		peers,
		ratios: Object.fromEntries(ratios),
		checks: [atMost('ours', ours, GOAL)],
		details: { entries, withTtl, 'lru-cache with ttl': lruTtl },
	};
}

function bytes(moduleBytes) {
	globalThis.gc();
	globalThis.gc();
	const { heapUsed, external } = process.memoryUsage();
	// Node counts the memory of modules among what is external, or not, by version: it is taken out and added once.
	const module = moduleBytes();
	return heapUsed + external + (isCounted() ? 0 : module);
}

let counted;

/** Whether Node counts the memory of WebAssembly as external. */
function isCounted() {
	if (counted === undefined) {
		const before = process.memoryUsage().external;
		const memory = new WebAssembly.Memory({ initial: 160 });
		counted = process.memoryUsage().external - before >= memory.buffer.byteLength;
	}
	return counted;
}
