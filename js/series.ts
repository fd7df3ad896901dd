import type { Kind } from './core.js';
import type { Ring } from './ring.js';

/** One series: what `record` by name finds and what the public handles write to. */
export class Series {
	/** The key under which it stands in a snapshot: the name, with labels `name{label="value"}`. */
	readonly key: string;
	/** @internal */
	readonly _ring: Ring;
	/** @internal */
	readonly _kind: Kind;
	/** @internal What the core knows it by; changes only when the series gives way to another and overflows. */
	_handle: number;
	/** @internal The series of the bare name, for one with labels. */
	_parent: Series | undefined;
	/** @internal Length of its window in ms; 0 for none. */
	_window = 0;
	/** @internal How many slices the window has. */
	_slices = 0;
	/** @internal */
	_unit = '';

	/** @internal */
	constructor(key: string, ring: Ring, kind: Kind, handle: number) {
		this.key = key;
		this._ring = ring;
		this._kind = kind;
		this._handle = handle;
	}

	/** @internal */
	_push(value: number): void {
		this._ring._push(this._handle, value, Number.NaN);
	}
}
