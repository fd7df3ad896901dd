/** The floor of any timer: two reads of the clock and nothing else. */

/** The name under which goals refer to this peer. */
export const TWO_CLOCK_READS = 'two performance.now()';

/** Reads the clock twice per operation. */
export function twoClockReads() {
	return {
		name: TWO_CLOCK_READS,
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const start = performance.now();
				total += performance.now() - start;
			}
			return total;
		},
	};
}
