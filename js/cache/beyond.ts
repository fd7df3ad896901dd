import type { Loads } from './loads.js';
import type { Memory } from './memory.js';
import type { Bus } from './store/bus.js';
import type { CacheStore, StoreOptions } from './store/cache-store.js';
import { expectBus, expectStore, settingsOf } from './store/store-options.js';
import type { Fetched, ThirdLevel } from './store/third-level.js';

/** What a cache is given beside its memory. */
export interface BeyondOptions {
	readonly store?: CacheStore | undefined;
	readonly storeOptions?: StoreOptions | undefined;
	readonly bus?: Bus | undefined;
}

/** Writes that wait for the chunk of the third level; further ones are lost and counted. */
const MOST_WAITING = 1000;

/** The way to the third level, whose code is loaded when there is one. Nothing here ever rejects. */
export class Beyond {
	readonly _memory: Memory;
	readonly _loads: Loads;
	readonly _options: BeyondOptions;
	_level: ThirdLevel | undefined;
	_arriving: Promise<ThirdLevel | undefined> | undefined;
	_waiting = 0;
	/** Writes that never reached the third level, because its code did not load. */
	_lost = 0;
	_closed = false;

	/** @throws TypeError or RangeError that names the option */
	constructor(memory: Memory, loads: Loads, options: BeyondOptions) {
		const { store, storeOptions, bus } = options;
		store === undefined || expectStore(store);
		settingsOf(storeOptions ?? {});
		bus === undefined || expectBus(bus);
		if (storeOptions && !store) {
			throw new TypeError('storeOptions: expected them with a store, for which they are');
		}
		this._memory = memory;
		this._loads = loads;
		this._options = options;
		// At once: others may tell something from now on.
		this._arrive();
	}

	/** The third level, once its code is there; undefined where it does not come. */
	_arrive(): Promise<ThirdLevel | undefined> {
		this._arriving ??= import('./store/index.js').then(
			({ ThirdLevel }) => {
				this._level ??= new ThirdLevel(this._memory, this._loads, this._options);
				return this._level;
			},
			() => {
				// The next one who needs it tries again.
				this._arriving = undefined;
				return undefined;
			},
		);
		return this._arriving;
	}

	/** What the store has for a key; undefined where it has nothing, or no answer. */
	async _fetch(key: unknown): Promise<Fetched | undefined> {
		return this._options.store && (this._level ?? (await this._arrive()))?._fetch(key);
	}

	/** The same for several. */
	async _fetchMany(keys: readonly unknown[]): Promise<(Fetched | undefined)[]> {
		return (this._options.store && (await (this._level ?? (await this._arrive()))?._fetchMany(keys))) || [];
	}

	/** Does something there, in its turn; done when it is done. */
	_tell(work: (level: ThirdLevel) => Promise<void> | undefined): Promise<void> | undefined {
		if (this._closed) {
			return undefined;
		}
		if (this._level) {
			return work(this._level);
		}
		if (this._waiting >= MOST_WAITING) {
			this._lost++;
			return undefined;
		}
		this._waiting++;
		return this._arrive().then((level) => {
			this._waiting--;
			if (!level) {
				this._lost++;
			}
			return level && work(level);
		});
	}

	/** When a load began, as a version; 0 while there is nobody to hear of others. */
	_begin(): number {
		return this._options.bus && this._level ? this._level._begin() : 0;
	}

	/** Whether what was loaded since then may be kept. */
	_mayKeep(key: unknown, began: number, tags: readonly string[]): boolean {
		return !(this._options.bus && this._level) || this._level._mayKeep(key, began, tags);
	}

	async _flush(): Promise<void> {
		await this._tell((level) => level._flush());
	}

	async _close(): Promise<void> {
		const done = this._tell((level) => level._close());
		this._closed = true;
		await done;
	}
}
