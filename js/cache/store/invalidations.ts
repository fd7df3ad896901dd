import type { Bus, InvalidationStats } from './bus.js';
import { decodeMessage, encodeMessage, type Message, type MessageKind } from './messages.js';
import { Outbox } from './outbox.js';
import { expectBus } from './store-options.js';
import { endOfMs, versions } from './versions.js';

/** Names whose last message is remembered, to know values that come late. */
const REMEMBERED = 4096;
/** Messages that may wait to be sent. */
const MOST_WAITING = 1000;

/** The cache that follows the messages of others. */
export interface InvalidationTarget {
	/** The version of the entry held under a key; undefined where none is held. */
	_versionOf(key: string): number | undefined;
	/** Drops an entry, or lets it expire now. */
	_drop(key: string, how: 'delete' | 'expire'): void;
	/** The keys of all entries held. */
	_keys(): Iterable<string>;
	/** The keys of the entries held that have a tag. */
	_keysOf(tag: string): Iterable<string>;
	/** Everything older than this version was cleared, also in a third level. */
	_cleared?(version: number): void;
}

/** What a message concerns: everything up to a version, but not the entry of which it tells, which has its version. */
interface Mark {
	readonly _version: number;
	readonly _upTo: number;
}

/**
 * Keeps caches of several processes in step over a bus. Everything has a version, and a message concerns only what is
 * older than it: one that comes late loses against what was written since. What two processes did within the same ms
 * cannot be told apart, and counts as older: that costs a miss, and the other way round would keep what is out of date.
 */
export class Invalidations {
	readonly _origin = makeOrigin();
	readonly _target: InvalidationTarget;
	readonly _outbox: Outbox;
	/** By kind of name and name: what the newest message about it concerned. The oldest are forgotten. */
	readonly _newest = new Map<string, Mark>();
	/** What the newest message about everything concerned. */
	_newestOfAll: Mark = { _version: 0, _upTo: 0 };
	_received = 0;
	_applied = 0;
	_late = 0;
	_damaged = 0;
	_gaps = 0;
	_subscription: Promise<unknown>;

	constructor(bus: Bus, target: InvalidationTarget) {
		expectBus(bus);
		this._target = target;
		this._outbox = new Outbox(
			bus,
			MOST_WAITING,
			() =>
				encodeMessage({ _origin: this._origin, _kind: 'missed', _names: [], _version: versions._next() })[0] as string,
		);
		this._subscription = this._subscribe(bus);
	}

	/** Done when the others are heard, or when it is known that they never will be. */
	async _ready(): Promise<void> {
		await this._subscription;
	}

	/**
	 * Tells the others. What they hold of these keys or tags and is older than `version` is dropped there; whoever writes an
	 * entry of a version tells them with that version, so that the entry itself is not concerned.
	 */
	_publish(kind: MessageKind, names: readonly string[], version = versions._next()): void {
		const message = { _origin: this._origin, _kind: kind, _names: names, _version: version };
		this._remember(message, { _version: version, _upTo: version - 1 });
		this._outbox._add(encodeMessage(message));
	}

	/**
	 * Whether a message already asked to drop what is of this version: a value that was on its way here meanwhile, from a
	 * loader or a third level, is not to be kept. `version` is that of the value, or of the moment its load began.
	 */
	_isOverruled(key: string, version: number, tags: readonly string[] = []): boolean {
		return (
			concerns(this._newestOfAll, version) ||
			concerns(this._newest.get(`k${key}`), version) ||
			tags.some((tag) => concerns(this._newest.get(`t${tag}`), version))
		);
	}

	_stats(): InvalidationStats {
		const outbox = this._outbox;
		return {
			sent: outbox._sent,
			failed: outbox._failed,
			pending: outbox._waiting.length,
			dropped: outbox._dropped,
			received: this._received,
			applied: this._applied,
			late: this._late,
			damaged: this._damaged,
			gaps: this._gaps,
		};
	}

	/** Neither hears nor tells anything any more. */
	async _close(): Promise<void> {
		this._outbox._close();
		try {
			const end = await this._subscription;
			await (typeof end === 'function' ? end() : undefined);
		} catch {
			// A bus that cannot be left is of no interest to who leaves it.
		}
	}

	async _subscribe(bus: Bus): Promise<unknown> {
		try {
			return await bus.subscribe(
				(text) => this._hear(text),
				() => this._gap(),
			);
		} catch {
			// Without hearing the others there is nothing to rely on: as if all of it were missed.
			this._gap();
			return undefined;
		}
	}

	_hear(text: unknown): void {
		const message = decodeMessage(text);
		if (message?._origin === this._origin) {
			return;
		}
		if (!message || !versions._observe(message._version)) {
			this._damaged++;
			return;
		}
		this._received++;
		const { _kind: kind, _names: names, _version: version } = message;
		const mark = { _version: version, _upTo: endOfMs(version) };
		this._remember(message, mark);
		const target = this._target;
		const how = kind === 'expire' || kind === 'expire-tag' ? 'expire' : 'delete';
		if (kind === 'clear' || kind === 'missed') {
			if (kind === 'clear') {
				target._cleared?.(version);
			}
			this._apply(target._keys(), mark, how);
		} else if (kind === 'tag' || kind === 'expire-tag') {
			for (const tag of names) {
				this._apply(target._keysOf(tag), mark, how);
			}
		} else {
			this._apply(names, mark, how);
		}
	}

	_gap(): void {
		this._gaps++;
		const version = versions._next();
		this._newestOfAll = { _version: version, _upTo: version };
		this._apply(this._target._keys(), this._newestOfAll, 'delete');
	}

	_apply(keys: Iterable<string>, mark: Mark, how: 'delete' | 'expire'): void {
		// A copy: dropping changes what the keys are taken from.
		for (const key of [...keys]) {
			const held = this._target._versionOf(key);
			if (held === undefined) {
				continue;
			}
			if (concerns(mark, held)) {
				this._target._drop(key, how);
				this._applied++;
			} else {
				this._late++;
			}
		}
	}

	_remember({ _kind: kind, _names: names }: Message, mark: Mark): void {
		if (kind === 'clear' || kind === 'missed') {
			this._newestOfAll = newer(this._newestOfAll, mark);
			return;
		}
		const of = kind === 'tag' || kind === 'expire-tag' ? 't' : 'k';
		for (const name of names) {
			const id = of + name;
			const known = this._newest.get(id);
			this._newest.delete(id);
			this._newest.set(id, newer(known, mark));
			if (this._newest.size > REMEMBERED) {
				const [oldest] = this._newest.keys();
				this._newest.delete(oldest as string);
			}
		}
	}
}

function concerns(mark: Mark | undefined, version: number): boolean {
	return mark !== undefined && version <= mark._upTo && version !== mark._version;
}

function newer(one: Mark | undefined, other: Mark): Mark {
	return one && one._version > other._version ? one : other;
}

function makeOrigin(): string {
	const part = () => Math.floor(Math.random() * 2 ** 48).toString(36);
	return part() + part();
}
