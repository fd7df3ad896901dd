/** How a case turns the times of its contenders into the figures of the report. */
import { ratioOf, summarise } from './harness.mjs';

/** Medians of ours and of each peer, and the ratios ours / peer, from `interleave`'s times. `scale` turns ns into the unit. */
export function compare(times, scale = 1) {
	const { ours, ...peerTimes } = times;
	const peers = {};
	const ratios = {};
	for (const [name, each] of Object.entries(peerTimes)) {
		peers[name] = summarise(each).median * scale;
		ratios[name] = ratioOf(ours, each);
	}
	const spread = summarise(ours);
	return { ours: spread.median * scale, spread: { low: spread.low * scale, high: spread.high * scale }, peers, ratios };
}

/** One condition of a goal: the value may be at most `max`. */
export function atMost(what, value, max) {
	return { what, value, max, holds: value <= max };
}
