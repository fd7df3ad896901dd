/**
 * Decides which slots of a cache go. Keys and values are not its business: it knows slots, hashes and weights.
 *
 * There are two: {@link LruPolicy} until the module is loaded and where it cannot load, and the one of the module.
 */
export interface Policy {
	readonly _name: 'lru' | 'w-tinylfu';
	/** These slots were asked for, in this order. */
	_hits(slots: Uint32Array, count: number): void;
	/** Takes in a slot. Gives the first that goes for it, {@link NONE}, or {@link TOO_HEAVY}: it was not taken in. */
	_insert(slot: number, hash: number, weight: number): number;
	/** The value in a slot has another weight now; gives the first slot that goes for it, which may be this one. */
	_reweigh(slot: number, weight: number): number;
	/** The next slot that goes, or {@link NONE}. */
	_victim(): number;
	/** A slot is free. */
	_remove(slot: number): void;
	/** The slot may expire at this time, in ms. */
	_schedule(slot: number, due: number): void;
	/** A slot that may have expired by now, or {@link NONE}; absent where all slots have to be looked at. */
	_due?(now: number): number;
	/** No slot expires before this time. */
	_nextDue?(): number;
	/** All slots, the ones that would go first at the beginning, as `segment << 24 | slot`. */
	_order(): Uint32Array;
	/** Takes in a slot where it stood in an order, without counting it as asked for; false where there is no room. */
	_restore(slot: number, hash: number, weight: number, segment: number): boolean;
	/** How often what was asked for, as opaque numbers. */
	_sketch?(): Uint32Array;
	_restoreSketch?(words: Uint32Array): void;
	/** What other sizes would have given, in rows of entries, whether LRU, hit ratio and standard error. */
	_advise?(): Float64Array;
	/** Forgets everything. */
	_dispose(): void;
}

/** No slot. */
export const NONE = -1;

/** An entry weighs more than the whole cache may. */
export const TOO_HEAVY = -2;

/** What is remembered of a slot in an order: 24 bits of it, below the segment. */
export const SLOT_MASK = 0xffffff;
