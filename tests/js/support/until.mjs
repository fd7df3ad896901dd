import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition`, which may be a promise, holds; fails when it does not within `limit` ms. */
export async function until(condition, limit = 60_000) {
	const end = performance.now() + limit;
	while (!(await condition())) {
		if (performance.now() > end) throw new Error(`never came true: ${condition}`);
		// A timer and not an immediate: what is waited for may need the processor.
		await sleep(2);
	}
}

/** The code of a `PerfError`, or the name of another error; 'none' when nothing is thrown or rejected. */
export async function codeOf(work) {
	try {
		await work();
		return 'none';
	} catch (error) {
		return error.code ?? error.name;
	}
}
