import { fromBase64, isBuffer, toBase64 } from './base64.js';
import type { StoreCodec, Stored } from './cache-store.js';
import { isFaithful } from './faithful.js';

/** Of the form below. Texts of another are misses, so that two releases may share a store. */
const FORM = 1;

/** The text that a store keeps, as an object; other releases read it too. */
interface Envelope {
	readonly v: unknown;
	/** When it expires; null for never. */
	readonly e: unknown;
	/** When it gets stale; null for never; left out where nobody said. */
	readonly f?: unknown;
	/** Its version. */
	readonly n: unknown;
	readonly t?: unknown;
	/** What `d` is: JSON as it is (left out), bytes, a buffer of Node, or a text of the codec. */
	readonly k?: unknown;
	readonly d: unknown;
}

/** What is read from a store: its version is always there. */
export interface Found extends Stored {
	readonly version: number;
}

/** The text of an entry; undefined where its value cannot be stored. */
export function encode(stored: Stored, version: number, codec: StoreCodec | undefined): string | undefined {
	const { value, expiresAt, freshUntil, tags } = stored;
	const head = { v: FORM, e: expiresAt, f: freshUntil, n: version, t: tags?.length ? tags : undefined };
	try {
		if (codec) {
			const text = codec.encode(value as never);
			return typeof text === 'string' ? JSON.stringify({ ...head, k: 'c', d: text }) : undefined;
		}
		if (value instanceof Uint8Array) {
			return JSON.stringify({ ...head, k: isBuffer(value) ? 'n' : 'b', d: toBase64(value) });
		}
		return isFaithful(value) ? JSON.stringify({ ...head, d: value }) : undefined;
	} catch {
		// A codec that throws, a getter that throws, a text longer than the engine allows.
		return undefined;
	}
}

/** The entry of a text; undefined where the text is none of ours or broken. Expired ones are given as well. */
export function decode(text: unknown, codec: StoreCodec | undefined): Found | undefined {
	if (typeof text !== 'string') {
		return undefined;
	}
	try {
		const { v, e, f, n, t, k, d } = JSON.parse(text) as Envelope;
		const times = [e, f ?? null];
		if (v !== FORM || !Number.isSafeInteger(n) || !times.every((time) => time === null || Number.isFinite(time))) {
			return undefined;
		}
		if (d === undefined || !(t === undefined || (Array.isArray(t) && t.every((tag) => typeof tag === 'string')))) {
			return undefined;
		}
		return {
			value: dataOf(k, d, codec),
			expiresAt: (e as number | null) ?? Infinity,
			version: n as number,
			...(f !== undefined && { freshUntil: (f as number | null) ?? Infinity }),
			...(t !== undefined && { tags: t as string[] }),
		};
	} catch {
		return undefined;
	}
}

function dataOf(kind: unknown, data: unknown, codec: StoreCodec | undefined): unknown {
	if (kind === undefined) {
		return data;
	}
	if (typeof data === 'string') {
		if (kind === 'b' || kind === 'n') {
			return fromBase64(data, kind === 'n' ? 'buffer' : 'bytes');
		}
		if (kind === 'c' && codec) {
			return codec.decode(data);
		}
	}
	throw new TypeError('none of ours');
}
