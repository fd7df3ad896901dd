/** A new buffer each time, which is what a pool of buffers has to beat. One byte is written, so that it is really there. */

/** `new Uint8Array`, which is zeroed. */
export function newArray(byteLength) {
	return {
		name: `new Uint8Array(${byteLength})`,
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const bytes = new Uint8Array(byteLength);
				bytes[i & 63] = i;
				total += bytes[i & 63];
			}
			return total;
		},
	};
}

/** `Buffer.allocUnsafe`, which is not; beyond 4 KiB it is no slice of Node's pool either. */
export function allocUnsafe(byteLength) {
	return {
		name: `Buffer.allocUnsafe(${byteLength})`,
		run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const bytes = Buffer.allocUnsafe(byteLength);
				bytes[i & 63] = i;
				total += bytes[i & 63];
			}
			return total;
		},
	};
}
