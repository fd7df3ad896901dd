/** A write that waits or is on its way: the newest one of its key. */
export interface Write {
	readonly _key: string;
	/** What to keep; undefined to delete. */
	readonly _text: string | undefined;
	readonly _expiresAt: number;
	readonly _version: number;
	/** Ends the waiting of whoever asked for it and for those it replaced. */
	readonly _release: (() => void)[];
}

/** The writes that wait, by key, the oldest first. A later write of a key takes the place of an earlier one. */
export class PendingWrites {
	readonly _writes = new Map<string, Write>();
	/** Whether somebody may be waiting for one of them. */
	_areAwaited = false;
	/** Characters of keys and texts together. */
	_size = 0;

	/** Adds a write as the newest of all. */
	_add(write: Write): void {
		const earlier = this._remove(write._key);
		if (earlier) {
			write._release.push(...earlier._release);
		}
		this._writes.set(write._key, write);
		this._areAwaited ||= write._release.length > 0;
		this._size += sizeOf(write);
	}

	/** Takes up to `most` of the oldest. */
	_take(most: number): Map<string, Write> {
		const taken = new Map<string, Write>();
		for (const [key, write] of this._writes) {
			if (taken.size === most) {
				break;
			}
			taken.set(key, write);
		}
		for (const key of taken.keys()) {
			this._remove(key);
		}
		return taken;
	}

	_remove(key: string): Write | undefined {
		const write = this._writes.get(key);
		if (write) {
			this._writes.delete(key);
			this._size -= sizeOf(write);
		}
		return write;
	}

	/** Takes the oldest away. */
	_dropOldest(): Write | undefined {
		const oldest = this._writes.keys().next();
		return oldest.done ? undefined : this._remove(oldest.value);
	}

	/** Nobody waits any longer for what is still here. */
	_releaseAll(): void {
		if (this._areAwaited) {
			this._areAwaited = false;
			this._writes.forEach(release);
		}
	}
}

/** Ends all waiting for a write. */
export function release(write: Write): void {
	for (const end of write._release.splice(0)) {
		end();
	}
}

function sizeOf({ _key, _text }: Write): number {
	return _key.length + (_text?.length ?? 0);
}
