/** The cache under test, imported by its name as a user would: nothing else of this benchmark knows it. */
import { load, MultiLevelCache } from '@code-mesh/perf';

/** A program gives way to others now and then, and the cache does what it put off. */
const REQUESTS_PER_TURN = 256;

/**
 * Replays a trace through the cache as it is shipped, its levels holding `size` entries together:
 * `{ hits, policy }`, where `policy` is the one in force at the end.
 */
export async function replay(keys, size) {
	await load();
	const l2Size = Math.floor(size / 2);
	const cache = new MultiLevelCache({ l1Size: size - l2Size, l2Size });
	let hits = 0;
	for (let start = 0; start < keys.length; start += REQUESTS_PER_TURN) {
		const end = Math.min(keys.length, start + REQUESTS_PER_TURN);
		for (let i = start; i < end; i += 1) {
			const key = keys[i];
			if (cache.get(key) === undefined) cache.set(key, true);
			else hits += 1;
		}
		await new Promise(setImmediate);
	}
	return { hits, policy: cache.stats().policy };
}
