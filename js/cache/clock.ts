/** Reads the time in ms, from any origin. It never goes back, and jumps of the date forward count as time that passed. */
export type Clock = () => number;

/** A difference between the two clocks of the platform that drift does not explain: it slept, or the date was set. */
const JUMP_MS = 1000;

let offset = 0;
let skew: number | undefined;
let read: number | undefined;
let channel: MessageChannel | undefined;

/**
 * The time now. The monotonic clock stands still while the machine sleeps, on some platforms, and the date can be set
 * back: so the first one counts, and what the second one jumped ahead is added. An entry may so expire too early, never
 * too late.
 */
export const exactClock: Clock = () => {
	const now = performance.now();
	const seen = Date.now() - now;
	skew ??= seen;
	if (Math.abs(seen - skew) > JUMP_MS) {
		offset += Math.max(0, seen - skew);
		skew = seen;
	}
	return now + offset;
};

/** The same, read at most once in each turn of the event loop: within one turn, time stands still. */
export const coarseClock: Clock = () => {
	if (read === undefined) {
		read = exactClock();
		nextTurn();
	}
	return read;
};

/** A clock of the user, that never goes back. */
export function steady(now: () => number): Clock {
	let latest = -Infinity;
	return () => {
		const time = now();
		if (typeof time !== 'number' || Number.isNaN(time)) {
			throw new TypeError(`now: expected it to give a number of milliseconds, got ${String(time)}`);
		}
		latest = time > latest ? time : latest;
		return latest;
	};
}

function nextTurn(): void {
	if (typeof setImmediate === 'function') {
		(setImmediate(forget) as { unref?(): void }).unref?.();
	} else if (typeof MessageChannel === 'function') {
		// Not a timer: those of a hidden page come a second late and more.
		if (!channel) {
			channel = new MessageChannel();
			channel.port1.onmessage = forget;
		}
		channel.port2.postMessage(0);
	} else {
		setTimeout(forget);
	}
}

function forget(): void {
	read = undefined;
}
