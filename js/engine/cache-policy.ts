import type { Memory } from '../cache/memory.js';
import { NONE, type Policy } from '../cache/policy.js';
import type { CacheCore, Core } from '../core.js';
import { shared } from '../shared.js';
import { recover } from './attach.js';

/** Frees what the module holds for caches that nobody holds any more, in runtimes that tell. */
const forgotten =
	globalThis.FinalizationRegistry &&
	new FinalizationRegistry<() => void>((free) => {
		free();
	});

/** The policy of the module for a cache. Where the module fails, the cache goes on without. */
export class ModulePolicy implements Policy {
	readonly _name = 'w-tinylfu';
	readonly _core: Core;
	readonly _caches: CacheCore;
	readonly _id: number;
	readonly _memory: WeakRef<Memory> | { deref(): Memory };

	constructor(core: Core, caches: CacheCore, memory: Memory) {
		this._core = core;
		this._caches = caches;
		const maxWeight = memory._maxWeight < Infinity ? Math.ceil(memory._maxWeight) : 0;
		this._id = caches.cacheNew(memory._capacity, maxWeight, Math.floor(memory._clock()));
		// Weak, because what frees it when the cache is forgotten must not remember the cache.
		this._memory = globalThis.WeakRef ? new WeakRef(memory) : { deref: () => memory };
		const { _id: id } = this;
		forgotten?.register(memory, () => attempt(core, () => caches.cacheFree(id)), this);
	}

	_hits(slots: Uint32Array, count: number): void {
		try {
			this._caches.cacheHits(this._id, slots, count);
		} catch (cause) {
			this._failed(cause);
		}
	}

	_insert(slot: number, hash: number, weight: number): number {
		try {
			return this._caches.cacheInsert(this._id, slot, hash, weight);
		} catch (cause) {
			return this._failed(cause);
		}
	}

	_restore(slot: number, hash: number, weight: number, segment: number): boolean {
		return this._caches.cacheRestore(this._id, Uint32Array.of(slot, hash, weight, segment)) === 1;
	}

	_reweigh(slot: number, weight: number): number {
		try {
			return this._caches.cacheReweigh(this._id, slot, weight);
		} catch (cause) {
			return this._failed(cause);
		}
	}

	_victim(): number {
		try {
			return this._caches.cacheVictim(this._id);
		} catch (cause) {
			return this._failed(cause);
		}
	}

	_remove(slot: number): void {
		try {
			this._caches.cacheRemove(this._id, slot);
		} catch (cause) {
			this._failed(cause);
		}
	}

	_schedule(slot: number, due: number): void {
		try {
			this._caches.cacheSchedule(this._id, slot, Math.ceil(due));
		} catch (cause) {
			this._failed(cause);
		}
	}

	_due(now: number): number {
		try {
			return this._caches.cacheDue(this._id, Math.floor(now));
		} catch (cause) {
			return this._failed(cause);
		}
	}

	_nextDue(): number {
		try {
			return this._caches.cacheNextTick(this._id);
		} catch (cause) {
			this._failed(cause);
			return Infinity;
		}
	}

	_order(): Uint32Array {
		return this._caches.cacheOrder(this._id);
	}

	_sketch(): Uint32Array {
		return this._caches.cacheSketch(this._id);
	}

	_restoreSketch(words: Uint32Array): void {
		if (words.length === 2 * this._caches.cacheSketchLength(this._id)) {
			this._caches.cacheRestoreSketch(this._id, words);
		}
	}

	_advise(): Float64Array {
		this._memory.deref()?._drain();
		return this._caches.cacheAdvise(this._id);
	}

	_dispose(): void {
		forgotten?.unregister(this);
		attempt(this._core, () => this._caches.cacheFree(this._id));
	}

	/** The module failed: another instance of it is made for all who come, and this cache goes on as LRU until then. */
	_failed(cause: unknown): number {
		recover(this._core, cause);
		const memory = this._memory.deref();
		if (memory?._policy === this) {
			forgotten?.unregister(this);
			memory._fallBack();
			// One may be too many, the one for which the module failed to name a victim.
			return memory._policy._victim();
		}
		return NONE;
	}
}

/** The module may be gone, or failed: then nothing is left to be freed. */
function attempt(core: Core, work: () => void): void {
	if (shared.core === core) {
		try {
			work();
		} catch {
			// The next call that matters will see the failure too.
		}
	}
}
