import type { Core } from '../core.js';
import { Store } from './store.js';
import { mergeWire } from './wire-merger.js';
import { writeStore } from './wire-writer.js';

export { explain } from './explain.js';

/** The core in JavaScript, for where WebAssembly is missing or refused: the same buckets and the same numbers. */
export function javascriptCore(): Core {
	const stores: (Store | undefined)[] = [];
	const at = (registry: number) => stores[registry] as Store;
	return {
		kind: 'js',
		memoryBytes: () => 0,
		registryNew: (startMs, idleExpiryMs) => {
			const free = stores.findIndex((store) => !store);
			const registry = free < 0 ? stores.length : free;
			stores[registry] = new Store(startMs, idleExpiryMs);
			return registry;
		},
		registryFree: (registry) => {
			stores[registry] = undefined;
		},
		define: (registry, handle, kind, parent, windowMs, slices) =>
			at(registry)._define(handle, kind, parent, windowMs, slices),
		drain: (registry, handles, values, times, now) => at(registry)._drain(handles, values, times, now),
		addLosses: (registry, ...losses) => {
			losses.forEach((loss, index) => {
				at(registry)._losses[index as 0] += loss;
			});
		},
		snapshot: (registry, now, reader) => {
			at(registry)._expireIdle(now);
			return writeStore(reader < 0 ? at(registry) : at(registry)._takeSince(reader, now), now);
		},
		quantile: (registry, handle, q) => at(registry)._quantile(handle, q),
		reset: (registry, now) => at(registry)._reset(now),
		merge: (registry, records) => mergeWire(at(registry), records),
		readerNew: (registry, now) => at(registry)._readerNew(now),
		readerFree: (registry, reader) => at(registry)._readerFree(reader),
		recycle: (registry, now) => at(registry)._recycle(now),
	};
}
