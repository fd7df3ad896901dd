import { COUNTER, type Kind, MAX_GENERATION, MAX_INDEX, NO_PARENT, RESERVED } from '../core.js';
import { Slot } from './slot.js';
import type { Tally } from './tally.js';

/** As many readers as one registry keeps. */
const MAX_READERS = 16;

/** Counts of what was not kept: rejected, dropped, overflowed, expired. */
export type Losses = [number, number, number, number];

/** The values of all series of one registry, by handle: names and clock are somebody else's. */
export class Store {
	_startMs: number;
	readonly _idleExpiryMs: number;
	_losses: Losses = [0, 0, 0, 0];
	_slots: (Slot | undefined)[] = [];
	/** By reader: when it last looked, and the losses then. */
	_looks: ({ ms: number; losses: Losses } | undefined)[] = [];

	constructor(startMs: number, idleExpiryMs: number) {
		this._startMs = startMs;
		this._idleExpiryMs = idleExpiryMs;
		for (let kind = 0; kind < RESERVED; kind++) {
			this._slots[kind] = new Slot(kind, kind as Kind, NO_PARENT);
		}
	}

	_define(handle: number, kind: Kind, parent: number, windowMs: number, slices: number): void {
		let slot = this._slot(handle);
		if (!slot) {
			slot = new Slot(handle, kind, parent);
			this._subscribe(slot);
			this._slots[handle & MAX_INDEX] = slot;
		}
		if (kind < COUNTER) {
			slot._watch(windowMs, slices);
		}
	}

	_drain(handles: Uint32Array, values: Float64Array, times: Float64Array, now: number): void {
		for (let at = 0; at < handles.length; at++) {
			const bits = handles[at] as number;
			const flags = bits >>> 30;
			const time = times[at] as number;
			const handle = bits & 0x3fffffff;
			if (handle < RESERVED) {
				this._losses[1]++;
				this._losses[2]++;
			}
			const slot = this._slot(handle);
			if (!slot) {
				this._losses[1]++;
			} else if (!slot._record(values[at] as number, flags, time, Number.isNaN(time) || flags === 3 ? now : time)) {
				this._losses[0]++;
			}
		}
	}

	_slot(handle: number): Slot | undefined {
		const slot = this._slots[handle & MAX_INDEX];
		return slot && slot._handle === handle ? slot : undefined;
	}

	_quantile(handle: number, q: number): number {
		const slot = this._slot(handle);
		if (!slot?._data.tally) {
			return Number.NaN;
		}
		const total = this._withParts(slot, () => true);
		return (total._data.tally as Tally)._quantile(q);
	}

	/** The slot and all that was recorded under its labels, added up. */
	_withParts(slot: Slot, wanted: (part: Slot) => boolean): Slot {
		const total = slot._copy();
		for (const part of this._slots) {
			if (part && part._parent === slot._handle && wanted(part)) {
				total._absorb(part);
			}
		}
		return total;
	}

	_reset(now: number): void {
		this._losses = [0, 0, 0, 0];
		this._startMs = now;
		this._looks = this._looks.map((look) => look && { ms: now, losses: [0, 0, 0, 0] });
		for (const slot of this._slots) {
			slot?._clear();
		}
	}

	_recycle(now: number): number {
		this._expireIdle(now);
		const parents = new Set(this._slots.map((slot) => slot?._parent));
		const free = this._slots.find(
			(slot) => slot?._expired && slot._handle >>> 18 < MAX_GENERATION && !parents.has(slot._handle),
		);
		return free ? free._handle : -1;
	}

	/** Drops the data of series that were idle for too long; that of labelled ones stays in their total. */
	_expireIdle(now: number): void {
		for (const slot of this._slots.slice(RESERVED)) {
			if (slot?._isIdle(now, this._idleExpiryMs)) {
				if (slot._lastMs > -Infinity) {
					this._losses[3]++;
				}
				const old = slot._copy();
				slot._clear();
				slot._expired = true;
				const parent = this._slot(slot._parent);
				parent?._absorb(old);
			}
		}
	}

	_active(): number {
		return this._slots.slice(RESERVED).filter((slot) => slot && slot._lastMs > -Infinity).length;
	}

	_readerNew(now: number): number {
		let reader = 0;
		while (this._looks[reader]) {
			reader++;
		}
		if (reader >= MAX_READERS) {
			return -1;
		}
		this._looks[reader] = { ms: now, losses: [...this._losses] };
		for (const slot of this._slots) {
			slot?._subscribe(reader);
		}
		return reader;
	}

	_readerFree(reader: number): void {
		this._looks[reader] = undefined;
		for (const slot of this._slots) {
			slot?._unsubscribe(reader);
		}
	}

	/** What came since the reader last looked, as a store of its own; it has seen it then. */
	_takeSince(reader: number, now: number): Store {
		const look = this._looks[reader];
		const since = new Store(look ? look.ms : now, Infinity);
		if (look) {
			since._losses = this._losses.map((loss, at) => loss - (look.losses[at] as number)) as Losses;
			this._looks[reader] = { ms: now, losses: [...this._losses] };
		}
		since._slots = this._slots.map((slot) => slot?._take(reader, look ? look.ms : now));
		const parents = new Set(since._slots.map((slot) => (slot && slot._lastMs > -Infinity ? slot._parent : NO_PARENT)));
		since._slots = since._slots.map((slot) =>
			slot && (slot._lastMs > -Infinity || parents.has(slot._handle)) ? slot : undefined,
		);
		return since;
	}

	_subscribe(slot: Slot): void {
		this._looks.forEach((look, reader) => {
			look && slot._subscribe(reader);
		});
	}
}
