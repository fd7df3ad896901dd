import type { CacheStore, Stored, StoreOptions, StoreStats } from './cache-store.js';
import { decode, encode, type Found } from './envelope.js';
import type { Answer } from './guard.js';
import { OpenReads } from './open-reads.js';
import type { Write } from './pending-writes.js';
import { storeKey } from './store-keys.js';
import { expectStore, type Settings, settingsOf } from './store-options.js';
import { endOfMs, versions } from './versions.js';
import { WriteLane } from './write-lane.js';

/**
 * The third level of a cache, over somebody's store. Nothing here ever rejects, waits longer than the time limit, or gives
 * out what has expired or what this process has overwritten or deleted, whatever the store does; what it cannot do is
 * counted.
 *
 * Reads see the writes that still wait. Memory: the waiting writes, and of those that failed the keys, ten times as many
 * at most.
 */
export class StoreTier {
	readonly _store: CacheStore;
	readonly _settings: Settings;
	readonly _lane: WriteLane;
	readonly _reads = new OpenReads();
	_hits = 0;
	_misses = 0;
	_damaged = 0;
	_unstorable = 0;
	_closing: Promise<void> | undefined;

	constructor(store: CacheStore, options: StoreOptions = {}) {
		expectStore(store);
		this._store = store;
		this._settings = settingsOf(options);
		this._lane = new WriteLane(store, this._settings);
	}

	/** The entry of a key, or undefined. */
	async _get(key: string): Promise<Found | undefined> {
		const [found] = await this._read([key], async ([inStore]) => [await this._store.get(inStore as string)]);
		return found;
	}

	/** The entries of several keys, in their order, by one call where the store has one for that. */
	_getMany(keys: readonly string[]): Promise<(Found | undefined)[]> {
		return this._read(keys, (inStore) =>
			this._store.getMany
				? this._store.getMany(inStore)
				: Promise.all(inStore.map(async (each) => this._store.get(each))),
		);
	}

	/** Keeps an entry. Where writes go `through`, done when it is kept or the time limit is over; else at once. */
	async _set(key: string, stored: Stored): Promise<void> {
		const version = stored.version ?? versions._next();
		const text = encode(stored, version, this._settings._codec);
		if (text === undefined) {
			this._unstorable++;
		}
		// What cannot be stored still makes what is there out of date: a deletion.
		await this._write(key, text, stored.expiresAt, version);
	}

	/** Forgets keys, also those whose writes wait. */
	async _delete(keys: readonly string[]): Promise<void> {
		const version = versions._next();
		await Promise.all(keys.map((key) => this._write(key, undefined, Infinity, version)));
	}

	/** Forgets everything of this namespace. In effect here at once, in the store as soon as it can be done. */
	async _clear(): Promise<void> {
		this._lane._clear(versions._next());
		await (this._settings._behind ? undefined : this._lane._flush());
	}

	/** Takes nothing any more from the store that is of this version or older: another process has cleared it. */
	_distrustUpTo(version: number): void {
		this._lane._distrust._addAll(endOfMs(version));
	}

	/** Done when what was written so far is in the store, or the store does not take it for now. */
	async flush(): Promise<void> {
		await this._lane._flush();
	}

	/** Flushes, then ends the connections of the store. Afterwards every read is a miss. Do not call it on a shared store. */
	close(): Promise<void> {
		this._closing ??= this._close();
		return this._closing;
	}

	_stats(): StoreStats {
		const { _lane: lane } = this;
		const guard = lane._guard;
		return {
			hits: this._hits,
			misses: this._misses,
			timeouts: guard._timeouts,
			errors: guard._errors,
			skipped: guard._skippedCalls,
			damaged: this._damaged,
			writes: lane._written,
			deletes: lane._deleted,
			refused: lane._refused,
			unstorable: this._unstorable,
			pending: lane._pending._writes.size + (lane._flight?._writes.size ?? 0),
			dropped: lane._dropped,
			breaker: guard._breaker._state,
			lastError: guard._lastError,
		};
	}

	async _close(): Promise<void> {
		const { _lane: lane, _store: store } = this;
		await lane._flush();
		lane._close();
		// Clients first wait for the answers to what they have sent, and cannot be told otherwise once they do. So whether
		// there will be any is asked before.
		if (await lane._guard._force(() => store.get(`${this._settings._namespace}/`))) {
			await lane._guard._force(() => store.disconnect?.());
		} else {
			// A Keyv does not hand this on to its adapter.
			const { store: adapter } = store as { store?: CacheStore };
			await lane._guard._force(() => (adapter?.disconnect ? adapter : store).disconnect?.(true));
		}
	}

	async _write(key: string, text: string | undefined, expiresAt: number, version: number): Promise<void> {
		this._reads._written(key);
		if (this._closing) {
			return;
		}
		const settings = this._settings;
		await new Promise<void>((resolve) => {
			this._lane._enqueue({
				_key: key,
				_text: text,
				_expiresAt: expiresAt,
				_version: version,
				_release: settings._behind ? [] : [resolve],
			});
			if (settings._behind) {
				resolve();
			}
		});
	}

	/** Reads keys: from the writes that wait, and the others by one call. */
	async _read(keys: readonly string[], ask: (inStore: string[]) => unknown): Promise<(Found | undefined)[]> {
		const found = keys.map((key) => this._waiting(key));
		const asked = keys.flatMap((key, at) => (found[at] === null && this._mayAsk(key) ? [at] : []));
		if (asked.length) {
			const marks = asked.map((at) => this._reads._begin(keys[at] as string));
			const texts = await this._ask(
				asked.map((at) => keys[at] as string),
				ask,
			);
			asked.forEach((at, position) => {
				const key = keys[at] as string;
				const isCurrent = this._reads._end(key, marks[position] as number);
				found[at] = isCurrent ? this._open(texts[position]) : this._waiting(key);
			});
		}
		return found.map((each) => this._count(each ?? undefined));
	}

	async _ask(keys: readonly string[], ask: (inStore: string[]) => unknown): Promise<readonly unknown[]> {
		const { _namespace: namespace } = this._settings;
		const answer: Answer<unknown> = await this._lane._guard._call(
			async () => ask(await Promise.all(keys.map((key) => storeKey(namespace, key)))),
			isEvidence,
		)._soon;
		return Array.isArray(answer?._value) ? answer._value : [];
	}

	/** What a waiting write says of a key; null where none waits. */
	_waiting(key: string): Found | undefined | null {
		const write: Write | undefined = this._lane._held(key);
		if (!write) {
			return null;
		}
		return write._text === undefined ? undefined : this._open(write._text);
	}

	_mayAsk(key: string): boolean {
		return !this._closing && !this._lane._distrust._keys.has(key);
	}

	/** The entry of a text, unless it is out of date. */
	_open(text: unknown): Found | undefined {
		if (text === undefined || text === null) {
			return undefined;
		}
		const found = decode(text, this._settings._codec);
		if (!found) {
			this._damaged++;
			return undefined;
		}
		return found.version > this._lane._distrust._upTo ? found : undefined;
	}

	_count(found: Found | undefined): Found | undefined {
		const isGood = found !== undefined && found.expiresAt > Date.now();
		if (isGood) {
			this._hits++;
			return found;
		}
		this._misses++;
		return undefined;
	}
}

/** Whether an answer to a read shows that the store was there: something was found. */
function isEvidence(answer: unknown): boolean {
	return Array.isArray(answer) && answer.some((each) => each !== undefined && each !== null);
}
