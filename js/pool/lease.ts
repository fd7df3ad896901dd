import type { Disposes } from '../disposable.js';
import { letGo, takeBack, throwAway } from './give-back.js';
import type { ObjectPool } from './object-pool.js';
import type { Slot } from './slot.js';

/**
 * An object on loan. Give it back by exactly one of `release`, `discard` and `detach`; `using` releases it at the end of
 * the block, unless one of these was called before.
 *
 * Keep the lease until then, also where the object alone is passed around: a lease that is collected counts as leaked.
 */
// biome-ignore lint/correctness/noUnusedVariables: an interface and the class it merges with have the same parameters.
export interface Lease<T extends object> extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class Lease<T extends object> {
	/** @internal */
	readonly _pool: ObjectPool<T>;
	/** @internal */
	readonly _slot: Slot<T>;
	/** @internal The generation of the slot when it was lent. */
	readonly _generation: number;
	/** @internal Nothing once it was given back. */
	_value: T | undefined;

	/** @internal */
	constructor(pool: ObjectPool<T>, slot: Slot<T>, value: T) {
		this._pool = pool;
		this._slot = slot;
		this._generation = slot._generation;
		this._value = value;
	}

	/**
	 * What was lent.
	 *
	 * @throws {@link PerfError} `RELEASED` after it was given back
	 */
	get value(): T {
		if (this._slot._generation !== this._generation) {
			throw this._pool._misuse._late();
		}
		return this._value as T;
	}

	/**
	 * Gives it back, in O(1).
	 *
	 * @throws {@link PerfError} `RELEASED` when that was done before
	 */
	release(): void {
		takeBack(this._pool, this._slot, this._end());
	}

	/**
	 * Gives it back as unusable: the pool destroys it and has room for another.
	 *
	 * @throws {@link PerfError} `RELEASED` when it was given back before
	 */
	discard(): void {
		throwAway(this._pool, this._slot, this._end());
	}

	/**
	 * Takes the object out of the pool for good, which has room for another then.
	 *
	 * @throws {@link PerfError} `RELEASED` when it was given back before
	 */
	detach(): T {
		const value = this._end();
		letGo(this._pool, this._slot, value);
		return value;
	}

	/** @internal Whether it was not given back. */
	_isOpen(): boolean {
		return this._slot._generation === this._generation;
	}

	/** @internal Makes the lease void. */
	_end(): T {
		if (this._slot._generation !== this._generation) {
			throw this._pool._misuse._again();
		}
		const value = this._value as T;
		this._value = undefined;
		return value;
	}
}

/** @internal The end of a `using` block. */
export function releaseOnce(this: Lease<object>): void {
	this._isOpen() && this.release();
}
