import { COUNTER, DURATIONS, GAUGE, type Kind } from '../core.js';
import { ExactSum } from './exact-sum.js';
import { Recent } from './recent.js';
import { Tally } from './tally.js';

/** What a series holds since a moment: a tally or an exact sum, by its kind. */
export interface Data {
	tally?: Tally;
	sum?: ExactSum;
	/** Whether the sum was ever added to, be it 0. */
	touched?: boolean;
}

/** One series of a registry: its definition, all its data, and what each reader has not seen of it. */
export class Slot {
	readonly _handle: number;
	readonly _kind: Kind;
	readonly _parent: number;
	/** When the last record came; -Infinity before the first. */
	_lastMs = -Infinity;
	/** When it was first looked at as something that may be idle. */
	_noticedMs = Number.NaN;
	/** Whether its data was dropped because nothing came for long. */
	_expired = false;
	_data: Data;
	_gauge = Number.NaN;
	_recent: Recent | undefined;
	/** By reader. */
	_unseen: (Data | undefined)[] = [];

	constructor(handle: number, kind: Kind, parent: number) {
		this._handle = handle;
		this._kind = kind;
		this._parent = parent;
		this._data = this._empty();
	}

	/**
	 * Records what came at a time; false where the series cannot hold it. Flags: 1 aborted, 2 failed, 3 with the interval
	 * at which values were expected.
	 */
	_record(value: number, flags: number, interval: number, ms: number): boolean {
		if (this._kind === GAUGE) {
			if (!Number.isFinite(value) || flags === 3) {
				return false;
			}
			this._gauge = value;
		} else if (this._kind === COUNTER) {
			if (!(value >= 0 && value <= Number.MAX_VALUE) || flags === 3) {
				return false;
			}
			this._each((data) => {
				data.sum?._add(value);
				data.touched = true;
			});
		} else {
			if (!(this._data.tally as Tally)._recordEnded(value, flags, interval)) {
				return false;
			}
			for (const data of this._unseen) {
				data?.tally?._recordEnded(value, flags, interval);
			}
			this._recent?._sliceAt(ms)?._recordEnded(value, flags, interval);
		}
		this._touch(ms);
		return true;
	}

	/** Whether nothing came for so long, counted from the first look at it where nothing ever came. */
	_isIdle(now: number, idleMs: number): boolean {
		if (Number.isNaN(this._noticedMs)) {
			this._noticedMs = now;
		}
		const since = this._lastMs > -Infinity ? this._lastMs : this._noticedMs;
		return !this._expired && since < now - idleMs;
	}

	_touch(ms: number): void {
		if (ms > this._lastMs) {
			this._lastMs = ms;
			this._expired = false;
		}
	}

	/** Adds all of another slot: its data, what readers have not seen, and its window where the shapes agree. */
	_absorb(other: Slot): void {
		addTo(this._data, other._data);
		other._unseen.forEach((data, reader) => {
			if (data) {
				this._unseen[reader] ??= this._empty();
				addTo(this._unseen[reader] as Data, data);
			}
		});
		if (this._recent && other._recent) {
			this._recent._merge(other._recent);
		}
		this._touch(other._lastMs);
	}

	/** What the reader has not seen since its last look, without a record if that is nothing; it has seen it then. */
	_take(reader: number, lookedMs: number): Slot {
		const since = new Slot(this._handle, this._kind, this._parent);
		since._data = this._unseen[reader] ?? this._empty();
		if (this._unseen[reader]) {
			this._unseen[reader] = this._empty();
		}
		const { tally, touched } = since._data;
		const isNewGauge = this._kind === GAUGE && this._lastMs >= lookedMs;
		if (isNewGauge) {
			since._gauge = this._gauge;
		}
		if (isNewGauge || tally?._count || touched) {
			since._lastMs = this._lastMs;
		}
		return since;
	}

	_subscribe(reader: number): void {
		this._unseen[reader] = this._empty();
	}

	_unsubscribe(reader: number): void {
		this._unseen[reader] = undefined;
	}

	/** Drops all data; definition and readers stay. */
	_clear(): void {
		this._lastMs = -Infinity;
		this._noticedMs = Number.NaN;
		this._expired = false;
		this._data = this._empty();
		this._gauge = Number.NaN;
		this._unseen = this._unseen.map((data) => data && this._empty());
		this._recent = this._recent?._emptied();
	}

	_copy(): Slot {
		const copy = new Slot(this._handle, this._kind, this._parent);
		copy._recent = this._recent?._emptied();
		copy._absorb(this);
		copy._gauge = this._gauge;
		return copy;
	}

	/** Gives it a window, if it has none. */
	_watch(windowMs: number, slices: number): void {
		if (windowMs > 0) {
			this._recent ??= new Recent(windowMs, slices, this._scale());
		}
	}

	_scale(): number {
		return this._kind === DURATIONS ? 1e-3 : 1;
	}

	_empty(): Data {
		if (this._kind < COUNTER) {
			return { tally: new Tally(this._scale()) };
		}
		return this._kind === COUNTER ? { sum: new ExactSum() } : {};
	}

	/** Everything that a record or a merge adds to, the window apart. */
	_each(visit: (data: Data) => void): void {
		visit(this._data);
		for (const data of this._unseen) {
			data && visit(data);
		}
	}
}

function addTo(to: Data, from: Data): void {
	if (to.tally && from.tally) {
		to.tally._merge(from.tally);
	}
	if (to.sum && from.sum) {
		to.sum._merge(from.sum);
		to.touched ||= from.touched ?? false;
	}
}
