import type { MapKey } from './hash.js';
import type { Keys } from './keys.js';
import { Negative } from './negative.js';
import type { CheckedOptions, EvictionCause } from './options.js';
import { fromWarm, Warm } from './warm.js';

/** Listeners are told later; so many may wait, and further ones are only counted. */
const MOST_WAITING = 10_000;

/** Counts what goes, by cause, and tells the listener after the call that caused it. */
export class Evictions {
	readonly _counts: Record<EvictionCause, number> = { size: 0, expired: 0, deleted: 0, replaced: 0, damaged: 0 };
	/** Listeners that threw, and what they were not told of: too much waited, or the value could not be read. */
	_failed = 0;
	_untold = 0;
	readonly _options: CheckedOptions;
	readonly _keys: Keys;
	_waiting: [unknown, unknown, EvictionCause][] = [];

	constructor(options: CheckedOptions, keys: Keys) {
		this._options = options;
		this._keys = keys;
	}

	_note(cause: EvictionCause, mapKey: MapKey, value: unknown, long: string | undefined): void {
		this._counts[cause]++;
		if (this._options.onEvict && !(value instanceof Negative)) {
			if (this._waiting.length >= MOST_WAITING) {
				this._untold++;
				return;
			}
			if (this._waiting.push([value, this._keys._original(mapKey, long), cause]) === 1) {
				queueMicrotask(() => this._tell());
			}
		}
	}

	_tell(): void {
		const told = this._waiting;
		this._waiting = [];
		for (const [value, key, cause] of told) {
			const { onEvict, codec } = this._options;
			let whole = value;
			try {
				whole = value instanceof Warm ? fromWarm(value, codec) : value;
			} catch {
				// Nothing could be told of it but its key.
				this._untold++;
				continue;
			}
			try {
				onEvict?.(whole, key, cause);
			} catch {
				this._failed++;
			}
		}
	}
}
