/** What the goal is held against. */

/** So many points under the best still count as near it. */
const NEAR = 2;

/** The best reference of a cell, in percent. */
export function bestOf({ references }) {
	return Math.max(...Object.values(references));
}

/**
 * `{ cells, nearBest, nearBestPercent, leastOverLru }`: the cells at most 2 points under the best reference, and the
 * smallest difference to LRU in points.
 */
export function summarise(cells) {
	const nearBest = cells.filter((cell) => cell.ours >= bestOf(cell) - NEAR).length;
	const leastOverLru = Math.min(...cells.map(({ ours, references }) => ours - references.LRU));
	return {
		cells: cells.length,
		nearBest,
		nearBestPercent: Number(((100 * nearBest) / cells.length).toFixed(1)),
		leastOverLru: Number(leastOverLru.toFixed(2)),
	};
}
