import type { Policy } from './policy.js';

/** Hits that are noted before the policy is told, a power of two. */
const LENGTH = 512;

/** After so many rounds in which nothing had to go, the policy is told of the last one only, when it decides again. */
const QUIET_ROUNDS = 8;

/**
 * Notes which slots were asked for. The policy hears of them when it has to decide, or when the ring is full. A cache that
 * has all it is asked for, for thousands of hits on end, pays nothing for a policy that it does not need: of such a quiet
 * time only the last hits are told.
 */
export class HitRing {
	readonly _slots = new Uint32Array(LENGTH);
	/** Hits since the policy was told. */
	_noted = 0;
	/** Full rounds since something had to go. */
	_rounds = 0;

	/** The slot was asked for. */
	_note(slot: number, policy: Policy): void {
		this._slots[this._noted++ & (LENGTH - 1)] = slot;
		if ((this._noted & (LENGTH - 1)) === 0 && this._rounds < QUIET_ROUNDS) {
			this._rounds++;
			this._tell(policy);
		}
	}

	/** The policy is about to decide: it hears of the hits that wait, in their order. */
	_drain(policy: Policy): void {
		this._rounds = 0;
		if (this._noted) {
			this._tell(policy);
		}
	}

	_clear(): void {
		this._noted = 0;
	}

	_tell(policy: Policy): void {
		const noted = this._noted;
		this._noted = 0;
		const last = noted & (LENGTH - 1);
		if (noted > LENGTH && last) {
			// It went round: the oldest begin where the newest end.
			const [newest, oldest] = [this._slots.slice(0, last), this._slots.slice(last)];
			this._slots.set(oldest);
			this._slots.set(newest, LENGTH - last);
		}
		policy._hits(this._slots, Math.min(noted, LENGTH));
	}
}
