import { expectBetween } from '../../interner.js';
import type { Bus } from './bus.js';
import type { CacheStore, StoreCodec, StoreOptions } from './cache-store.js';

/** {@link StoreOptions} with everything filled in. */
export interface Settings {
	readonly _timeout: number;
	readonly _behind: boolean;
	readonly _batchDelay: number;
	readonly _maxPending: number;
	readonly _maxPendingSize: number;
	readonly _failures: number;
	readonly _cooldownMs: number;
	readonly _namespace: string;
	readonly _codec: StoreCodec | undefined;
	readonly _onError: ((error: unknown) => void) | undefined;
}

/** Checks options and fills in what was left out; an error names the option. */
export function settingsOf(options: StoreOptions): Settings {
	const { timeout = 100, write = 'through', batchDelay = 20, maxPending = 1000, maxPendingSize = 2 ** 24 } = options;
	const { breaker = {}, namespace = 'perf', codec, onError } = options;
	const { failures = 5, cooldownMs = 1000 } = breaker;
	expectBetween('timeout', timeout, 1, 60_000);
	expectBetween('batchDelay', batchDelay, 0, 60_000);
	expectBetween('maxPending', maxPending, 1, 1_000_000);
	expectBetween('maxPendingSize', maxPendingSize, 1024, 2 ** 30);
	expectBetween('breaker.failures', failures, 1, 1000);
	expectBetween('breaker.cooldownMs', cooldownMs, 1, 3_600_000);
	if (write !== 'through' && write !== 'behind') {
		throw new RangeError(`write: expected 'through' or 'behind', got ${JSON.stringify(write)}`);
	}
	if (typeof namespace !== 'string' || !/^[\w.-]{1,64}$/.test(namespace)) {
		throw new RangeError(
			`namespace: expected 1 to 64 letters, digits, dots, underscores and hyphens, got ${JSON.stringify(namespace)}`,
		);
	}
	if (codec !== undefined && !(isFunction(codec?.encode) && isFunction(codec.decode))) {
		throw new TypeError('codec: expected an object with the functions encode and decode');
	}
	if (onError !== undefined && !isFunction(onError)) {
		throw new TypeError(`onError: expected a function, got ${typeof onError}`);
	}
	return {
		_timeout: timeout,
		_behind: write === 'behind',
		_batchDelay: batchDelay,
		_maxPending: maxPending,
		_maxPendingSize: maxPendingSize,
		_failures: failures,
		_cooldownMs: cooldownMs,
		_namespace: namespace,
		_codec: codec,
		_onError: onError,
	};
}

/** Throws unless a value has what every bus has. */
export function expectBus(bus: Bus): void {
	if (!(isFunction(bus?.publish) && isFunction(bus.subscribe))) {
		throw new TypeError('bus: expected an object with the functions publish and subscribe, as redisBus makes it');
	}
}

/** Throws unless a value has what every store has. */
export function expectStore(store: CacheStore): void {
	const lacking = (['get', 'set', 'delete'] as const).filter((name) => !isFunction(store?.[name]));
	if (lacking.length) {
		throw new TypeError(
			`store: expected a Keyv, an adapter of Keyv or another CacheStore, got ${typeof store} without ${lacking.join(', ')}`,
		);
	}
}

function isFunction(value: unknown): boolean {
	return typeof value === 'function';
}
