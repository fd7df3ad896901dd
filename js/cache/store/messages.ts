/** Of the form below; others are not understood. */
const FORM = 1;
/** Characters of the names in one message: more names go into several. */
const PART = 65_536;
/** A longer message is nobody's. */
const LONGEST = 2 ** 20;

/**
 * What a message asks for. `delete` and `expire` name keys, `tag` and `expire-tag` tags whose entries are deleted or
 * expire, `clear` nothing. `missed` says that messages up to its version did not get through.
 */
export type MessageKind = 'delete' | 'expire' | 'tag' | 'expire-tag' | 'clear' | 'missed';

export interface Message {
	/** Who sent it, as a text that nobody else has. */
	readonly _origin: string;
	readonly _kind: MessageKind;
	/** Keys or tags. */
	readonly _names: readonly string[];
	/** Concerns what is older than this. */
	readonly _version: number;
}

const KINDS: readonly string[] = ['delete', 'expire', 'tag', 'expire-tag', 'clear', 'missed'];

/** The texts of a message: several where it has many names. A name for which none is long enough becomes `missed`. */
export function encodeMessage({ _origin, _kind, _names, _version }: Message): string[] {
	const text = (kind: MessageKind, n: readonly string[]) =>
		JSON.stringify({ m: FORM, o: _origin, k: kind, n, v: _version });
	const texts: string[] = [];
	let part: string[] = [];
	let size = 0;
	for (const name of _names) {
		if (part.length && size + name.length > PART) {
			texts.push(text(_kind, part));
			part = [];
			size = 0;
		}
		part.push(name);
		size += name.length;
	}
	if (part.length || !texts.length) {
		texts.push(text(_kind, part));
	}
	return texts.map((each) => (each.length > LONGEST ? text('missed', []) : each));
}

/** The message of a text; undefined where it is none. */
export function decodeMessage(text: unknown): Message | undefined {
	if (typeof text !== 'string' || text.length > LONGEST) {
		return undefined;
	}
	try {
		const { m, o, k, n, v } = JSON.parse(text) as { [name: string]: unknown };
		const isRight =
			m === FORM &&
			typeof o === 'string' &&
			KINDS.includes(k as string) &&
			Array.isArray(n) &&
			n.every((name) => typeof name === 'string') &&
			Number.isSafeInteger(v);
		return isRight ? { _origin: o, _kind: k as MessageKind, _names: n as string[], _version: v as number } : undefined;
	} catch {
		return undefined;
	}
}
