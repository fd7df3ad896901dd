import type { BreakerState } from './cache-store.js';

/**
 * Leaves a store alone that failed several times in a row. After a while one call, the probe, tries it: its success
 * closes the breaker, its failure opens it for as long again.
 *
 * Whoever may call gets the number of the present state, and gives it back with the result. So the result of a call that
 * began in an earlier state says nothing about this one: late answers of a store that hung do not close the breaker.
 */
export class Breaker {
	_state: BreakerState = 'closed';
	/** Of the state; a new one at each change. */
	_number = 1;
	/** Failures in a row. */
	_inRow = 0;
	/** When it was opened, on the clock of `_now`. */
	_openedAt = 0;
	readonly _failures: number;
	readonly _cooldownMs: number;
	/** A clock in ms that never goes back. */
	readonly _now: () => number;
	/** Is called when the store answers again. */
	readonly _onClose: () => void;

	constructor(failures: number, cooldownMs: number, now: () => number, onClose: () => void) {
		this._failures = failures;
		this._cooldownMs = cooldownMs;
		this._now = now;
		this._onClose = onClose;
	}

	/** Whether a call would be let through now. */
	_lets(): boolean {
		return this._state === 'closed' || (this._state === 'open' && this._waitMs() <= 0);
	}

	/** The number with which a call may be made; 0 where it may not. Each number given must come back by `_leave`. */
	_enter(): number {
		if (!this._lets()) {
			return 0;
		}
		if (this._state === 'open') {
			this._become('half-open');
		}
		return this._number;
	}

	_leave(number: number, succeeded: boolean): void {
		if (number !== this._number) {
			return;
		}
		if (succeeded) {
			this._inRow = 0;
			if (this._state === 'half-open') {
				this._become('closed');
				this._onClose();
			}
		} else if (++this._inRow >= this._failures || this._state === 'half-open') {
			this._openedAt = this._now();
			this._become('open');
		}
	}

	/** In how many ms a probe may be made; 0 or less for now. */
	_waitMs(): number {
		return this._state === 'closed' ? 0 : this._openedAt + this._cooldownMs - this._now();
	}

	_become(state: BreakerState): void {
		this._state = state;
		this._number++;
	}
}
