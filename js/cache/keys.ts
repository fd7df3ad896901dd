import { shared } from '../shared.js';
import { canonicalJson } from './canonical-json.js';
import type { MapKey } from './hash.js';
import { sipHash128 } from './siphash.js';
import { isWellFormed } from './well-formed.js';

/** Longer strings become fingerprints: V8 hashes the longest by their length only, and then looks at each of them. */
export const LONGEST = 1024;

/** How the keys in a map begin that are not strings of the user just as they are. */
const QUOTED = '\0s';
const JSON_TEXT = '\0j';
const FINGERPRINT = '\0f';

/** Makes what a map can find of the keys that users have. */
export class Keys {
	/** Random, and secret to this cache. */
	_seed: Uint32Array | undefined;
	/** The text of which the last fingerprint was made; undefined where the last key became none. */
	_long: string | undefined;

	/** @throws TypeError for a key that is a function or a symbol, or an object that is not plain */
	_of(key: unknown): MapKey {
		this._long = undefined;
		if (typeof key === 'string') {
			return key.length <= LONGEST && key.charCodeAt(0) !== 0 ? key : this._special(key, QUOTED);
		}
		if (typeof key === 'object' && key !== null) {
			return this._special(canonicalJson(key), JSON_TEXT);
		}
		if (typeof key === 'function' || typeof key === 'symbol') {
			throw new TypeError(`key: expected a string, number, or what JSON can hold, got a ${typeof key}`);
		}
		return key as MapKey;
	}

	/** The key that a user gave; undefined where only its fingerprint was kept. */
	_original(key: MapKey, long: string | undefined): unknown {
		if (typeof key !== 'string' || key.charCodeAt(0) !== 0) {
			return key;
		}
		const text = key.startsWith(FINGERPRINT) ? long : key;
		return text?.startsWith(JSON_TEXT) ? JSON.parse(text.slice(2)) : text?.slice(2);
	}

	/** The key in a map that these units of a fingerprint make. */
	_fingerprint(units: string): MapKey {
		return FINGERPRINT + units;
	}

	/** Whether only a fingerprint is in the map. */
	_isFingerprint(key: MapKey): boolean {
		return typeof key === 'string' && key.startsWith(FINGERPRINT);
	}

	_special(text: string, kind: string): string {
		const marked = kind + text;
		// A lone surrogate becomes the same bytes as another one: such a text stays as it is.
		if (text.length <= LONGEST || !isWellFormed(text)) {
			return marked;
		}
		this._long = marked;
		this._seed ??= crypto.getRandomValues(new Uint32Array(4));
		const words =
			shared.core?.caches?.fingerprint(marked, this._seed) ?? sipHash128(this._seed, new TextEncoder().encode(marked));
		return FINGERPRINT + String.fromCharCode(...new Uint16Array(words.buffer, words.byteOffset, 8));
	}
}
