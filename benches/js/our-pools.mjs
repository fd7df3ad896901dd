/** The pools under test. `verify` compares their counts with what was done: a fast lease that is none would be no result. */
import { BufferPool, ObjectPool } from '@code-mesh/perf';

/** Leases and releases an object, synchronously, with all checks and the default sampling of leaks. */
export function leaseObject() {
	const pool = new ObjectPool({ create: () => ({ used: 0 }), maxSize: 16 });
	return contenderOf('ours', pool, (n) => {
		let total = 0;
		for (let i = 0; i < n; i += 1) {
			const lease = pool.lease();
			total += lease.value.used++;
			lease.release();
		}
		return total;
	});
}

/** The same by the asynchronous way, as the peers go it; no goal is set for it. */
export function acquireObject() {
	const pool = new ObjectPool({ create: () => ({ used: 0 }), maxSize: 16 });
	return contenderOf('ours, by await acquire()', pool, async (n) => {
		let total = 0;
		for (let i = 0; i < n; i += 1) {
			const lease = await pool.acquire();
			total += lease.value.used++;
			lease.release();
		}
		return total;
	});
}

/** Leases and releases bytes, with the default sampling of leaks. */
export function leaseBytes(byteLength, options) {
	const pool = new BufferPool(options);
	return contenderOf('ours', pool, (n) => {
		let total = 0;
		for (let i = 0; i < n; i += 1) {
			const lease = pool.lease(byteLength);
			const { bytes } = lease;
			bytes[i & 63] = i;
			total += bytes[i & 63];
			lease.release();
		}
		return total;
	});
}

/** Throws unless every lease was counted, none is out, and one object or buffer was enough. */
export function verify({ name, pool, leased }) {
	const { leases, inUse, created } = pool.stats();
	if (leases !== leased || inUse !== 0 || created !== 1) {
		throw new Error(`${name}: leased ${leased} times, but the pool counts ${leases}, ${inUse} out, ${created} created`);
	}
}

function contenderOf(name, pool, run) {
	const contender = {
		name,
		pool,
		leased: 0,
		run(n) {
			contender.leased += n;
			return run(n);
		},
	};
	return contender;
}
