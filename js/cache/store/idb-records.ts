/**
 * How entries lie in the object store: under `['d', key]` the text, under `['m', key]` what is known about it. Looking for
 * what has expired, or is the oldest, then reads the small records only.
 */

/** When an entry expires and when it was written, in ms since the epoch; Infinity for never. */
export type Meta = readonly [expiresAt: number, writtenAt: number];

/** A change of one key: a new text, or undefined to delete it. Without a key, everything is deleted. */
export interface Change {
	readonly _key: string | undefined;
	readonly _text: string | undefined;
	readonly _expiresAt: number;
}

export const dataKey = (key: string): IDBValidKey => ['d', key];
export const metaKey = (key: string): IDBValidKey => ['m', key];

/** All records about entries. An array sorts after every text. */
export const allMeta = (): IDBKeyRange => IDBKeyRange.bound(['m'], ['m', []]);

/** Makes changes, in their order. */
export function makeChanges(store: IDBObjectStore, changes: readonly Change[], now: number): void {
	for (const { _key: key, _text: text, _expiresAt: expiresAt } of changes) {
		if (key === undefined) {
			store.clear();
		} else if (text === undefined) {
			forget(store, key);
		} else {
			store.put(text, dataKey(key));
			store.put([expiresAt, now] satisfies Meta, metaKey(key));
		}
	}
}

export function forget(store: IDBObjectStore, key: string): void {
	store.delete(dataKey(key));
	store.delete(metaKey(key));
}

/**
 * Deletes what has expired and then the oldest, until so many entries are left as `mostOf` allows of those alive; calls
 * back with the number left. In the transaction of `store`, whose end tells when it is done. Reads the records of all entries.
 */
export function prune(
	store: IDBObjectStore,
	mostOf: (alive: number) => number,
	now: number,
	onLeft: (left: number) => void,
): void {
	const keys = store.getAllKeys(allMeta());
	const metas = store.getAll(allMeta());
	metas.onsuccess = () => {
		const entries = (metas.result as Meta[]).map(
			([expiresAt, writtenAt], at) =>
				({ _key: (keys.result[at] as [string, string])[1], _expiresAt: expiresAt, _writtenAt: writtenAt }) as const,
		);
		const alive = entries.filter(({ _expiresAt }) => _expiresAt > now).sort((a, b) => a._writtenAt - b._writtenAt);
		const surplus = alive.slice(0, Math.max(alive.length - mostOf(alive.length), 0));
		for (const { _key } of [...entries.filter(({ _expiresAt }) => _expiresAt <= now), ...surplus]) {
			forget(store, _key);
		}
		onLeft(alive.length - surplus.length);
	};
}
