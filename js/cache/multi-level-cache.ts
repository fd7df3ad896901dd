import { type Disposes, disposeOf, makeDisposable } from '../disposable.js';
import { advise } from './advise.js';
import { Beyond } from './beyond.js';
import { type CacheDump, dump, restore } from './dump.js';
import { type Loader, type LoadOptions, Loads, type Lookup, type SetOptions } from './loads.js';
import { Memory } from './memory.js';
import { type CacheOptions, checked } from './options.js';
import { NONE } from './policy.js';
import { type Advice, type CacheStats, statsOf } from './stats.js';

/** What a cache can be observed by: a monitor. */
interface Observing {
	observe(name: string, read: () => object): () => void;
}

/** The same type, from which nothing is inferred: a `key` that looks at fewer arguments must not take the others away. */
type Fixed<A extends readonly unknown[]> = [A][A extends unknown ? 0 : never];

/**
 * A cache in up to three levels: hot values as they are, warm ones in compact form, and any store beyond.
 *
 * Usable at once. Until the module is loaded it works as LRU; the first entry that has to go starts the load, and then
 * the policy of the module takes over, which keeps more of what will be asked for again. Where it cannot load, it stays
 * LRU. `undefined` stands for "not there" everywhere and is no value.
 *
 * Keys are strings, numbers and other primitives, or plain objects and arrays, which are the same key when they say the
 * same (their members in any order).
 */
// biome-ignore lint/correctness/noUnusedVariables: both declarations of a merged name have the same parameters.
export interface MultiLevelCache<K = unknown, V = unknown> extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class MultiLevelCache<K = unknown, V = unknown> {
	/** @internal */
	readonly _memory: Memory;
	/** @internal */
	readonly _loads: Loads;
	/** @internal */
	readonly _beyond: Beyond | undefined;

	/** @throws RangeError or TypeError that names the option */
	constructor(options: CacheOptions<V> = {}) {
		this._memory = new Memory(checked(options));
		this._loads = new Loads(this._memory, () => this._beyond, Math.random);
		const { store, storeOptions, bus } = options;
		if (store !== undefined || storeOptions !== undefined || bus !== undefined) {
			this._beyond = new Beyond(this._memory, this._loads, { store, storeOptions, bus });
		}
		makeDisposable(MultiLevelCache.prototype, disposeOf);
	}

	/** The value of a key while it is fresh; it counts as asked for. Constant time. */
	get(key: K): V | undefined {
		return this._memory._get(key) as V | undefined;
	}

	/** The value of a key while it is fresh, without counting and without moving anything. */
	peek(key: K): V | undefined {
		const slot = this._memory._find(key);
		return slot !== NONE && this._memory._isFresh(slot) ? (this._memory._peek(slot) as V) : undefined;
	}

	/** Whether a key has a fresh value, without counting. */
	has(key: K): boolean {
		const slot = this._memory._find(key);
		return slot !== NONE && this._memory._isFresh(slot);
	}

	/**
	 * Keeps a value under a key; `undefined` deletes the key. Others may go for it. A load of this key that is under way
	 * gives its value to those who wait for it, and is not kept.
	 *
	 * @throws RangeError for a `ttl` that is not above 0, or too many tags
	 */
	set(key: K, value: V, options?: SetOptions): this {
		if (value === undefined) {
			this.delete(key);
			return this;
		}
		this._write(key, value, options);
		return this;
	}

	/** @internal */
	_write(key: K, value: V, options: SetOptions | undefined): Promise<void> | undefined {
		this._loads._overtake(key);
		if (options || this._beyond) {
			return this._loads._put(key, value, options ?? {}, true);
		}
		this._loads._putPlain(key, value);
		return undefined;
	}

	/** The same as {@link MultiLevelCache.set}. */
	put(key: K, value: V, options?: SetOptions): this {
		return this.set(key, value, options);
	}

