import type { MapKey } from './hash.js';

/** What a load came to. */
export interface Landed {
	readonly _value: unknown;
	readonly _outcome: 'miss' | 'store' | 'grace';
}

/** One load under way, for however many ask. */
export class Flight {
	/** @internal So that the declarations name nothing that some platforms' types do not have. */
	readonly _controller = new AbortController();
	/** Whether another value was written, or the entry deleted, since it began: that wins. */
	_overtaken = false;
	/** Those who wait; it is given up when there is none. A load in the background waits for itself. */
	_waiters = 0;
	/** The tags under which its value will be kept. */
	readonly _tags: readonly string[];
	/** There once the loader was called and gave its promise. */
	_landing!: Promise<Landed>;

	constructor(tags: readonly string[]) {
		this._tags = tags;
	}
}

/** The loads under way, by key: one for each key, however many ask for it. */
export class Flights {
	readonly _map = new Map<MapKey, Flight>();

	/** Begins a load; `work` is called at once. */
	_start(key: MapKey, tags: readonly string[], work: (flight: Flight) => Promise<Landed>): Flight {
		const flight = new Flight(tags);
		this._map.set(key, flight);
		const ended = () => {
			if (this._map.get(key) === flight) {
				this._map.delete(key);
			}
		};
		flight._landing = work(flight);
		// Also against an unhandled rejection, when all who waited gave up.
		flight._landing.then(ended, ended);
		return flight;
	}

	/** @internal Waits for a load, until `signal` fires; the last one to give up cancels the load. */
	_join(key: MapKey, flight: Flight, signal: AbortSignal | undefined): Promise<Landed> {
		if (!flight._landing) {
			return Promise.reject(
				new Error('key: expected another one than the loader is called for, which would wait for itself for ever'),
			);
		}
		flight._waiters++;
		if (!signal) {
			return flight._landing;
		}
		return new Promise((resolve, reject) => {
			const giveUp = () => {
				reject(signal.reason);
				if (--flight._waiters === 0) {
					if (this._map.get(key) === flight) {
						this._map.delete(key);
					}
					flight._overtaken = true;
					flight._controller.abort(signal.reason);
				}
			};
			if (signal.aborted) {
				giveUp();
				return;
			}
			signal.addEventListener('abort', giveUp, { once: true });
			const stop = () => signal.removeEventListener('abort', giveUp);
			flight._landing.then(
				(landed) => {
					stop();
					resolve(landed);
				},
				(error) => {
					stop();
					reject(error);
				},
			);
		});
	}

	/** Something was written under a key, or deleted: a load of it that is under way is not kept, nor joined any more. */
	_overtake(key: MapKey): void {
		const flight = this._map.size ? this._map.get(key) : undefined;
		if (flight) {
			flight._overtaken = true;
			this._map.delete(key);
		}
	}

	_overtakeTag(tag: string): void {
		for (const [key, flight] of this._map) {
			if (flight._tags.includes(tag)) {
				this._overtake(key);
			}
		}
	}

	_overtakeAll(): void {
		for (const key of this._map.keys()) {
			this._overtake(key);
		}
	}
}
