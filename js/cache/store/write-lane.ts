import { unref } from '../../timers.js';
import type { CacheStore } from './cache-store.js';
import { Distrust } from './distrust.js';
import { type Answer, Guard } from './guard.js';
import { PendingWrites, release, type Write } from './pending-writes.js';
import { batchOf, empty, send } from './send.js';
import type { Settings } from './store-options.js';
import { versions } from './versions.js';

/** Writes sent together at most. */
const BATCH = 500;
/**
 * A batch that has not settled after so many time limits is given up, because clients that lose their connection also lose
 * promises. Until then nothing overtakes it; if it settles later still, its keys are deleted once more.
 */
const LOST_AFTER = 20;
/** How often a `clear` that fails is tried. */
const CLEAR_TRIES = 3;

/** A batch on its way. */
interface Flight {
	readonly _writes: Map<string, Write>;
	readonly _clears: boolean;
	/** Whether its time limit is over, so that nobody waits for it any more. */
	_late: boolean;
	/** Is done as soon as it has settled or is late. */
	_tried: Promise<unknown>;
}

/**
 * The one way by which writes reach the store: a batch at a time, so that neither a late answer nor a retry changes their
 * order. What comes while a batch is on its way is the next one, so a busy cache sends few and large ones.
 *
 * Writes wait while the breaker is open. A write that fails is not made again, because the value may be the reason; its
 * key is distrusted, and deleted from the store when that works again.
 */
export class WriteLane {
	readonly _store: CacheStore;
	readonly _settings: Settings;
	readonly _guard: Guard;
	readonly _pending = new PendingWrites();
	readonly _distrust: Distrust;
	_flight: Flight | undefined;
	/** Tries that a `clear` has left; 0 where none is asked for. */
	_clearTries = 0;
	/** Whether the next try of it waits for some time to pass. */
	_clearWaits = false;
	/** Whether distrusted keys may be deleted with the next batch. */
	_repairs = false;
	_isDue = false;
	_closed = false;
	_batchTimer: ReturnType<typeof setTimeout> | undefined;
	_retryTimer: ReturnType<typeof setTimeout> | undefined;
	_written = 0;
	_deleted = 0;
	_refused = 0;
	_dropped = 0;

	constructor(store: CacheStore, settings: Settings) {
		this._store = store;
		this._settings = settings;
		this._guard = new Guard(store, settings, () => this._recover());
		this._distrust = new Distrust(settings._maxPending, () => versions._next());
	}

	/** The write of a key that the store may not have seen yet. */
	_held(key: string): Write | undefined {
		return this._pending._writes.get(key) ?? this._flight?._writes.get(key);
	}

	/** Takes a write; its waiters are released when it is made, or when that takes too long. */
	_enqueue(write: Write): void {
		const { _pending: pending, _settings: settings } = this;
		if (this._flight?._late || !this._guard._breaker._lets()) {
			release(write);
		}
		pending._add(write);
		while (pending._writes.size > settings._maxPending || pending._size > settings._maxPendingSize) {
			const oldest = pending._dropOldest() as Write;
			this._dropped++;
			this._distrust._addKey(oldest._key);
			release(oldest);
		}
		const waits = settings._behind && write._text !== undefined && pending._writes.size < BATCH;
		if (!waits) {
			this._pumpSoon();
		} else if (this._batchTimer === undefined) {
			this._batchTimer = setTimeout(() => this._pump(), settings._batchDelay);
		}
	}

	/** Forgets everything that was written up to a version. */
	_clear(version: number): void {
		this._distrust._addAll(version);
		for (const write of this._pending._take(Infinity).values()) {
			release(write);
		}
		this._clearTries = CLEAR_TRIES;
		this._clearWaits = false;
		this._pumpSoon();
	}

	/** Sends what waits now; done when it is sent, or when the store does not take it for now. */
	async _flush(): Promise<void> {
		for (let batches = Math.ceil(this._pending._writes.size / BATCH) + 2; batches > 0; batches--) {
			this._pump();
			const flight = this._flight;
			if (!flight || flight._late) {
				return;
			}
			await flight._tried;
		}
	}

