import { MAX_TIMEOUT, unref } from '../timers.js';
import { registryOf, type Trace } from './leaks.js';
import { type Cause, ObjectCounts } from './object-stats.js';
import { isPromise, type ObjectPoolOptions, shown } from './options.js';
import { Slot } from './slot.js';
import { Waiters } from './waiters.js';

/** Idle objects are looked at so many times within `maxIdleMs`; so no lease has to read the clock. */
const TICKS = 4;

/** @internal What a pool asks of its owner. */
export interface Owner<T, L> {
	_lend(slot: Slot<T>, value: T, trace: Trace | undefined): L;
	/** An object was collected while it was lent. */
	_lost(slot: Slot<T>): void;
}

/** @internal Bounds that were checked. */
export interface Bounds {
	readonly _maxSize: number;
	readonly _maxIdle: number;
	readonly _maxIdleMs: number;
}

/**
 * @internal The objects of a pool and those who wait for one. Every object is idle, lent, or on its way (being made,
 * validated or reset); whatever hook fails, its place is free again.
 */
export class Stock<T extends object, L> {
	readonly _owner: Owner<T, L>;
	readonly _hooks: ObjectPoolOptions<T>;
	readonly _bounds: Bounds;
	readonly _counts = new ObjectCounts();
	/** The ones that came back last are on top, those that were idle longest at the bottom. */
	readonly _idle: Slot<T>[] = [];
	readonly _slots = new WeakMap<T, Slot<T>>();
	readonly _waiters = new Waiters<L>();
	/** Tells of objects that were collected: as idle ones are held, these were lent. */
	readonly _registry: FinalizationRegistry<Slot<T>> | undefined;
	_inUse = 0;
	/** Objects on their way to whoever waits. */
	_coming = 0;
	_resetting = 0;
	/** Objects whose `destroy` is not done. */
	_ending = 0;
	/** Whether `create` gave a promise, so that nobody can have its object at once. */
	_makesLater = false;
	_isClosed = false;
	_isPumping = false;
	/** Called once the pool is closed and empty. */
	_whenEmpty: (() => void)[] = [];
	_tick = 0;
	/** Whether the timer runs, or there is nothing for it to do ever. */
	_isAgeing: boolean;

	constructor(owner: Owner<T, L>, hooks: ObjectPoolOptions<T>, bounds: Bounds) {
		this._owner = owner;
		this._hooks = hooks;
		this._bounds = bounds;
		this._isAgeing = bounds._maxIdleMs === Infinity;
		this._registry = registryOf((slot) => owner._lost(slot));
	}

	_busy(): number {
		return this._coming + this._resetting;
	}

	_size(): number {
		return this._idle.length + this._inUse + this._coming + this._resetting;
	}

	/** An idle object, if there is one that is valid. */
	_takeIdle(): Slot<T> | undefined {
		for (;;) {
			const slot = this._idle.pop();
			if (!slot || !this._hooks.validate) {
				return slot;
			}
			this._coming++;
			const answer = this._ask(slot._value as T);
			this._coming--;
			if (answer === true) {
				return slot;
			}
			if (isPromise(answer)) {
				this._idle.push(slot);
				Promise.resolve(answer).catch(() => {});
				throw new TypeError('validate: expected a boolean, got a promise. Use acquire() or with(), which can wait.');
			}
			this._discard(slot, slot._value as T, 'invalid');
		}
	}

	/** A new object, if there is room for one and it is made at once. Throws what `create` throws. */
	_makeNow(): Slot<T> | undefined {
		if (this._makesLater || this._size() >= this._bounds._maxSize) {
			return undefined;
		}
		this._coming++;
		try {
			const made = this._hooks.create();
			if (!isPromise(made)) {
				const slot = this._enroll(made as T);
				this._coming--;
				return slot;
			}
			this._await(made as PromiseLike<T>);
			return undefined;
		} catch (error) {
			this._coming--;
			this._counts._failures.create++;
			this._freed();
			throw error;
		}
	}

	/** Makes an object for whoever waits, or to be idle. */
	_make(): void {
		this._coming++;
		try {
			const made = this._hooks.create();
			isPromise(made) ? this._await(made as PromiseLike<T>) : this._made(made as T);
		} catch (error) {
			this._unmade(error);
		}
	}

	/** Serves those who wait from idle objects and new ones, as far as there is room. */
	_pump(): void {
		if (this._isPumping) {
			return;
		}
		this._isPumping = true;
		while (this._waiters._heap.length > this._coming) {
			const slot = this._idle.pop();
			if (slot) {
				this._check(slot, slot._value as T);
			} else if (this._size() < this._bounds._maxSize) {
				this._make();
			} else {
				break;
			}
		}
		this._isPumping = false;
	}

	/** Takes an object that came back. */
	_put(slot: Slot<T>, value: T): void {
		if (this._waiters._heap.length) {
			this._check(slot, value);
		} else {
			this._keep(slot, value);
		}
	}

