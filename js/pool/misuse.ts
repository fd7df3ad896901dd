import { PerfError } from '../errors.js';

/** How often a pool was used wrongly. Each time the caller got an error, and the pool stayed as it was. */
export interface MisuseStats {
	/** A lease, or what was lent, given back a second time. */
	readonly doubleRelease: number;
	/** What was lent asked of its lease after that was given back. */
	readonly useAfterRelease: number;
	/** Given back: what the pool never lent, or what has left it. */
	readonly foreign: number;
}

/** @internal Counts misuse and says what to do instead. */
export class Misuse {
	_doubleRelease = 0;
	_useAfterRelease = 0;
	_foreign = 0;

	_again(): PerfError {
		this._doubleRelease++;
		return new PerfError(
			'RELEASED',
			'This was given back to the pool already, and somebody else may have it now: give it back once, where the use ends, or let `using` do it.',
		);
	}

	_late(): PerfError {
		this._useAfterRelease++;
		return new PerfError(
			'RELEASED',
			'This lease was given back: what it lent may belong to another holder now. Take a new lease.',
		);
	}

	_stranger(): PerfError {
		this._foreign++;
		return new PerfError(
			'FOREIGN',
			'This pool has not lent that: give it back to the pool it came from. What was detached or discarded stays outside.',
		);
	}

	_stats(): MisuseStats {
		return { doubleRelease: this._doubleRelease, useAfterRelease: this._useAfterRelease, foreign: this._foreign };
	}
}
