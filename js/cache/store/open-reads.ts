/**
 * The reads on their way, by key, so that one that was overtaken by a write of its key is known: what it brings is out of
 * date, and nobody could tell from the value.
 */
export class OpenReads {
	readonly _reads = new Map<string, { _open: number; _writes: number }>();

	/** Begins a read; gives the mark for `_end`. */
	_begin(key: string): number {
		const read = this._reads.get(key);
		if (read) {
			read._open++;
			return read._writes;
		}
		this._reads.set(key, { _open: 1, _writes: 0 });
		return 0;
	}

	/** Ends a read; whether no write of its key came meanwhile. */
	_end(key: string, mark: number): boolean {
		const read = this._reads.get(key);
		if (read && !--read._open) {
			this._reads.delete(key);
		}
		return read?._writes === mark;
	}

	_written(key: string): void {
		const read = this._reads.get(key);
		if (read) {
			read._writes++;
		}
	}
}