	/** The same with the time for which it is fresh, in ms. */
	putWithTtl(key: K, value: V, ttl: number): this {
		return this.set(key, value, { ttl });
	}

	/** Takes a key out; whether it was there. */
	delete(key: K): boolean {
		const memory = this._memory;
		this._loads._overtake(key);
		const slot = memory._find(key);
		const was = slot !== NONE && memory._isFresh(slot);
		if (slot !== NONE && memory._map.size && memory._find(key) === slot) {
			memory._drop(slot, 'deleted');
		}
		this._beyond?._tell((level) => level._delete(key));
		return was;
	}

	/** Takes everything out, in the third level too, where it takes what has its namespace. */
	clear(): void {
		this._loads._clear();
		this._memory._clear();
		this._beyond?._tell((level) => level._clear());
	}

	/**
	 * The value of a key, loaded if it is not there. However many ask for a key at once, it is loaded once; who gives up
	 * harms nobody else, and the last one to give up cancels the load. A loader that fails rejects for all and keeps
	 * nothing, unless the options of the cache say otherwise.
	 *
	 * A loader may ask for other keys, but not wait for its own one, nor for one whose loader waits for it. That is refused
	 * where it asks before it waits for anything. Later on it cannot be told: then they wait until they give up by their
	 * `signal`, and the key is free again once it is written or deleted.
	 */
	async getOrSet(key: K, loader: Loader<K, V>, options: LoadOptions = {}): Promise<V> {
		const memory = this._memory;
		// The common case without a second promise.
		if (!options.forceRefresh && !memory._options.refreshAhead) {
			const slot = memory._find(key);
			if (slot !== NONE && memory._isFresh(slot)) {
				const value = memory._hit(slot);
				if (value !== undefined) {
					return value as V;
				}
			}
		}
		return (await this._loads._lookup(key, loader, options)).value;
	}

	/** The same, saying how it went. */
	lookup(key: K, loader: Loader<K, V>, options?: LoadOptions): Promise<Lookup<V>>;
	/** Without a loader: what memory or the third level has; a `miss` has no value. */
	lookup(key: K, loader?: undefined, options?: LoadOptions): Promise<Lookup<V | undefined>>;
	async lookup(key: K, loader?: Loader<K, V>, options: LoadOptions = {}): Promise<Lookup<V | undefined>> {
		return this._loads._lookup(key, loader ?? ((() => undefined) as never as Loader<K, V>), options);
	}

	/**
	 * A function that answers from the cache. `key` makes the key of its arguments; by default they are it themselves, one
	 * alone or all in an array.
	 */
	wrap<A extends readonly unknown[]>(
		fn: (...args: A) => V | Promise<V>,
		options: LoadOptions & { readonly key?: (...args: Fixed<A>) => K } = {},
	): (...args: A) => Promise<V> {
		// An array alone must not be taken for several arguments.
		const keyOf = options.key ?? ((...args: A) => (args.length === 1 && !Array.isArray(args[0]) ? args[0] : args) as K);
		return async (...args) => this.getOrSet(keyOf(...args), () => fn(...args), options);
	}

	/**
	 * The fresh values of many keys, also from the third level, which is asked once for all; those that have none are
	 * missing in the answer.
	 */
	async getMany(keys: Iterable<K>): Promise<Map<K, V>> {
		const found = new Map<K, V>();
		const missing: K[] = [];
		for (const key of keys) {
			const value = this.get(key);
			value === undefined ? missing.push(key) : found.set(key, value);
		}
		const fetched = missing.length && this._beyond ? await this._beyond._fetchMany(missing) : [];
		for (const [index, one] of fetched.entries()) {
			if (one?._isFresh) {
				one._fill();
				found.set(missing[index] as K, one._value as V);
			}
		}
		return found;
	}

