import { shared } from '../shared.js';
import { textBytes } from './size-of.js';
import { isWellFormed } from './well-formed.js';

/** Values as bytes and back, for the warm level of a cache. */
export interface WarmCodec<V> {
	encode(value: V): Uint8Array;
	decode(bytes: Uint8Array): V;
}

/** Shorter texts are not compressed: an array of bytes takes more than it would save. */
const SHORTEST_TO_COMPRESS = 1024;

/** Values of more parts stay as they are: writing them out would take too long. */
const MOST_PARTS = 1_000_000;

/** What V8 takes for an array of bytes beside them, and for one of ours. */
const BYTES_OBJECT = 200;
const WARM_OBJECT = 56;

/** A value in its compact form: a text, or a text or bytes of a codec, compressed where there is a length. */
export class Warm {
	constructor(
		/** What it holds. */
		readonly _data: string | Uint8Array,
		/** Whether it is the JSON of a value, a text as it is, or what a codec made. */
		readonly _kind: 'json' | 'text' | 'codec',
		/** Bytes before compression; 0: not compressed. */
		readonly _length: number,
	) {}

	/** About how many bytes it takes. */
	get _size(): number {
		const data = this._data;
		return WARM_OBJECT + (typeof data === 'string' ? textBytes(data) : BYTES_OBJECT + data.length);
	}
}

/**
 * The compact form of a value; undefined where it would not come back as it is (Dates, Maps, class instances, undefined
 * members, …) and has to stay what it is. Without a codec that is JSON's.
 */
export function toWarm<V>(value: V, codec: WarmCodec<V> | undefined): Warm | undefined {
	if (codec) {
		const bytes = codec.encode(value);
		// By its tag, which holds across realms too.
		if (Object.prototype.toString.call(bytes) !== '[object Uint8Array]') {
			throw new TypeError('codec: expected encode() to give a Uint8Array');
		}
		return compressed(bytes, 'codec') ?? new Warm(bytes, 'codec', 0);
	}
	if (typeof value === 'string') {
		return warmText(value, 'text');
	}
	return typeof value === 'object' && value !== null && isJson(value, 0, { _left: MOST_PARTS })
		? warmText(JSON.stringify(value), 'json')
		: undefined;
}

/** @throws where what was compressed is damaged, or whatever the codec throws */
export function fromWarm<V>(warm: Warm, codec: WarmCodec<V> | undefined): V {
	const { _data: data, _kind: kind, _length: length } = warm;
	const bytes = length ? shared.core?.caches?.decompress(data as Uint8Array, length) : data;
	if (bytes === undefined) {
		throw new Error('The module that compressed this value is gone.');
	}
	if (kind === 'codec') {
		return (codec as WarmCodec<V>).decode(bytes as Uint8Array);
	}
	const text = typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
	return kind === 'text' ? (text as V) : JSON.parse(text);
}

function warmText(text: string, kind: 'json' | 'text'): Warm {
	const long = text.length >= SHORTEST_TO_COMPRESS && shared.core?.caches && isWellFormed(text);
	return (long && compressed(new TextEncoder().encode(text), kind)) || new Warm(text, kind, 0);
}

function compressed(bytes: Uint8Array, kind: Warm['_kind']): Warm | undefined {
	const block = bytes.length >= SHORTEST_TO_COMPRESS && shared.core?.caches?.compress(bytes);
	return block && block.length + BYTES_OBJECT < bytes.length ? new Warm(block, kind, bytes.length) : undefined;
}

/** Whether JSON gives it back just as it is. A part that is held in many places counts in each of them. */
function isJson(value: unknown, depth: number, budget: { _left: number }): boolean {
	if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
		return true;
	}
	if (typeof value === 'number') {
		return Number.isFinite(value) && !Object.is(value, -0);
	}
	if (typeof value !== 'object' || depth > 50) {
		return false;
	}
	const isArray = Array.isArray(value);
	if (Object.getPrototypeOf(value) !== (isArray ? Array.prototype : Object.prototype)) {
		return false;
	}
	const members = Object.values(value);
	const names = Reflect.ownKeys(value);
	budget._left -= members.length;
	return (
		budget._left >= 0 &&
		names.length === members.length + (isArray ? 1 : 0) &&
		// The names of an array are its indices and then `length`, unless it has holes or other members.
		(!isArray || (members.length === value.length && names[members.length] === 'length')) &&
		members.every((member) => isJson(member, depth + 1, budget))
	);
}
