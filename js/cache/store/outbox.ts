import { MAX_TIMEOUT, unref } from '../../timers.js';
import type { Bus } from './bus.js';

/** A publish that takes longer has failed, in ms. A message that was sent all the same does no harm twice. */
const LIMIT = 5000;
/** The pause after a failure, in ms; doubled at each further one. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

/** Publishes messages one after the other, each until it is sent. Bounded: of too many, one takes the place of all. */
export class Outbox {
	readonly _bus: Bus;
	readonly _most: number;
	/** Gives the message that stands for all that were dropped. */
	readonly _instead: () => string;
	readonly _waiting: string[] = [];
	_isSending = false;
	_isClosed = false;
	_pause = FIRST_PAUSE;
	_timer: ReturnType<typeof setTimeout> | undefined;
	_sent = 0;
	_failed = 0;
	_dropped = 0;

	constructor(bus: Bus, most: number, instead: () => string) {
		this._bus = bus;
		this._most = most;
		this._instead = instead;
	}

	_add(messages: readonly string[]): void {
		if (this._isClosed) {
			return;
		}
		this._waiting.push(...messages);
		if (this._waiting.length > this._most) {
			this._dropped += this._waiting.length;
			this._waiting.splice(0, Infinity, this._instead());
		}
		if (!this._isSending && this._timer === undefined) {
			this._send();
		}
	}

	_close(): void {
		this._isClosed = true;
		this._waiting.length = 0;
		clearTimeout(this._timer);
	}

	async _send(): Promise<void> {
		this._isSending = true;
		while (this._waiting.length) {
			const message = this._waiting[0] as string;
			if (!(await this._try(message))) {
				this._failed++;
				this._wait();
				break;
			}
			this._sent++;
			this._pause = FIRST_PAUSE;
			// It may have been dropped meanwhile, with others.
			if (this._waiting[0] === message) {
				this._waiting.shift();
			}
		}
		this._isSending = false;
	}

	async _try(message: string): Promise<boolean> {
		let timer: ReturnType<typeof setTimeout> | undefined;
		try {
			const late = new Promise<boolean>((resolve) => {
				timer = setTimeout(resolve, Math.min(LIMIT, MAX_TIMEOUT), false);
				unref(timer);
			});
			const sent = async () => {
				await this._bus.publish(message);
				return true;
			};
			return await Promise.race([sent(), late]);
		} catch {
			return false;
		} finally {
			clearTimeout(timer);
		}
	}

	_wait(): void {
		if (this._isClosed) {
			return;
		}
		this._timer = setTimeout(() => {
			this._timer = undefined;
			this._send();
		}, this._pause);
		unref(this._timer);
		this._pause = Math.min(this._pause * 2, LONGEST_PAUSE);
	}
}
