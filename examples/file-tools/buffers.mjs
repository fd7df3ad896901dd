// Memory to read into.

import { BufferPool } from '@code-mesh/perf';
import { LEAST_BUFFER } from './limits.mjs';

/** Lends buffers from a pool, and counts the bytes that need not be allocated for that. */
export class Buffers {
	#pool = new BufferPool();
	#reusedBytes = 0;

	/** At least `byteLength` bytes on loan. More than 1 MiB is made for this loan alone and not kept by the pool. */
	lease(byteLength) {
		const before = this.#pool.stats().hits;
		const lease = this.#pool.lease(Math.max(byteLength, LEAST_BUFFER));
		if (this.#pool.stats().hits > before) this.#reusedBytes += lease.bytes.buffer.byteLength;
		return lease;
	}

	/** What the pool counted, and `reusedBytes`: those of leases for which nothing was allocated. */
	stats() {
		return { ...this.#pool.stats(), reusedBytes: this.#reusedBytes };
	}

	/** Gives up what is idle. */
	dispose() {
		this.#pool.dispose();
	}
}