	/** Ends an object that is in no count any more. */
	_discard(slot: Slot<T>, value: T, cause: Cause): void {
		this._counts._discarded[cause]++;
		this._drop(slot, value);
		const { destroy } = this._hooks;
		if (destroy) {
			const failed = () => {
				this._counts._failures.destroy++;
			};
			try {
				const ending = destroy(value);
				if (isPromise(ending)) {
					this._ending++;
					Promise.resolve(ending)
						.catch(failed)
						.then(() => {
							this._ending--;
							this._settle();
						});
				}
			} catch {
				failed();
			}
		}
		this._freed();
	}

	/** Forgets an object, which is the caller's then. */
	_drop(slot: Slot<T>, value: T): void {
		slot._value = undefined;
		this._slots.delete(value);
		this._registry?.unregister(slot);
	}

	/** There is room for another one. */
	_freed(): void {
		this._pump();
		this._settle();
	}

	/** Takes no new callers any more. */
	_close(): void {
		this._isClosed = true;
		// One by one: the pool is empty only when the last of them is destroyed.
		for (let slot = this._idle.shift(); slot; slot = this._idle.shift()) {
			this._discard(slot, slot._value as T, 'closed');
		}
		this._settle();
	}

	_settle(): void {
		if (this._isClosed && !this._size() && !this._ending) {
			for (const tell of this._whenEmpty.splice(0)) {
				tell();
			}
		}
	}

	/** The answer of `validate`; false when it throws. */
	_ask(value: T): unknown {
		try {
			return this._hooks.validate ? this._hooks.validate(value) : true;
		} catch {
			this._counts._failures.validate++;
			return false;
		}
	}

	/** Hands an object over to who waits, if it is valid. */
	_check(slot: Slot<T>, value: T): void {
		slot._value = undefined;
		const end = (isValid: unknown) => {
			this._coming--;
			isValid === true ? this._deliver(slot, value) : this._discard(slot, value, 'invalid');
		};
		this._coming++;
		const answer = this._ask(value);
		if (isPromise(answer)) {
			answer.then(end, () => {
				this._counts._failures.validate++;
				end(false);
			});
		} else {
			end(answer);
		}
	}

	_deliver(slot: Slot<T>, value: T): void {
		const waiter = this._waiters._take();
		if (waiter) {
			this._counts._waited(waiter._since);
			waiter._resolve(this._owner._lend(slot, value, waiter._trace));
		} else {
			this._keep(slot, value);
		}
	}

	/** Makes an object idle, if it may be. */
	_keep(slot: Slot<T>, value: T): void {
		if (this._isClosed) {
			this._discard(slot, value, 'closed');
		} else if (this._idle.length >= this._bounds._maxIdle) {
			this._discard(slot, value, 'surplus');
		} else {
			slot._value = value;
			slot._idleSince = this._tick;
			this._idle.push(slot);
			this._isAgeing || this._age();
		}
	}

	_await(making: PromiseLike<T>): void {
		this._makesLater = true;
		making.then(
			(value) => {
				try {
					this._made(value);
				} catch (error) {
					this._unmade(error);
				}
			},
			(error) => this._unmade(error),
		);
	}

	_made(value: T): void {
		const slot = this._enroll(value);
		this._coming--;
		this._deliver(slot, value);
	}

	/** An object could not be made: the one whose turn it is hears of it, and the place is free. */
	_unmade(error: unknown): void {
		this._coming--;
		this._counts._failures.create++;
		const waiter = this._waiters._take();
		if (waiter) {
			this._counts._waited(waiter._since);
			waiter._reject(error);
		}
		this._freed();
	}

	_enroll(value: T): Slot<T> {
		if (!((typeof value === 'object' && value) || typeof value === 'function')) {
			throw new TypeError(`create: expected an object, got ${shown(value)}`);
		}
		if (this._slots.has(value)) {
			throw new TypeError('create: expected another object each time, got one that is in the pool already');
		}
		const slot = new Slot(value);
		this._slots.set(value, slot);
		this._registry?.register(value, slot, slot);
		this._counts._created++;
		return slot;
	}

	/** Runs the one timer while anything is idle; it ends by itself at the first look at nothing. */
	_age(): void {
		this._isAgeing = true;
		const look = () => {
			this._tick++;
			let old = 0;
			while (old < this._idle.length && this._tick - (this._idle[old] as Slot<T>)._idleSince > TICKS) {
				old++;
			}
			for (const slot of this._idle.splice(0, old)) {
				this._discard(slot, slot._value as T, 'aged');
			}
			this._isAgeing = this._idle.length > 0;
			this._isAgeing && wait();
		};
		const wait = () => unref(setTimeout(look, Math.min(this._bounds._maxIdleMs / TICKS, MAX_TIMEOUT)));
		wait();
	}
}
