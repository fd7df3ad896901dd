import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds, and fails when it does not within `limit` ms. */
export async function until(condition, limit = 20_000) {
	const end = performance.now() + limit;
	while (!condition()) {
		if (performance.now() > end) throw new Error(`never came true: ${condition}`);
		await sleep(1);
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
