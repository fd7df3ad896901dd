/**
 * Runs contenders side by side: many short rounds, each round giving every contender one batch, so that a slow second of
 * the machine falls on all of them. A ratio is taken within a round and only then summarised; that is what makes ratios
 * trustworthy on a machine where the absolute figures are not.
 */

let sink = 0;

/** Takes a result so that the compiler cannot prove the work behind it useless and drop it. */
export function consume(value) {
	sink += value;
	if (sink > 1e300) sink = 0;
	return sink;
}

/** The q-quantile of numbers by nearest rank: always a number that was really measured. */
export function quantileOf(numbers, q) {
	const sorted = Float64Array.from(numbers).sort();
	return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))];
}

/** Median with the spread from the 10th to the 90th percentile. */
export function summarise(numbers) {
	return { median: quantileOf(numbers, 0.5), low: quantileOf(numbers, 0.1), high: quantileOf(numbers, 0.9) };
}

/**
 * Measures contenders `{ name, run(n) }` where `run` does the work n times and returns a number (or a promise of one).
 * `plan` is `{ rounds, batchMs, warmMs }`. Returns `{ [name]: { times: number[] } }`, times in nanoseconds per operation,
 * one for each round, index by index from the same round.
 */
export async function interleave(contenders, plan, progress = () => {}) {
	const lanes = [];
	for (const contender of contenders) {
		lanes.push({ contender, batch: await calibrate(contender, plan), times: [] });
		progress((0.2 * lanes.length) / contenders.length);
	}
	for (let round = 0; round < plan.rounds; round += 1) {
		// Now and then, so that one contender's garbage is not collected in another's time; each collection leaves cold caches.
		if (round % 10 === 0) globalThis.gc?.();
		for (const lane of orderOf(lanes, round)) {
			const start = performance.now();
			const result = lane.contender.run(lane.batch);
			consume(typeof result === 'number' ? result : await result);
			lane.times.push(((performance.now() - start) * 1e6) / lane.batch);
		}
		progress(0.2 + (0.8 * (round + 1)) / plan.rounds);
	}
	return Object.fromEntries(lanes.map((lane) => [lane.contender.name, lane.times]));
}

/** The per-round ratios of one contender's times to another's, summarised. */
export function ratioOf(times, peerTimes) {
	return summarise(times.map((time, round) => time / peerTimes[round]));
}

/** Warms a contender up until the optimising compiler has seen it, and finds how many operations fill one batch. */
async function calibrate(contender, plan) {
	const deadline = performance.now() + plan.warmMs;
	let batch = 1;
	for (;;) {
		const start = performance.now();
		consume(await contender.run(batch));
		const took = performance.now() - start;
		if (took < plan.batchMs / 2) {
			batch *= 2;
		} else if (performance.now() >= deadline) {
			return Math.max(1, Math.round((batch * plan.batchMs) / took));
		}
	}
}

/** Rotated by one each round and reversed every other time: nobody always runs behind the same neighbour. */
function orderOf(lanes, round) {
	const turn = round % lanes.length;
	const order = [...lanes.slice(turn), ...lanes.slice(0, turn)];
	return Math.floor(round / lanes.length) % 2 === 1 ? order.reverse() : order;
}
