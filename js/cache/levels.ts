import { grown } from './lru-policy.js';
import type { Memory } from './memory.js';
import { Negative } from './negative.js';
import { fromWarm, toWarm, Warm, type WarmCodec } from './warm.js';

const WARM = 1;
/** Asked for since the hand passed. */
const VISITED = 2;

/**
 * Which entries are hot (values as they are) and which are warm (compact bytes). What is new or asked for is hot; the one
 * that cools down is found by CLOCK (Corbató 1968): a hand goes round the hot ones and takes the first that was not asked
 * for since it last passed.
 */
export class Levels {
	_flags: Uint8Array;
	/** The hot slots, round which the hand goes. */
	readonly _ring: Uint32Array;
	/** Of a hot slot, where in the ring it is. */
	_places: Uint32Array;
	_hand = 0;
	_hot = 0;
	_hotBytes = 0;
	_warmBytes = 0;
	/** The warm slots, the coolest first; only where their bytes are bounded. */
	readonly _coolest: Set<number> | undefined;
	/** Warm values that have no compact form. */
	_asTheyAre = 0;
	readonly _memory: Memory;
	readonly _codec: WarmCodec<unknown> | undefined;

	constructor(memory: Memory, codec: WarmCodec<unknown> | undefined, length: number) {
		const { l1Size, l2Bytes } = memory._options;
		this._memory = memory;
		this._codec = codec;
		this._flags = new Uint8Array(length);
		this._places = new Uint32Array(length);
		this._ring = new Uint32Array(l1Size + 1);
		this._coolest = l2Bytes < Infinity ? new Set() : undefined;
	}

	/** The level a slot is in. */
	_of(slot: number): 1 | 2 {
		return (this._flags[slot] as number) & WARM ? 2 : 1;
	}

	/** A slot was filled: it is hot. */
	_enter(slot: number): void {
		if (slot >= this._flags.length) {
			const length = Math.min(Math.max(slot + 1, this._flags.length * 2), this._memory._capacity + 1);
			this._flags = grown(this._flags, length);
			this._places = grown(this._places, length);
		}
		this._flags[slot] = 0;
		this._hotBytes += this._memory._weightOf(slot);
		this._push(slot);
	}

	/** A slot is left empty. */
	_leave(slot: number): void {
		const weight = this._memory._weightOf(slot);
		if (this._of(slot) === 1) {
			this._hotBytes -= weight;
			this._pull(slot);
		} else {
			this._warmBytes -= weight;
			this._coolest?.delete(slot);
			this._asTheyAre -= this._memory._values[slot] instanceof Warm ? 0 : 1;
		}
		this._flags[slot] = 0;
	}

	/** A hot or warm value got another weight. */
	_reweigh(slot: number, before: number, after: number): void {
		if (this._of(slot) === 1) {
			this._hotBytes += after - before;
		} else {
			this._warmBytes += after - before;
		}
	}

	/** The value in a slot that was asked for, which is hot afterwards. Undefined where it could not be read. */
	_read(slot: number): unknown {
		if (this._of(slot) === 2) {
			return this._warmUp(slot);
		}
		this._flags[slot] = VISITED;
		return this._memory._values[slot];
	}

	/** The same without moving it. */
	_peek(slot: number): unknown {
		const value = this._memory._values[slot];
		return value instanceof Warm ? this._decoded(value) : value;
	}

	/**
	 * Cools entries down until the hot level is within its bounds, then drops the coolest until the warm one is. The slot
	 * that was filled goes first where it alone is too much.
	 */
	_settle(filled = -1): void {
		const { _options: options } = this._memory;
		if (filled >= 0 && this._memory._weightOf(filled) > options.l1Bytes && this._of(filled) === 1) {
			this._coolDown(filled);
		}
		while (this._hot > options.l1Size || (this._hotBytes > options.l1Bytes && this._hot)) {
			this._coolDown(this._turn());
		}
		while (this._coolest?.size && this._warmBytes > options.l2Bytes) {
			const [coolest] = this._coolest;
			this._memory._drop(coolest as number, 'size');
		}
	}

	_warmUp(slot: number): unknown {
		const memory = this._memory;
		const kept = memory._values[slot];
		const value = kept instanceof Warm ? this._decoded(kept) : kept;
		// What the user's code says comes first: it may call back, and change what is in the slot.
		const weighs = memory._weights && value !== undefined ? memory._weigh(value) : 0;
		if (memory._values[slot] !== kept || this._of(slot) === 1) {
			return value;
		}
		if (value === undefined) {
			memory._drop(slot, 'damaged');
			return undefined;
		}
		const weight = memory._weightOf(slot);
		this._asTheyAre -= kept === value ? 1 : 0;
		this._warmBytes -= weight;
		this._coolest?.delete(slot);
		this._flags[slot] = VISITED;
		memory._values[slot] = value;
		this._hotBytes += weight;
		this._push(slot);
		memory._reweigh(slot, weighs);
		this._settle(memory._values[slot] === value ? slot : undefined);
		return value;
	}

	_coolDown(slot: number): void {
		const memory = this._memory;
		const value = memory._values[slot];
		const warm = this._encoded(value);
		if (memory._values[slot] !== value || this._of(slot) === 2) {
			// The codec called back, and the slot is another one's now.
			return;
		}
		const weight = memory._weightOf(slot);
		this._pull(slot);
		this._hotBytes -= weight;
		this._warmBytes += weight;
		this._flags[slot] = WARM;
		this._coolest?.add(slot);
		if (warm) {
			memory._values[slot] = warm;
			memory._reweigh(slot, warm._size);
		} else {
			this._asTheyAre++;
		}
		// Or all others would have to go for it, in vain.
		if (memory._weightOf(slot) > memory._options.l2Bytes) {
			memory._tooHeavy++;
			memory._drop(slot, 'size');
		}
	}

	/** A value may be one of which the codec or JSON make nothing: then it stays as it is. */
	_encoded(value: unknown): Warm | undefined {
		try {
			return value instanceof Negative ? undefined : toWarm(value, this._codec);
		} catch {
			return undefined;
		}
	}

	_decoded(warm: Warm): unknown {
		try {
			return fromWarm(warm, this._codec);
		} catch {
			return undefined;
		}
	}

	/** The slot under the hand that was not asked for. */
	_turn(): number {
		for (;;) {
			if (this._hand >= this._hot) {
				this._hand = 0;
			}
			const slot = this._ring[this._hand] as number;
			if (!((this._flags[slot] as number) & VISITED)) {
				return slot;
			}
			this._flags[slot] = 0;
			this._hand++;
		}
	}

	/** Puts a slot behind the hand, so that the hand comes to it last. */
	_push(slot: number): void {
		const place = this._hot++;
		const hand = Math.min(this._hand, place);
		const moved = this._ring[hand] as number;
		if (hand < place) {
			this._ring[place] = moved;
			this._places[moved] = place;
		}
		this._ring[hand] = slot;
		this._places[slot] = hand;
		this._hand = hand + 1;
	}

	/** Takes a slot out; the last one takes its place. */
	_pull(slot: number): void {
		const place = this._places[slot] as number;
		const last = this._ring[--this._hot] as number;
		this._ring[place] = last;
		this._places[last] = place;
	}
}
