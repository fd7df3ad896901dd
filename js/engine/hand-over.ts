import type { LruPolicy } from '../cache/lru-policy.js';
import type { Memory } from '../cache/memory.js';
import { NONE, type Policy } from '../cache/policy.js';
import { shared } from '../shared.js';
import { ModulePolicy } from './cache-policy.js';

/** Entries that are handed over before others may run, and ms after which they may run sooner. */
const SLICE = 8192;
const SLICE_MS = 2;

/** Entries between two looks at the clock. */
const STEP = 128;

/** Entries come as such that were not asked for again: what is, rises. */
const PROBATION = 1;

/** The policy of the module for a cache that is empty yet; undefined where the module does not run. */
export function cachePolicy(memory: Memory): Policy | undefined {
	const { core } = shared;
	try {
		return core?.caches && new ModulePolicy(core, core.caches, memory);
	} catch {
		return undefined;
	}
}

/**
 * Hands the order of a cache over to the module, slice by slice, the least recent entries first. Until it is done the
 * cache goes on as LRU; what is deleted or comes meanwhile is deleted or comes there too.
 */
export async function handOver(memory: Memory): Promise<void> {
	const lru = memory._policy as LruPolicy;
	const isPlain = lru._name === 'lru' && !(memory._policy instanceof Double);
	const policy = isPlain ? (cachePolicy(memory) as ModulePolicy | undefined) : undefined;
	if (!policy) {
		return;
	}
	const double = new Double(lru, policy);
	memory._policy = double;
	try {
		do {
			// First of all: making what is handed over to took its time already.
			await new Promise((resolve) => setTimeout(resolve));
		} while (memory._policy === double && double._handSlice(memory));
	} catch (cause) {
		policy._failed(cause);
		double._done = false;
	}
	if (memory._policy === double) {
		if (double._done && shared.core === policy._core) {
			memory._policy = policy;
			return;
		}
		// The module failed on its way: the cache stays as it was, and hands over to the next one.
		policy._dispose();
		memory._policy = lru;
		lru._walked = false;
		memory._asked = false;
	}
}

/** Decides as LRU and tells the other one what it must know to take over. */
class Double implements Policy {
	readonly _name = 'lru';
	readonly _lru: LruPolicy;
	readonly _module: ModulePolicy;
	/** By slot: whether it was handed over. */
	readonly _handed: Uint8Array;
	_done = false;

	constructor(lru: LruPolicy, module: ModulePolicy) {
		this._lru = lru;
		this._module = module;
		this._handed = new Uint8Array(lru._capacity + 1);
		lru._cursor = lru._after(NONE);
		lru._walked = true;
	}

	/** Hands over some more; whether some are left. */
	_handSlice(memory: Memory): boolean {
		const end = performance.now() + SLICE_MS;
		let steps = SLICE / STEP;
		while (this._handStep(memory) && --steps > 0 && performance.now() < end) {
			// Until it is done, or others shall run.
		}
		return !this._done;
	}

	_handStep(memory: Memory): boolean {
		const { _lru: lru, _module: module } = this;
		const rows = new Uint32Array(4 * STEP);
		let count = 0;
		for (; count < STEP && lru._cursor !== NONE; lru._cursor = lru._after(lru._cursor)) {
			const slot = lru._cursor;
			if (!this._handed[slot]) {
				this._handed[slot] = 1;
				rows.set([slot, memory._hashOf(slot), memory._weightOf(slot), PROBATION], 4 * count++);
			}
		}
		const taken = module._caches.cacheRestore(module._id, rows.subarray(0, 4 * count));
		for (let at = 0; at < count; at++) {
			const slot = rows[4 * at] as number;
			const due = memory._expiry?._end(slot) ?? Infinity;
			if (at >= taken) {
				// No room by weight there, though there was here.
				memory._drop(slot, 'size');
			} else if (due < Infinity) {
				module._schedule(slot, due);
			}
		}
		this._done = lru._cursor === NONE;
		lru._walked = !this._done;
		return !this._done;
	}

	_hits(slots: Uint32Array, count: number): void {
		this._lru._hits(slots, count);
		this._module._hits(slots, count);
	}

	_insert(slot: number, hash: number, weight: number): number {
		return this._tell(this._lru._insert(slot, hash, weight));
	}

	_restore(slot: number, hash: number, weight: number): boolean {
		return this._lru._restore(slot, hash, weight);
	}

	_reweigh(slot: number, weight: number): number {
		if (this._handed[slot]) {
			// To be handed over once more: the walk comes to what is most recent.
			this._forget(slot);
			this._lru._hits(Uint32Array.of(slot), 1);
		}
		return this._tell(this._lru._reweigh(slot, weight));
	}

	_victim(): number {
		return this._tell(this._lru._victim());
	}

	_remove(slot: number): void {
		this._tell(slot);
		this._lru._remove(slot);
	}

	_schedule(slot: number, due: number): void {
		if (this._handed[slot]) {
			this._module._schedule(slot, due);
		}
	}

	_order(): Uint32Array {
		return this._lru._order();
	}

	_dispose(): void {
		this._lru._dispose();
		this._module._dispose();
	}

	_tell(gone: number): number {
		if (gone >= 0) {
			this._forget(gone);
		}
		return gone;
	}

	_forget(slot: number): void {
		if (this._handed[slot]) {
			this._handed[slot] = 0;
			this._module._remove(slot);
		}
	}
}
