/** Doubly linked lists over small integers: a key is in one list at most, and every step takes constant time. */
export class List {
	#next;
	#prev;
	#end;
	/** How many keys it has. */
	length = 0;

	/** A list of keys from 0 to `keys` - 1. */
	constructor(keys) {
		this.#next = new Int32Array(keys + 1);
		this.#prev = new Int32Array(keys + 1);
		// One cell more is both ends, so that no key is a special case.
		this.#end = keys;
		this.#next[keys] = keys;
		this.#prev[keys] = keys;
	}

	/** The oldest key, or -1. */
	get tail() {
		return this.#orNone(this.#prev[this.#end]);
	}

	/** The key next to this one on the way to the newest, or -1. */
	newer(key) {
		return this.#orNone(this.#prev[key]);
	}

	/** Puts in a key that is not there, as the newest. */
	push(key) {
		const head = this.#next[this.#end];
		this.#next[key] = head;
		this.#prev[key] = this.#end;
		this.#prev[head] = key;
		this.#next[this.#end] = key;
		this.length += 1;
	}

	/** Takes a key out that is there. */
	remove(key) {
		const before = this.#prev[key];
		const after = this.#next[key];
		this.#next[before] = after;
		this.#prev[after] = before;
		this.length -= 1;
	}

	/** Takes the oldest key out and gives it; there must be one. */
	pop() {
		const key = this.tail;
		this.remove(key);
		return key;
	}

	/** Makes a key that is there the newest. */
	renew(key) {
		this.remove(key);
		this.push(key);
	}

	#orNone(key) {
		return key === this.#end ? -1 : key;
	}
}
