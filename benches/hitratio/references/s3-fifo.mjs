import { List } from './list.mjs';

/** Share of the small queue, as the paper has it. */
const SMALL = 0.1;

/** A key is worth so many rounds in the main queue at most. */
const MOST_USES = 3;

const SMALL_QUEUE = 1;
const MAIN_QUEUE = 2;
const GHOST_QUEUE = 3;

/**
 * Hits of S3-FIFO (Yang et al.: "FIFO Queues are All You Need for Cache Eviction", SOSP 2023): new keys wait in a small
 * queue; those asked for twice there go to the main queue, the others leave and are remembered in a ghost queue, from
 * which they come back into the main one. Parameters as for `lru`.
 */
export function s3Fifo(keys, distinct, size) {
	const smallSize = Math.max(1, Math.floor(size * SMALL));
	const mainSize = size - smallSize;
	const small = new List(distinct);
	const main = new List(distinct);
	const ghost = new List(distinct);
	const place = new Uint8Array(distinct);
	const uses = new Uint8Array(distinct);
	let hits = 0;

	const put = (queue, name, key) => {
		queue.push(key);
		place[key] = name;
	};
	const evictMain = () => {
		let key = main.pop();
		while (uses[key] > 0) {
			uses[key] -= 1;
			main.push(key);
			key = main.pop();
		}
		place[key] = 0;
	};
	const evictSmall = () => {
		const key = small.pop();
		if (uses[key] > 1 && mainSize > 0) {
			uses[key] = 0;
			put(main, MAIN_QUEUE, key);
			if (main.length > mainSize) evictMain();
			return;
		}
		put(ghost, GHOST_QUEUE, key);
		if (ghost.length > mainSize) place[ghost.pop()] = 0;
	};

	for (const key of keys) {
		const where = place[key];
		if (where === SMALL_QUEUE || where === MAIN_QUEUE) {
			hits += 1;
			if (uses[key] < MOST_USES) uses[key] += 1;
			continue;
		}
		while (small.length + main.length >= size) {
			if (small.length >= smallSize || main.length === 0) evictSmall();
			else evictMain();
		}
		uses[key] = 0;
		// It may have been dropped from the ghost queue by the evictions above.
		if (place[key] === GHOST_QUEUE) {
			ghost.remove(key);
			put(main, MAIN_QUEUE, key);
		} else {
			put(small, SMALL_QUEUE, key);
		}
	}
	return hits;
}
