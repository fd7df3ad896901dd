/**
 * Records waiting for the core, in three columns owned by JavaScript: they exist before the module does and survive a
 * trap, and copying them in costs no more than writing through a view of the module's memory.
 */
export class Ring {
	/** Records waiting. */
	_length = 0;
	/** At this length `_makeRoom` is asked. */
	_limit = 0;
	/** Whether records are taken at all. */
	_on: boolean;
	/** Makes room for at least one record; false where the record is lost (and was counted). */
	readonly _makeRoom: () => boolean;
	_handles = new Uint32Array(0);
	_values = new Float64Array(0);
	/** End times; NaN where nobody read the clock. */
	_times = new Float64Array(0);

	constructor(on: boolean, makeRoom: () => boolean) {
		this._on = on;
		this._makeRoom = makeRoom;
	}

	/** Takes one record. Small and without a branch on its kind, so that it is inlined everywhere. */
	_push(handle: number, value: number, time: number): void {
		if (this._length >= this._limit && !(this._on && this._makeRoom())) {
			return;
		}
		const at = this._length;
		this._handles[at] = handle;
		// What is no number (a BigInt or a symbol would even throw) becomes NaN, which the core rejects and counts.
		this._values[at] = typeof value === 'number' ? value : Number.NaN;
		this._times[at] = time;
		this._length = at + 1;
	}

	/** Gives the columns another capacity; the records that wait must fit into it. */
	_resize(capacity: number): void {
		const moved = <T extends Uint32Array | Float64Array>(column: T, old: T): T => {
			column.set(old.subarray(0, this._length));
			return column;
		};
		this._handles = moved(new Uint32Array(capacity), this._handles);
		this._values = moved(new Float64Array(capacity), this._values);
		this._times = moved(new Float64Array(capacity), this._times);
		this._limit = capacity;
	}
}
