import type { Memory } from '../cache/memory.js';
import { NONE, type Policy } from '../cache/policy.js';
import type { CacheCore, Core } from '../core.js';
import { shared } from '../shared.js';
import { weak } from '../weak.js';
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
	/** Weak, because what frees it when the cache is forgotten must not remember the cache. */
	readonly _memory: { deref(): Memory | undefined };
	/** The time that is tick 0 in the module, which knows none before. */
	readonly _origin: number;

	constructor(core: Core, caches: CacheCore, memory: Memory) {
		this._core = core;
		this._caches = caches;
		const maxWeight = memory._maxWeight < Infinity ? Math.ceil(memory._maxWeight) : 0;
		this._origin = Math.floor(memory._clock());
		this._id = caches.cacheNew(memory._capacity, maxWeight, 0);
		this._memory = weak(memory);
		forgotten?.register(memory, freeing(core, caches, this._id), this);
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
			return this._failedVictim(cause);
		}
	}

	_restore(slot: number, hash: number, weight: number, segment: number): boolean {
		try {
			return this._caches.cacheRestore(this._id, Uint32Array.of(slot, hash, weight, segment)) === 1;
		} catch (cause) {
			// The one that takes over has taken the slot with all others.
			this._failed(cause);
			return true;
		}
	}

	_reweigh(slot: number, weight: number): number {
		try {
			return this._caches.cacheReweigh(this._id, slot, weight);
		} catch (cause) {
			return this._failedVictim(cause);
		}
	}

	_victim(): number {
		try {
			return this._caches.cacheVictim(this._id);
		} catch (cause) {
			return this._failedVictim(cause);
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
			this._caches.cacheSchedule(this._id, slot, Math.ceil(due) - this._origin);
		} catch (cause) {
			this._failed(cause);
		}
	}

	_due(now: number): number {
		try {
			return this._caches.cacheDue(this._id, Math.floor(now) - this._origin);
		} catch (cause) {
			this._failed(cause);
			return NONE;
		}
	}

	_nextDue(): number {
		try {
			return this._caches.cacheNextTick(this._id) + this._origin;
		} catch (cause) {
			this._failed(cause);
			// Soon: then the one that takes over is asked.
			return this._origin;
		}
	}

	_order(): Uint32Array {
		try {
			return this._caches.cacheOrder(this._id);
		} catch (cause) {
			this._failed(cause);
			const policy = this._memory.deref()?._policy;
			return policy && policy !== this ? policy._order() : new Uint32Array(0);
		}
	}

	_sketch(): Uint32Array {
		try {
			return this._caches.cacheSketch(this._id);
		} catch (cause) {
			this._failed(cause);
			return new Uint32Array(0);
		}
	}

	_restoreSketch(words: Uint32Array): void {
		try {
			if (words.length === 2 * this._caches.cacheSketchLength(this._id)) {
				this._caches.cacheRestoreSketch(this._id, words);
			}
		} catch (cause) {
			this._failed(cause);
		}
	}

	_advise(): Float64Array {
		try {
			this._memory.deref()?._ring._drain(this);
			return this._caches.cacheAdvise(this._id);
		} catch (cause) {
			this._failed(cause);
			return new Float64Array(0);
		}
	}

	_dispose(): void {
		forgotten?.unregister(this);
		freeing(this._core, this._caches, this._id)();
	}

	/** The module failed: another instance of it is made for all who come, and this cache goes on as LRU until then. */
	_failed(cause: unknown): void {
		recover(this._core, cause);
		const memory = this._memory.deref();
		if (memory?._policy === this) {
			forgotten?.unregister(this);
			memory._fallBack();
		}
	}

	/** The same where the module was to name a victim: the one that takes over does. */
	_failedVictim(cause: unknown): number {
		this._failed(cause);
		const policy = this._memory.deref()?._policy;
		return policy && policy !== this ? policy._victim() : NONE;
	}
}

/** What gives a number back. Made here and not where the cache is known, or it would keep the cache alive. */
function freeing(core: Core, caches: CacheCore, id: number): () => void {
	return () => {
		// The module may be gone, or failed: then nothing is left to be freed.
		if (shared.core === core) {
			try {
				caches.cacheFree(id);
			} catch {
				// The next call that matters will see the failure too.
			}
		}
	};
}
