import { List } from './list.mjs';
import { Sketch } from './sketch.mjs';

/** Share of the window: fixed, which is what sets this one apart from ours. */
const WINDOW = 0.01;

/** Share of the main part that is protected. */
const PROTECTED = 0.8;

const IN_WINDOW = 1;
const IN_PROBATION = 2;
const IN_PROTECTED = 3;

/**
 * Hits of W-TinyLFU with a window of 1 % (Einziger, Friedman, Manes: "TinyLFU", ACM ToS 13, 2017): what leaves the window
 * stays only if it is more popular than what would have to go for it. Parameters as for `lru`.
 */
export function wTinyLfu(keys, distinct, size) {
	const windowSize = Math.max(1, Math.floor(size * WINDOW));
	const mainSize = size - windowSize;
	const protectedSize = Math.floor(mainSize * PROTECTED);
	const lists = [undefined, new List(distinct), new List(distinct), new List(distinct)];
	const [, window, probation, guarded] = lists;
	const place = new Uint8Array(distinct);
	const sketch = new Sketch(size);
	let hits = 0;

	const move = (key, to) => {
		if (place[key] > 0) lists[place[key]].remove(key);
		place[key] = to;
		if (to > 0) lists[to].push(key);
	};
	const admit = (candidate) => {
		if (probation.length + guarded.length < mainSize) {
			move(candidate, IN_PROBATION);
			return;
		}
		const victim = probation.length > 0 ? probation.tail : guarded.tail;
		const wins = victim >= 0 && sketch.frequency(candidate) > sketch.frequency(victim);
		if (wins) move(victim, 0);
		move(candidate, wins ? IN_PROBATION : 0);
	};

	for (const key of keys) {
		sketch.add(key);
		const where = place[key];
		if (where > 0) {
			hits += 1;
			move(key, where === IN_WINDOW ? IN_WINDOW : IN_PROTECTED);
			if (guarded.length > protectedSize) move(guarded.tail, IN_PROBATION);
			continue;
		}
		move(key, IN_WINDOW);
		if (window.length > windowSize) admit(window.tail);
	}
	return hits;
}
