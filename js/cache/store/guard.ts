import { Breaker } from './breaker.js';
import type { CacheStore } from './cache-store.js';
import type { Settings } from './store-options.js';

/** What came of a call; undefined where it failed, was late or was not made. */
export type Answer<T> = { readonly _value: T } | undefined;

/** A call of a store. Neither promise ever rejects. */
export interface Call<T> {
	/** The answer, or undefined when the time limit is over. */
	readonly _soon: Promise<Answer<T>>;
	/** The answer whenever it comes; of a store that hangs, never. */
	readonly _done: Promise<Answer<T>>;
}

/** Lets calls through to a store: each with a time limit, none while the breaker is open, no failure beyond here. */
export class Guard {
	readonly _breaker: Breaker;
	readonly _timeout: number;
	readonly _tell: ((error: unknown) => void) | undefined;
	_timeouts = 0;
	_errors = 0;
	_skippedCalls = 0;
	_lastError: string | undefined;
	/** Failures that the store told of by events. */
	_events = 0;

	constructor(store: CacheStore, settings: Settings, onClose: () => void) {
		this._timeout = settings._timeout;
		this._tell = settings._onError;
		this._breaker = new Breaker(settings._failures, settings._cooldownMs, () => performance.now(), onClose);
		// Never taken away again: an `error` event without a listener ends a Node process, also after `close`.
		store.on?.('error', (error) => {
			this._events++;
			this._fail(error);
		});
	}

	/**
	 * Makes a call. Adapters like Keyv's swallow failures and answer as if nothing were there, but tell of them by an event:
	 * an answer that is no evidence of success is a failure where such an event came during the call.
	 */
	_call<T>(operation: () => T, isEvidence: (value: Awaited<T>) => boolean): Call<Awaited<T>> {
		const number = this._breaker._enter();
		if (!number) {
			this._skippedCalls++;
			const nothing = Promise.resolve(undefined);
			return { _soon: nothing, _done: nothing };
		}
		const events = this._events;
		const done = this._attempt(operation).then((answer) => {
			const answered = answer && (events === this._events || isEvidence(answer._value)) ? answer : undefined;
			this._breaker._leave(number, answered !== undefined);
			return answered;
		});
		return { _soon: this._within(done, number), _done: done };
	}

	/** Makes a call whatever the breaker says; whether it succeeded in time. */
	async _force(operation: () => unknown): Promise<boolean> {
		return (await this._within(this._attempt(operation), 0)) !== undefined;
	}

	/** Counts a failure and tells of it. */
	_fail(error: unknown): void {
		this._errors++;
		this._note(error);
	}

	_note(error: unknown): void {
		try {
			this._lastError = `${(error as Error | undefined)?.message ?? error}`;
			this._tell?.(error);
		} catch {
			// Whoever is told must not break what it is told of.
		}
	}

	async _attempt<T>(operation: () => T): Promise<Answer<Awaited<T>>> {
		try {
			return { _value: await operation() };
		} catch (error) {
			this._fail(error);
			return undefined;
		}
	}

	_within<T>(done: Promise<Answer<T>>, number: number): Promise<Answer<T>> {
		return new Promise((resolve) => {
			const late = () => {
				this._timeouts++;
				this._note(new Error(`The store did not answer within ${this._timeout} ms.`));
				this._breaker._leave(number, false);
				resolve(undefined);
			};
			// A second, short timer: when this thread itself was busy, the answer may lie unread behind the first.
			let timer = setTimeout(() => {
				timer = setTimeout(late, 1);
			}, this._timeout);
			done.then((answer) => {
				clearTimeout(timer);
				resolve(answer);
			});
		});
	}
}
