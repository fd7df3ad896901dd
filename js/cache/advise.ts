import type { Policy } from './policy.js';
import type { Advice } from './stats.js';

/** Numbers in a row of what the module says. */
const COLUMNS = 4;

/** What the miniatures of the policy say about other sizes. */
export function advise(policy: Policy): Advice[] {
	const numbers = policy._advise?.() ?? new Float64Array(0);
	return Array.from({ length: numbers.length / COLUMNS }, (_, row) => {
		const [entries, lru, hitRatio, standardError] = numbers.subarray(row * COLUMNS) as unknown as number[];
		return {
			entries: entries as number,
			policy: lru ? 'lru' : 'w-tinylfu',
			hitRatio: hitRatio as number,
			standardError: standardError as number,
		};
	});
}
