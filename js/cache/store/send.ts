import type { CacheStore, StoreEntry } from './cache-store.js';
import type { Write } from './pending-writes.js';
import { storeKey } from './store-keys.js';

/** From here on an entry lives for good: more than 3,000 years, which not every store can count in ms. */
const FOR_GOOD = 1e14;

/** Writes as a store takes them. */
export interface Batch {
	readonly _sets: StoreEntry[];
	readonly _deletes: string[];
	/** The write of each of `_sets`. */
	readonly _ofSets: Write[];
}

/** Makes a batch of writes; those that have expired meanwhile become deletions. */
export async function batchOf(writes: Iterable<Write>, namespace: string): Promise<Batch> {
	const batch: Batch = { _sets: [], _deletes: [], _ofSets: [] };
	for (const write of writes) {
		const made = storeKey(namespace, write._key);
		const key = typeof made === 'string' ? made : await made;
		const ttl = Math.ceil(write._expiresAt - Date.now());
		if (write._text === undefined || ttl <= 0) {
			batch._deletes.push(key);
		} else {
			batch._sets.push({ key, value: write._text, ...(ttl < FOR_GOOD && { ttl }) });
			batch._ofSets.push(write);
		}
	}
	return batch;
}

/** Sends a batch, and waits until all of it has settled. Gives the writes that the store refused; rejects if a call did. */
export async function send(store: CacheStore, { _sets, _deletes, _ofSets }: Batch): Promise<Set<Write>> {
	const manySets = _sets.length > 1 && store.setMany !== undefined;
	const manyDeletes = _deletes.length > 1 && store.deleteMany !== undefined;
	const sets = manySets
		? [() => store.setMany?.(_sets)]
		: _sets.map(
				({ key, value, ttl }) =>
					() =>
						ttl === undefined ? store.set(key, value) : store.set(key, value, ttl),
			);
	const deletes = manyDeletes ? [() => store.deleteMany?.(_deletes)] : _deletes.map((key) => () => store.delete(key));
	const answers = await Promise.allSettled([...sets, ...deletes].map(async (call) => call()));
	const failure = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
	if (failure) {
		throw failure.reason;
	}
	const values = answers.slice(0, sets.length).map((answer) => (answer as PromiseFulfilledResult<unknown>).value);
	// One answer for all of them, or one each; only `false` says no.
	const each = manySets ? (Array.isArray(values[0]) ? values[0] : _sets.map(() => values[0])) : values;
	return new Set(_ofSets.filter((_, at) => each[at] === false));
}

/** Empties a namespace in a store: key by key where the store can list its keys, or else all of the store. */
export async function empty(store: CacheStore, namespace: string): Promise<void> {
	// A Keyv reads every value to list the keys, and fails at the first that is not its own; the adapter in it does not.
	const { store: adapter, namespace: outer } = store as { store?: CacheStore; namespace?: unknown };
	const listing = typeof adapter?.iterator === 'function' ? adapter : store;
	const beginnings = [`${namespace}/`, ...(typeof outer === 'string' ? [`${outer}:${namespace}/`] : [])];
	if (typeof listing.iterator !== 'function') {
		if (!store.clear) {
			throw new Error('The store has neither iterator nor clear: what is in it stays until it expires.');
		}
		await store.clear();
		return;
	}
	let keys: string[] = [];
	const forget = async () => {
		const some = keys;
		keys = [];
		await (listing.deleteMany ? listing.deleteMany(some) : Promise.all(some.map(async (key) => listing.delete(key))));
	};
	// Adapters take their own namespace as an argument; a Keyv needs none.
	for await (const [key] of await listing.iterator((listing as { namespace?: unknown }).namespace)) {
		const isOurs = typeof key === 'string' && beginnings.some((beginning) => key.startsWith(beginning));
		if (isOurs && keys.push(key) === 1000) {
			await forget();
		}
	}
	if (keys.length) {
		await forget();
	}
}
