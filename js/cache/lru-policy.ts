import { NONE, type Policy, TOO_HEAVY } from './policy.js';

/** Entries the arrays begin with; they double up to what the cache may hold. */
const FIRST_CAPACITY = 64;

/**
 * Least recently used goes first: what a cache works with until the module is there. A ring of links, whose anchor
 * stands behind all slots; the anchor's `next` is the least recent.
 */
export class LruPolicy implements Policy {
	readonly _name = 'lru';
	/** Of a slot: the one used just after it; at 0 the anchor, slots from 1 on. */
	_next = new Uint32Array(FIRST_CAPACITY);
	/** Of a slot: the one used just before it. */
	_prev = new Uint32Array(FIRST_CAPACITY);
	/** Empty where nothing is weighed. */
	_weights = new Uint32Array(0);
	_weight = 0;
	_length = 0;
	/** The slot that a walk which others interrupt comes to next; it gives way when that slot moves. */
	_cursor = NONE;
	/** Whether there is such a walk: what comes at the end of it is not to be missed. */
	_walked = false;
	readonly _capacity: number;
	readonly _maxWeight: number;

	/** `maxWeight` Infinity is no bound. */
	constructor(capacity: number, maxWeight: number) {
		this._capacity = capacity;
		this._maxWeight = maxWeight;
	}

	_hits(slots: Uint32Array, count: number): void {
		for (let at = 0; at < count; at++) {
			const place = (slots[at] as number) + 1;
			// A slot may have become free since it was asked for.
			if (this._next[place] !== this._prev[place] || this._next[0] === place) {
				this._unlink(place);
				this._link(place);
			}
		}
	}

	_insert(slot: number, _hash: number, weight: number): number {
		if (weight > this._maxWeight) {
			return TOO_HEAVY;
		}
		this._take(slot, weight);
		return this._victim();
	}

	/** Takes in a slot as the most recent one, although there may be too many then. */
	_take(slot: number, weight: number): void {
		this._grow(slot + 2);
		this._weigh(slot, weight);
		this._length++;
		this._link(slot + 1);
	}

	_restore(slot: number, hash: number, weight: number): boolean {
		if (this._length >= this._capacity || this._weight + weight > this._maxWeight) {
			return false;
		}
		this._insert(slot, hash, weight);
		return true;
	}

	_reweigh(slot: number, weight: number): number {
		this._weigh(slot, weight);
		return weight > this._maxWeight ? this._gone(slot) : this._victim();
	}

	_victim(): number {
		const over = this._length > this._capacity || this._weight > this._maxWeight;
		return over && this._next[0] ? this._gone((this._next[0] as number) - 1) : NONE;
	}

	_remove(slot: number): void {
		this._gone(slot);
	}

	_schedule(): void {}

	_order(): Uint32Array {
		const slots = new Uint32Array(this._length);
		for (let place = this._next[0] as number, at = 0; place; place = this._next[place] as number) {
			slots[at++] = place - 1;
		}
		return slots;
	}

	_dispose(): void {
		this._next.fill(0);
		this._prev.fill(0);
		this._weights.fill(0);
		this._length = this._weight = 0;
	}

	/** The slot used just after this one, or the least recent after {@link NONE}; {@link NONE} at the end. */
	_after(slot: number): number {
		return (this._next[slot + 1] as number) - 1;
	}

	_gone(slot: number): number {
		this._unlink(slot + 1);
		this._weigh(slot, 0);
		this._length--;
		return slot;
	}

	_weigh(slot: number, weight: number): void {
		if (this._maxWeight < Infinity) {
			this._weight += weight - (this._weights[slot] as number);
			this._weights[slot] = weight;
		}
	}

	_link(place: number): void {
		const last = this._prev[0] as number;
		this._next[last] = this._prev[0] = place;
		this._prev[place] = last;
		this._next[place] = 0;
		if (this._walked && this._cursor === NONE) {
			this._cursor = place - 1;
		}
	}

	_unlink(place: number): void {
		const next = this._next[place] as number;
		const prev = this._prev[place] as number;
		if (place - 1 === this._cursor) {
			this._cursor = next - 1;
		}
		this._next[prev] = next;
		this._prev[next] = prev;
		this._next[place] = this._prev[place] = 0;
	}

	_grow(places: number): void {
		if (this._next.length < places) {
			const length = Math.min(Math.max(places, this._next.length * 2), this._capacity + 2);
			this._next = grown(this._next, length);
			this._prev = grown(this._prev, length);
		}
		if (this._maxWeight < Infinity && this._weights.length < this._next.length) {
			this._weights = grown(this._weights, this._next.length);
		}
	}
}

/** The same numbers in a longer array. */
export function grown<T extends Uint8Array | Uint32Array | Float64Array>(column: T, length: number): T {
	const longer = new (column.constructor as new (length: number) => T)(length);
	longer.set(column);
	return longer;
}