	_close(): void {
		this._closed = true;
		clearTimeout(this._batchTimer);
		clearTimeout(this._retryTimer);
		this._pending._releaseAll();
	}

	/** Once for all that is written in the same turn. */
	_pumpSoon(): void {
		if (!this._isDue) {
			this._isDue = true;
			queueMicrotask(() => {
				this._isDue = false;
				this._pump();
			});
		}
	}

	/** Begins the next batch, if there is one and none is on its way. */
	_pump(): void {
		clearTimeout(this._batchTimer);
		this._batchTimer = undefined;
		const clears = this._clearTries > 0 && !this._clearWaits;
		const repairs = this._repairs ? this._distrust._some(BATCH) : [];
		if (this._flight || this._closed || !(clears || repairs.length || this._pending._writes.size)) {
			return;
		}
		if (!this._guard._breaker._lets()) {
			this._pending._releaseAll();
			this._retry(this._guard._breaker._waitMs());
			return;
		}
		const writes = clears ? new Map<string, Write>() : this._pending._take(BATCH);
		if (!clears) {
			for (const key of repairs) {
				if (!writes.has(key) && !this._pending._writes.has(key)) {
					writes.set(key, { _key: key, _text: undefined, _expiresAt: 0, _version: 0, _release: [] });
				}
			}
			this._repairs = false;
		}
		const flight: Flight = { _writes: writes, _clears: clears, _late: false, _tried: Promise.resolve() };
		this._flight = flight;
		flight._tried = this._fly(flight);
	}

	async _fly(flight: Flight): Promise<void> {
		const { _store: store, _settings: settings } = this;
		const namespace = settings._namespace;
		// Called before anything is awaited: the breaker has just said that it may be.
		const call = this._guard._call(
			async () => {
				if (flight._clears) {
					await empty(store, namespace);
					return new Set<Write>();
				}
				return send(store, await batchOf(flight._writes.values(), namespace));
			},
			() => false,
		);
		const answer = await call._soon;
		if (answer) {
			this._land(flight, answer);
			return;
		}
		flight._late = true;
		flight._writes.forEach(release);
		this._pending._releaseAll();
		// Not awaited: whoever waits for this try has waited long enough.
		Promise.race([call._done, this._lost()]).then((late) => {
			this._land(flight, late);
			call._done.then((later) => {
				if (later && !late) {
					this._overtaken(flight);
				}
			});
		});
	}

	/** Books what came of a batch and begins the next. */
	_land({ _writes: writes, _clears: clears }: Flight, answer: Answer<Set<Write>>): void {
		this._flight = undefined;
		for (const write of writes.values()) {
			release(write);
			const refused = answer?._value.has(write);
			if (!answer || refused) {
				this._refused += refused ? 1 : 0;
				this._distrust._addKey(write._key);
			} else {
				this._written += write._text === undefined ? 0 : 1;
				this._deleted += write._text === undefined ? 1 : 0;
				this._distrust._keys.delete(write._key);
			}
		}
		if (clears) {
			this._clearTries = answer ? 0 : this._clearTries - 1;
			this._clearWaits = true;
			if (this._clearTries > 0) {
				this._retry(this._settings._cooldownMs);
			}
		}
		this._repairs = answer !== undefined;
		this._pump();
	}

	/** A batch that was given up has arrived after all, perhaps over what was written since. */
	_overtaken({ _writes: writes }: Flight): void {
		for (const key of writes.keys()) {
			this._distrust._addKey(key);
		}
		this._recover();
	}

	/** The store answers again: what was put off is done now. */
	_recover(): void {
		this._repairs = true;
		this._clearWaits = false;
		this._pumpSoon();
	}

	_retry(ms: number): void {
		if (this._retryTimer === undefined && !this._closed) {
			this._retryTimer = setTimeout(
				() => {
					this._retryTimer = undefined;
					this._clearWaits = false;
					this._pump();
				},
				Math.max(ms, 1),
			);
			// A store that is away keeps no process alive.
			unref(this._retryTimer);
		}
	}

	_lost(): Promise<undefined> {
		return new Promise((resolve) => {
			unref(setTimeout(resolve, this._settings._timeout * LOST_AFTER, undefined));
		});
	}
}
