/** So many keys are known one by one, for each write that may wait. */
const KEYS_PER_PENDING = 10;

/**
 * What the store may still hold although it is out of date: keys whose last write or deletion did not reach it, and, after
 * a `clear`, everything older. Such an entry is a miss here, however long the store was away.
 *
 * Bounded: of too many keys, all is forgotten and whatever is in the store by now is distrusted instead.
 */
export class Distrust {
	/** Entries of this version and older are out of date. */
	_upTo = 0;
	readonly _keys = new Set<string>();
	readonly _most: number;
	/** Gives the version of now. */
	readonly _now: () => number;

	constructor(maxPending: number, now: () => number) {
		this._most = maxPending * KEYS_PER_PENDING;
		this._now = now;
	}

	_addKey(key: string): void {
		this._keys.add(key);
		if (this._keys.size > this._most) {
			this._addAll(this._now());
		}
	}

	_addAll(version: number): void {
		this._upTo = Math.max(this._upTo, version);
		this._keys.clear();
	}

	/** Up to `most` of the keys. */
	_some(most: number): string[] {
		const some: string[] = [];
		for (const key of this._keys) {
			if (some.push(key) >= most) {
				break;
			}
		}
		return some;
	}
}
