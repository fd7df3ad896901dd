import { PerfError } from '../../errors.js';
import { expectBetween } from '../../interner.js';
import type { CacheStore, StoreEntry } from './cache-store.js';
import { type Change, dataKey, type Meta, makeChanges, metaKey, prune } from './idb-records.js';

/** Options of {@link idbStore}. */
export interface IdbStoreOptions {
	/**
	 * The name of the database.
	 * @default 'code-mesh-perf'
	 */
	readonly database?: string;
	/**
	 * The name of the object store in it; one database holds one.
	 * @default 'cache'
	 */
	readonly storeName?: string;
	/**
	 * Entries it keeps at most, 1 to 1,000,000; the oldest go first. Each of several tabs counts its own writes, so that the
	 * tabs together may exceed it by a tenth each.
	 * @default 10000
	 */
	readonly maxEntries?: number;
}

/** A {@link CacheStore} in IndexedDB, with counts. */
export interface IdbStore extends CacheStore {
	/** Entries not written because the browser refused more room; the oldest quarter was deleted each time. */
	readonly refused: number;
}

/** What `createStore` of idb-keyval makes. */
type Use = <T>(mode: 'readonly' | 'readwrite', work: (store: IDBObjectStore) => T | PromiseLike<T>) => Promise<T>;

/**
 * A store in IndexedDB, for pages: it survives reloads and is shared by the tabs of an origin. Needs the package
 * `idb-keyval`, which it imports when it is first used.
 *
 * What is written in the same turn goes into one transaction. A write for which the browser has no room is refused
 * (`false`), the key deleted, and room made. The connection is closed when the page is left, and opened again on demand.
 *
 * @throws RangeError for a bad option; every method rejects with {@link PerfError} `PEER` where idb-keyval is missing
 */
export function idbStore(options: IdbStoreOptions = {}): IdbStore {
	return new IndexedDbStore(options);
}

class IndexedDbStore implements IdbStore {
	refused = 0;
	readonly _database: string;
	readonly _storeName: string;
	readonly _most: number;
	/** The opened database; undefined while there is none. */
	_opened: Promise<Use> | undefined;
	_connection: IDBDatabase | undefined;
	/** Changes of this turn, and the promise of their transaction: which of them were refused. */
	_changes: Change[] = [];
	_batch: Promise<boolean> | undefined;
	/** Entries there are by our own count, and how many we wrote since they were really counted. */
	_count = Infinity;
	_sinceCount = 0;
	readonly _onLeave = () => this._disconnect();

	constructor({ database = 'code-mesh-perf', storeName = 'cache', maxEntries = 10_000 }: IdbStoreOptions) {
		expectBetween('maxEntries', maxEntries, 1, 1_000_000);
		for (const [name, value] of Object.entries({ database, storeName })) {
			if (typeof value !== 'string' || !value) {
				throw new TypeError(`${name}: expected a name, got ${JSON.stringify(value)}`);
			}
		}
		this._database = database;
		this._storeName = storeName;
		this._most = maxEntries;
	}

	async get(key: string): Promise<string | undefined> {
		return (await this.getMany([key]))[0];
	}

	async getMany(keys: string[]): Promise<(string | undefined)[]> {
		const use = await this._open();
		const records = await use('readonly', (store) =>
			Promise.all(keys.flatMap((key) => [result(store.get(metaKey(key))), result(store.get(dataKey(key)))])),
		);
		const now = Date.now();
		return keys.map((_, at) => {
			const meta = records[at * 2] as Meta | undefined;
			return meta && meta[0] > now ? (records[at * 2 + 1] as string | undefined) : undefined;
		});
	}

	async has(key: string): Promise<boolean> {
		const use = await this._open();
		const meta = (await use('readonly', (store) => result(store.get(metaKey(key))))) as Meta | undefined;
		return meta !== undefined && meta[0] > Date.now();
	}

	set(key: string, value: string, ttlMs?: number): Promise<boolean> {
		return this._change([changeOf({ key, value, ...(ttlMs !== undefined && { ttl: ttlMs }) })]);
	}

	async setMany(entries: StoreEntry[]): Promise<boolean[]> {
		const taken = await this._change(entries.map(changeOf));
		return entries.map(() => taken);
	}

