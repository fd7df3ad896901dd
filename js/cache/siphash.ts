/**
 * SipHash-1-3 with 128 bits of output (Aumasson, Bernstein 2012), in JavaScript: the same bits as the module gives, for
 * keys that come before it is loaded. 64-bit words are pairs of 32-bit halves, lower half first.
 */
export function sipHash128(seed: Uint32Array, bytes: Uint8Array): Uint32Array {
	const [k0, k1, k2, k3] = seed as unknown as [number, number, number, number];
	// The constants are the ASCII text "somepseudorandomlygeneratedbytes"; 0xee marks the longer output.
	const v = new Uint32Array([
		k0 ^ 0x70736575,
		k1 ^ 0x736f6d65,
		k2 ^ 0x6e646f6d ^ 0xee,
		k3 ^ 0x646f7261,
		k0 ^ 0x6e657261,
		k1 ^ 0x6c796765,
		k2 ^ 0x79746573,
		k3 ^ 0x74656462,
	]);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const whole = bytes.length & ~7;
	for (let at = 0; at < whole; at += 8) {
		absorb(v, view.getUint32(at, true), view.getUint32(at + 4, true));
	}
	// The last word: what is left, and the length.
	const last = new Uint8Array(8);
	last.set(bytes.subarray(whole));
	last[7] = bytes.length;
	const [low, high] = [0, 4].map((half) => new DataView(last.buffer).getUint32(half, true)) as [number, number];
	absorb(v, low, high);
	const out = new Uint32Array(4);
	for (const [half, word, mark] of [
		[0, 4, 0xee],
		[2, 2, 0xdd],
	] as const) {
		v[word] = (v[word] as number) ^ mark;
		for (let turn = 0; turn < 3; turn++) {
			round(v);
		}
		out[half] = at(v, 0) ^ at(v, 2) ^ at(v, 4) ^ at(v, 6);
		out[half + 1] = at(v, 1) ^ at(v, 3) ^ at(v, 5) ^ at(v, 7);
	}
	return out;
}

function absorb(v: Uint32Array, low: number, high: number): void {
	v[6] = at(v, 6) ^ low;
	v[7] = at(v, 7) ^ high;
	round(v);
	v[0] = at(v, 0) ^ low;
	v[1] = at(v, 1) ^ high;
}

function round(v: Uint32Array): void {
	half(v, 0, 2, 13);
	turn(v, 0, 32);
	half(v, 4, 6, 16);
	half(v, 0, 6, 21);
	half(v, 4, 2, 17);
	turn(v, 4, 32);
}

/** Adds word `b` to word `a`, turns `b` left by some bits, and takes it against `a`. */
function half(v: Uint32Array, a: number, b: number, bits: number): void {
	const low = at(v, a) + at(v, b);
	v[a + 1] = at(v, a + 1) + at(v, b + 1) + (low > 0xffffffff ? 1 : 0);
	v[a] = low;
	turn(v, b, bits);
	v[b] = at(v, b) ^ at(v, a);
	v[b + 1] = at(v, b + 1) ^ at(v, a + 1);
}

/** Turns a 64-bit word left, by less than 32 bits or by exactly these. */
function turn(v: Uint32Array, word: number, bits: number): void {
	const low = at(v, word);
	const high = at(v, word + 1);
	v[word] = bits === 32 ? high : (low << bits) | (high >>> (32 - bits));
	v[word + 1] = bits === 32 ? low : (high << bits) | (low >>> (32 - bits));
}

function at(v: Uint32Array, index: number): number {
	return v[index] as number;
}
