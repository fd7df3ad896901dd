/** Counters of every row are halved after so many additions for each entry of the cache. */
const PERIOD_PER_ENTRY = 10;

/** Counters for each entry: enough that what one sees is the policy and not its collisions. */
const COUNTERS_PER_ENTRY = 16;

const MIN_COUNTERS = 1024;
const MOST = 15;
const ROWS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];

/** A count-min sketch of 4-bit counters with ageing (Einziger, Friedman, Manes: "TinyLFU", ACM ToS 13, 2017). */
export class Sketch {
	#counters;
	#mask;
	#additions = 0;
	#period;

	/** For a cache of `size` entries. */
	constructor(size) {
		const wanted = Math.max(MIN_COUNTERS, size * COUNTERS_PER_ENTRY);
		const counters = 2 ** Math.ceil(Math.log2(wanted));
		this.#counters = new Uint8Array(counters);
		this.#mask = counters - 1;
		this.#period = size * PERIOD_PER_ENTRY;
	}

	/** Counts one request for a key. */
	add(key) {
		let added = false;
		for (let row = 0; row < ROWS.length; row += 1) {
			const at = this.#place(key, row);
			if (this.#counters[at] < MOST) {
				this.#counters[at] += 1;
				added = true;
			}
		}
		if (!added) return;
		this.#additions += 1;
		if (this.#additions < this.#period) return;
		this.#additions = Math.floor(this.#additions / 2);
		for (let i = 0; i < this.#counters.length; i += 1) this.#counters[i] >>= 1;
	}

	/** How often the key was asked for lately, 0 to 15. */
	frequency(key) {
		let least = MOST;
		for (let row = 0; row < ROWS.length; row += 1) {
			const count = this.#counters[this.#place(key, row)];
			if (count < least) least = count;
		}
		return least;
	}

	#place(key, row) {
		let mixed = Math.imul(key + 1, ROWS[row]);
		mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
		mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
		return (mixed ^ (mixed >>> 16)) & this.#mask;
	}
}