	/** Keeps many values; done when the third level has them too, or gave up. */
	async setMany(entries: Iterable<readonly [K, V]>, options?: SetOptions): Promise<void> {
		const writes: (Promise<void> | undefined)[] = [];
		for (const [key, value] of entries) {
			value === undefined ? this.delete(key) : writes.push(this._write(key, value, options));
		}
		await Promise.all(writes);
	}

	/**
	 * Takes out all entries with a tag; how many those in memory were. What is being loaded under it is not kept, and what
	 * the third level has with it is not used any more.
	 */
	deleteTag(tag: string): number {
		const slots = this._memory._tags._with(tag);
		this._loads._overtakeTag(tag, slots);
		for (const slot of slots) {
			this._memory._drop(slot, 'deleted');
		}
		this._beyond?._tell((level) => level._dropTag(tag, 'tag'));
		return slots.length;
	}

	/** Makes all entries with a tag stale: they are loaded anew, and served meanwhile where the options allow it. */
	expireTag(tag: string): number {
		const slots = this._memory._tags._with(tag);
		this._loads._overtakeTag(tag, slots);
		const expiry = this._memory._expiring();
		for (const slot of slots) {
			expiry._makeStale(slot, this._memory._staleFor);
		}
		this._beyond?._tell((level) => level._dropTag(tag, 'expire-tag'));
		return slots.length;
	}

	/** Fresh entries, without counting. Keys of more than 1,024 characters are left out unless `verify` keeps them. */
	*entries(): IterableIterator<[K, V]> {
		const memory = this._memory;
		for (const [mapKey, slot] of memory._map) {
			if (memory._isFresh(slot)) {
				const key = memory._keys._original(mapKey, memory._longs?.get(slot));
				const value = key === undefined ? undefined : memory._peek(slot);
				if (value !== undefined) {
					yield [key as K, value as V];
				}
			}
		}
	}

	/** Entries in memory, those included that expired and were not taken out yet. */
	get size(): number {
		return this._memory._map.size;
	}

	/** Takes out what expired, without waiting for the timer. */
	purgeExpired(): void {
		this._memory._expiry?._purge();
	}

	/** What it did so far. */
	stats(): CacheStats {
		return statsOf(this._memory, this._loads, this._beyond);
	}

	/**
	 * What other sizes, or plain LRU, would have given, the best first, from a sample of the requests so far; empty until
	 * the module decides.
	 */
	advise(): Advice[] {
		return advise(this._memory._policy);
	}

	/** What it holds, in the order in which it would go, to begin with after a restart: plain data, JSON if the values are. */
	dump(): CacheDump {
		return dump(this._memory);
	}

	/**
	 * Takes over what is of use yet of a {@link MultiLevelCache.dump}, also of another process or an earlier run, and is
	 * not there already; how many entries that were. Into an empty cache of the same size it takes over how often they
	 * were asked for too.
	 *
	 * @throws {@link PerfError} `SNAPSHOT` for something else; nothing is taken then
	 */
	restore(from: CacheDump): number {
		return restore(this._memory, from);
	}

	/**
	 * Has every snapshot of a monitor contain the numbers of {@link MultiLevelCache.stats}, as gauges `name.hits` and so on.
	 *
	 * @returns a function that stops it
	 */
	observe(monitor: Observing, name: string): () => void {
		return monitor.observe(name, () => this.stats());
	}

	/** Done when what was written so far is in the third level, or that does not take it for now. */
	async flush(): Promise<void> {
		await this._beyond?._flush();
	}

	/** {@link MultiLevelCache.flush}, leaves the bus, and disposes of the cache. The store stays open: it is the user's. */
	async close(): Promise<void> {
		await this._beyond?._close();
		this.dispose();
	}

	/**
	 * Empties its memory, ends its timer, and gives back what it holds in the module; what the third level has stays there.
	 * Used again, it begins anew.
	 */
	dispose(): void {
		this._loads._clear();
		this._memory._clear();
		this._memory._dispose();
	}
}
