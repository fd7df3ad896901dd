/** An entry has at most so many tags. */
const MOST_TAGS = 64;

/** Which entries have a tag: those of one user, of one file, … */
export class Tags {
	readonly _slots = new Map<string, Set<number>>();
	readonly _tags = new Map<number, readonly string[]>();

	/** @throws TypeError for what is no list of strings, RangeError for too many */
	_check(tags: readonly string[]): void {
		if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
			throw new TypeError(
				`tags: expected an array of strings, got ${Array.isArray(tags) ? 'other items' : typeof tags}`,
			);
		}
		if (tags.length > MOST_TAGS) {
			throw new RangeError(`tags: expected at most ${MOST_TAGS} for an entry, got ${tags.length}`);
		}
	}

	_set(slot: number, tags: readonly string[]): void {
		// A copy: whoever gave them may change theirs.
		this._tags.set(slot, [...tags]);
		for (const tag of tags) {
			const slots = this._slots.get(tag);
			slots ? slots.add(slot) : this._slots.set(tag, new Set([slot]));
		}
	}

	_of(slot: number): readonly string[] | undefined {
		return this._tags.get(slot);
	}

	/** The slots that have a tag, as a list: taking them out changes the set. */
	_with(tag: string): number[] {
		return [...(this._slots.get(tag) ?? [])];
	}

	_remove(slot: number): void {
		if (this._tags.size === 0) {
			return;
		}
		for (const tag of this._tags.get(slot) ?? []) {
			const slots = this._slots.get(tag);
			slots?.delete(slot);
			if (!slots?.size) {
				this._slots.delete(tag);
			}
		}
		this._tags.delete(slot);
	}
}
