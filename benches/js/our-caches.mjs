/** The cache under test. `verify` holds its counts against what was done: a fast lookup that finds nothing is no result. */
import { MultiLevelCache } from '@code-mesh/perf';

/** For how long entries are fresh in the cases that have a time at all. */
export const TTL = 3_600_000;

/** A cache of so many entries with bound and time, as the peers have it. */
export function cacheOf(entries, options = {}) {
	return new MultiLevelCache({ l1Size: entries, ttl: TTL, ...options });
}

/** Lookups that hit, spread over all keys. */
export function getHits(name, cache, keys) {
	for (const key of keys) cache.set(key, { key });
	const contender = {
		name,
		cache,
		looked: 0,
		run(n) {
			let found = 0;
			for (let i = 0; i < n; i += 1) found += cache.get(keys[(i * 7919) % keys.length]) === undefined ? 0 : 1;
			contender.looked += n;
			if (found !== n) throw new Error(`${name}: found ${found} of ${n}`);
			return found;
		},
	};
	return contender;
}

/** Sets of keys that are not there, each of which makes another one go. */
export function setEvicting(name, cache, keys) {
	let at = 0;
	return {
		name,
		cache,
		run(n) {
			for (let i = 0; i < n; i += 1) {
				cache.set(keys[at], i);
				at = at + 1 === keys.length ? 0 : at + 1;
			}
			return at;
		},
	};
}

/** Asynchronous lookups that hit, one after the other. */
export function awaitHits(name, get, keys) {
	return {
		name,
		async run(n) {
			let found = 0;
			for (let i = 0; i < n; i += 1) found += (await get(keys[(i * 7919) % keys.length])) === undefined ? 0 : 1;
			if (found !== n) throw new Error(`${name}: found ${found} of ${n}`);
			return found;
		},
	};
}

/** Throws unless the module decided, and every lookup was counted as a hit. */
export function verify({ cache, looked }, engine) {
	const { policy, hits, misses } = cache.stats();
	const expected = engine === 'wasm' ? 'w-tinylfu' : 'lru';
	if (policy !== expected) throw new Error(`expected the policy ${expected}, got ${policy}`);
	if (looked !== undefined && (hits !== looked || misses !== 0)) {
		throw new Error(`looked ${looked} times, but the cache counts ${hits} hits and ${misses} misses`);
	}
}

/** Distinct keys of 16 characters. */
export function keysOf(count) {
	return Array.from({ length: count }, (_, index) => `key:${String(index).padStart(12, '0')}`);
}