	delete(key: string): Promise<boolean> {
		return this.deleteMany([key]);
	}

	deleteMany(keys: string[]): Promise<boolean> {
		return this._change(keys.map((key) => ({ _key: key, _text: undefined, _expiresAt: 0 })));
	}

	async clear(): Promise<void> {
		await this._change([{ _key: undefined, _text: undefined, _expiresAt: 0 }]);
	}

	/** Closes the connection after what is on its way. A later call opens another. */
	async disconnect(): Promise<void> {
		await this._batch?.catch(() => {});
		this._disconnect();
	}

	/** Adds changes to those of this turn; whether there was room for them. */
	_change(changes: readonly Change[]): Promise<boolean> {
		this._changes.push(...changes);
		this._batch ??= this._write();
		return this._batch;
	}

	async _write(): Promise<boolean> {
		const opened = await this._open().catch((error: unknown) => ({ _error: error }));
		// What comes from here on is of the next transaction.
		this._batch = undefined;
		const changes = this._changes;
		this._changes = [];
		if (typeof opened !== 'function') {
			throw opened._error;
		}
		const use = opened;
		try {
			await use('readwrite', (store) => this._writeIn(store, changes));
			return true;
		} catch (error) {
			if ((error as Error | null)?.name !== 'QuotaExceededError') {
				throw error;
			}
		}
		this.refused += changes.filter(({ _text }) => _text !== undefined).length;
		await use('readwrite', (store) => {
			const deletes = changes.map(({ _key }) => ({ _key, _text: undefined, _expiresAt: 0 }));
			makeChanges(store, deletes, Date.now());
			this._pruneIn(store, (count) => Math.floor(count * 0.75));
			return ended(store.transaction);
		});
		return false;
	}

	_writeIn(store: IDBObjectStore, changes: readonly Change[]): Promise<void> {
		makeChanges(store, changes, Date.now());
		const written = changes.filter(({ _text }) => _text !== undefined).length;
		this._count += written;
		this._sinceCount += written;
		// Our own count takes every write for a new entry and knows nothing of other tabs, so now and then it is made anew.
		if (written && (this._count > this._most || this._sinceCount > this._most / 10)) {
			this._pruneIn(store, () => this._most);
		}
		return ended(store.transaction);
	}

	_pruneIn(store: IDBObjectStore, mostOf: (count: number) => number): void {
		prune(store, mostOf, Date.now(), (left) => {
			this._count = left;
			this._sinceCount = 0;
		});
	}

	_open(): Promise<Use> {
		this._opened ??= this._connect().catch((error) => {
			this._opened = undefined;
			throw error;
		});
		return this._opened;
	}

	async _connect(): Promise<Use> {
		const { createStore } = await bring();
		const use = createStore(this._database, this._storeName) as Use;
		const connection = await use('readonly', (store) => store.transaction.db);
		this._connection = connection;
		// Another tab wants to delete the database, or change it.
		connection.onversionchange = this._onLeave;
		// Safari ends connections by itself; idb-keyval then makes another, which we would not know.
		connection.addEventListener('close', this._onLeave);
		globalThis.addEventListener?.('pagehide', this._onLeave);
		return use;
	}

	_disconnect(): void {
		globalThis.removeEventListener?.('pagehide', this._onLeave);
		// It ends after the transactions that have begun.
		this._connection?.close();
		this._connection = undefined;
		this._opened = undefined;
	}
}

async function bring(): Promise<typeof import('idb-keyval')> {
	try {
		// In a `try`: bundlers then take it for what may be missing.
		return await import('idb-keyval');
	} catch (cause) {
		throw new PerfError('PEER', 'idbStore needs the package idb-keyval: npm install idb-keyval', cause);
	}
}

function changeOf({ key, value, ttl }: StoreEntry): Change {
	return { _key: key, _text: value, _expiresAt: ttl === undefined ? Infinity : Date.now() + ttl };
}

function result<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error);
	});
}

function ended(transaction: IDBTransaction): Promise<void> {
	return new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		// Not at an error: only once it was undone, the transaction says why.
		transaction.onabort = () => reject(transaction.error);
	});
}
