// Who may use the bytes of a file, and until when.

/**
 * The bytes of a file in a buffer on loan, with a count of those who hold them: the cache is one, and every tool at work
 * is one. The last of them to let go gives the buffer back, so that it is never lent to another file while somebody reads
 * it, whatever the cache drops meanwhile. Nothing is copied for that.
 */
export class Content {
	#lease;
	#length;
	/** Whoever made it holds it. */
	#holders = 1;

	/** The first `length` bytes of the lease. */
	constructor(lease, length) {
		this.#lease = lease;
		this.#length = length;
	}

	/** The bytes themselves, to be read while they are held; afterwards the lease throws. */
	get bytes() {
		const { buffer, byteOffset } = this.#lease.bytes;
		return Buffer.from(buffer, byteOffset, this.#length);
	}

	get length() {
		return this.#length;
	}

	/** What it takes in memory: the whole buffer. */
	get size() {
		return this.#lease.bytes.buffer.byteLength;
	}

	/** One more holds it; only whoever knows of one that does may ask for that. */
	hold() {
		if (this.#holders === 0) throw new Error('This content was let go: read the file again');
		this.#holders++;
		return this;
	}

	/** One of the holders is done with it. */
	letGo() {
		if (--this.#holders === 0) this.#lease.release();
	}
}
