/** tarn, whose leases are promises. */
import { Pool } from 'tarn';

/** Acquires and releases, one after the other. */
export function tarn() {
	const pool = new Pool({ create: async () => ({ used: 0 }), destroy: () => {}, min: 0, max: 16 });
	return {
		name: 'tarn',
		async run(n) {
			let total = 0;
			for (let i = 0; i < n; i += 1) {
				const object = await pool.acquire().promise;
				total += object.used++;
				pool.release(object);
			}
			return total;
		},
	};
}
