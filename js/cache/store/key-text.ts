import { canonicalJson } from '../canonical-json.js';
import type { MapKey } from '../hash.js';
import type { Keys } from '../keys.js';

/** The words that stand for values of their kind. */
const WORDS: Record<string, boolean | null | undefined> = { true: true, false: false, null: null, undefined };

/**
 * The text by which other processes and stores know a key: a string is itself; what is none, or begins with the sign that
 * tells so, gets that sign and a letter for its kind.
 */
export function textOfKey(key: unknown): string {
	switch (typeof key) {
		case 'string':
			return key.startsWith('#') ? `#s${key}` : key;
		case 'number':
			return `#n${key}`;
		case 'bigint':
			return `#b${key}`;
		case 'object':
			return key === null ? '#vnull' : `#j${canonicalJson(key)}`;
		default:
			return `#v${String(key)}`;
	}
}

/** The same of a key as a map has it; a fingerprint of which nothing else is known gets a text that only we understand. */
export function textOfMapKey(key: MapKey, keys: Keys, long: string | undefined): string {
	return keys._isFingerprint(key) && long === undefined
		? `#f${(key as string).slice(2)}`
		: textOfKey(keys._original(key, long));
}

/** The key in a map that a text stands for; undefined where it stands for none. */
export function mapKeyOfText(text: string, keys: Keys): { readonly _key: MapKey } | undefined {
	const rest = text.slice(2);
	try {
		switch (text.startsWith('#') ? text[1] : '') {
			case '':
				return { _key: keys._of(text) };
			case 's':
				return { _key: keys._of(rest) };
			case 'n':
				return { _key: Number(rest) };
			case 'b':
				return { _key: BigInt(rest) };
			case 'j':
				return { _key: keys._of(JSON.parse(rest)) };
			case 'v':
				return { _key: WORDS[rest] };
			case 'f':
				return { _key: keys._fingerprint(rest) };
			default:
				return undefined;
		}
	} catch {
		// A message may come from anybody.
		return undefined;
	}
}
