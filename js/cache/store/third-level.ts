import type { BeyondOptions } from '../beyond.js';
import type { Loads } from '../loads.js';
import type { Memory } from '../memory.js';
import { NONE } from '../policy.js';
import type { Bus } from './bus.js';
import type { Stored } from './cache-store.js';
import type { Found } from './envelope.js';
import { Invalidations } from './invalidations.js';
import { mapKeyOfText, textOfKey, textOfMapKey } from './key-text.js';
import { StoreTier } from './store-tier.js';
import { versions } from './versions.js';

/** Under such a key a store keeps the version up to which entries with a tag were deleted. */
const TAG = '#t';

/** A value that came from the store. */
export interface Fetched {
	readonly _value: unknown;
	/** Whether it may be given out as it is. */
	readonly _isFresh: boolean;
	/** Puts it into memory, where it is not yet. */
	_fill(): void;
}

/** What lies beyond the memory of a cache: a store, and the caches of other processes. */
export class ThirdLevel {
	readonly _memory: Memory;
	readonly _loads: Loads;
	readonly _tier: StoreTier | undefined;
	readonly _others: Invalidations | undefined;

	constructor(memory: Memory, loads: Loads, { store, storeOptions, bus }: BeyondOptions) {
		this._memory = memory;
		this._loads = loads;
		this._tier = store && new StoreTier(store, storeOptions);
		this._others = bus && this._follow(bus);
	}

	/** A version: what others write or delete from now on has a later one. */
	_begin(): number {
		return versions._next();
	}

	/** Whether nobody wrote or deleted a key meanwhile, as far as is known here. */
	_mayKeep(key: unknown, began: number, tags: readonly string[]): boolean {
		return !this._others?._isOverruled(textOfKey(key), began, tags);
	}

	async _fetch(key: unknown): Promise<Fetched | undefined> {
		const text = textOfKey(key);
		const [found] = await this._valid([text], [await this._tier?._get(text)]);
		return found && this._fetched(key, found);
	}

	/** The same for several; those that are not there are undefined. */
	async _fetchMany(keys: readonly unknown[]): Promise<(Fetched | undefined)[]> {
		const texts = keys.map(textOfKey);
		const found = await this._valid(texts, (await this._tier?._getMany(texts)) ?? []);
		return keys.map((key, index) => {
			const one = found[index];
			return one && this._fetched(key, one);
		});
	}

	/** Keeps what was written; `stored` has the times of the date. */
	_keep(key: unknown, stored: Stored): Promise<void> | undefined {
		const text = textOfKey(key);
		const version = versions._next();
		const slot = this._memory._find(key);
		if (slot !== NONE) {
			this._memory._versions?.set(slot, version);
		}
		this._others?._publish('delete', [text], version);
		return this._tier?._set(text, { ...stored, version });
	}

	_delete(key: unknown): Promise<void> | undefined {
		const text = textOfKey(key);
		this._others?._publish('delete', [text]);
		return this._tier?._delete([text]);
	}

	_clear(): Promise<void> | undefined {
		this._others?._publish('clear', []);
		return this._tier?._clear();
	}

	/** Entries with a tag are out of date, in the store too, where nobody can tell which ones those are. */
	_dropTag(tag: string, how: 'tag' | 'expire-tag'): Promise<void> | undefined {
		const version = versions._next();
		this._others?._publish(how, [tag], version);
		return this._tier?._set(TAG + tag, { value: version, expiresAt: Infinity, version });
	}

	async _flush(): Promise<void> {
		await this._tier?.flush();
	}

	async _close(): Promise<void> {
		await this._tier?.flush();
		await this._others?._close();
	}

	/** Leaves out what a tag or a message says is out of date. */
	async _valid(texts: readonly string[], found: readonly (Found | undefined)[]): Promise<(Found | undefined)[]> {
		const tags = [...new Set(found.flatMap((each) => each?.tags ?? []))];
		const marks = tags.length ? await this._tier?._getMany(tags.map((tag) => TAG + tag)) : [];
		const deleted = new Map(tags.map((tag, index) => [tag, Number(marks?.[index]?.value ?? 0)]));
		return found.map((each, index) => {
			const isOld = each?.tags?.some((tag) => (deleted.get(tag) as number) >= each.version);
			const isOverruled = each && this._others?._isOverruled(texts[index] as string, each.version, each.tags);
			return isOld || isOverruled ? undefined : each;
		});
	}

	_fetched(key: unknown, { value, expiresAt, freshUntil = expiresAt, version, tags }: Found): Fetched {
		const memory = this._memory;
		const now = Date.now();
		return {
			_value: value,
			_isFresh: freshUntil > now,
			_fill: () => {
				const left = Math.max(freshUntil - now, 0);
				if (memory._find(key) === NONE) {
					const slot = memory._set(key, value, left, Math.max(expiresAt - freshUntil, 0), false);
					if (slot !== NONE) {
						memory._versions?.set(slot, version);
						tags?.length && memory._tags._set(slot, tags);
					}
				}
			},
		};
	}

	_follow(bus: Bus): Invalidations {
		const memory = this._memory;
		memory._versions ??= new Map();
		const slotOf = (text: string) => {
			const found = mapKeyOfText(text, memory._keys);
			return found ? memory._findMapKey(found._key) : NONE;
		};
		const textOf = (slot: number) => textOfMapKey(memory._mapKeys[slot], memory._keys, memory._longs?.get(slot));
		return new Invalidations(bus, {
			_versionOf: (text) => {
				const slot = slotOf(text);
				// What was written before this level was there has no version: whatever comes is later.
				return slot === NONE ? undefined : (memory._versions?.get(slot) ?? 0);
			},
			_drop: (text, how) => {
				const slot = slotOf(text);
				if (slot === NONE) {
					return;
				}
				this._loads._flights._overtake(memory._mapKeys[slot]);
				if (how === 'expire') {
					memory._expiring()._makeStale(slot, memory._staleFor);
				} else {
					memory._drop(slot, 'deleted');
				}
			},
			_keys: () => [...memory._map.values()].map(textOf),
			_keysOf: (tag) => memory._tags._with(tag).map(textOf),
			_cleared: (version) => this._tier?._distrustUpTo(version),
		});
	}
}
