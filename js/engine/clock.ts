let resolution: number | undefined;

/** The smallest step of `performance.now()` seen, in ms; looked for once, for 2 ms at most. 0 where none was seen. */
export function clockResolution(): number {
	resolution ??= smallestStep();
	return resolution;
}

/** What `performance.now()` was, in ms since the Unix epoch. */
export function epochOf(now: number): number {
	const wall = performance.timeOrigin + now;
	const clock = Date.now();
	// The two part when the machine slept or its clock was set; then the wall clock is right.
	return Math.abs(wall - clock) < 1000 ? wall : clock;
}

function smallestStep(): number {
	let smallest = Infinity;
	const start = performance.now();
	let last = start;
	let steps = 0;
	// The count ends it where the clock stands still, as it does in some workers.
	for (let reads = 0; reads < 20_000 && steps < 1000 && last - start < 2; reads++) {
		const now = performance.now();
		if (now > last) {
			smallest = Math.min(smallest, now - last);
			last = now;
			steps++;
		}
	}
	return smallest < Infinity ? smallest : 0;
}
