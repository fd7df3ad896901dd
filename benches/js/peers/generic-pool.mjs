/** generic-pool, whose leases are promises. */
import { createPool } from 'generic-pool';

/** Acquires and releases, one after the other. */
export function genericPool() {
	const pool = createPool({ create: async () => ({ used: 0 }), destroy: async () => {} }, { max: 16 });
	return {
		name: 'generic-pool',
		async run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const object = await pool.acquire();
				total += object.used++;
				await pool.release(object);
			}
			return total;
		},
	};
}
