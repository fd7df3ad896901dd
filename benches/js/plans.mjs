/**
 * How long to measure. `full` is for figures that are quoted, `quick` for seeing that nothing rots. Batches are shorter than
 * a scheduler's time slice, so that on a busy machine most of them are not interrupted.
 */
export const PLANS = {
	full: {
		rounds: 500,
		batchMs: 2,
		warmMs: 400,
		processes: 15,
		memory: { groups: 5, seriesPerGroup: 400, values: 100_000, peerSeries: 16 },
	},
	quick: {
		rounds: 60,
		batchMs: 1,
		warmMs: 250,
		processes: 4,
		memory: { groups: 2, seriesPerGroup: 250, values: 20_000, peerSeries: 8 },
	},
};
