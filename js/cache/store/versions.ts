/** Versions within one ms before the next ms is borrowed from. */
const PER_MS = 1024;
/** How far ahead of our clock another's may be and still be followed, in ms: a day. What is more is a mistake. */
const MOST_AHEAD = 86_400_000;

/**
 * Makes versions: numbers that tell, across processes, which of two writes was later. A version is the ms since the Unix
 * epoch times 1,024, plus a count; every process begins its count elsewhere, so that two rarely make the same one.
 *
 * They only grow, also when the clock is set back, and they grow past every version seen from others (a hybrid logical
 * clock, after Kulkarni et al., 2014): what is done after a message was read has a later version than the message, even
 * where the other's clock is ahead. They fit exactly into a double until the year 2248.
 */
export class Versions {
	_last = 0;
	/** Where the count of a ms begins; chosen at first use, because some hosts forbid chance while a file is loaded. */
	_start = -1;
	readonly _now: () => number;

	constructor(now: () => number = () => Date.now()) {
		this._now = now;
	}

	/** A version later than all that were made or observed here. */
	_next(): number {
		if (this._start < 0) {
			this._start = Math.floor(Math.random() * (PER_MS / 2));
		}
		this._last = Math.max(this._last + 1, Math.floor(this._now()) * PER_MS + this._start);
		return this._last;
	}

	/** Takes notice of another's version; false, and no notice, where it cannot be one. */
	_observe(version: unknown): version is number {
		if (!Number.isSafeInteger(version) || !((version as number) > 0)) {
			return false;
		}
		if ((version as number) > (this._now() + MOST_AHEAD) * PER_MS) {
			return false;
		}
		this._last = Math.max(this._last, version as number);
		return true;
	}
}

/**
 * The last version that any process may make in the ms of a version. Within one ms the versions of two processes do not
 * tell which was later, and who must not miss anything counts all of the ms as earlier.
 */
export function endOfMs(version: number): number {
	return version - (version % PER_MS) + PER_MS - 1;
}

/** The one of this process, so that everything in it agrees on what was later. */
export const versions = /* @__PURE__ */ new Versions();
