import { INDEX_BITS, MAX_INDEX } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Series } from '../series.js';
import { withCore } from './attach.js';
import { drainTo } from './drain.js';

/** A search that found nothing is not repeated sooner: many new names in a row would make each of them cost one. */
const PAUSE_MS = 1000;

/** When the last search of a monitor found nothing. */
const inVain = new WeakMap<WasmPerformanceMonitor, number>();

/** The handle for a new series in the place of one that was idle for too long, but not of `keep`, or -1. */
export function recycle(monitor: WasmPerformanceMonitor, keep: Series | undefined): number {
	const now = performance.now();
	if (monitor._idleExpiryMs === Infinity || now < (inVain.get(monitor) ?? -PAUSE_MS) + PAUSE_MS) {
		return -1;
	}
	let freed = -1;
	try {
		freed = withCore(monitor, (core, registry) => {
			// What waits was recorded under the old meaning of the handle.
			drainTo(monitor, core, registry);
			return core.recycle(registry, now);
		});
	} catch {
		// Naming a series never throws; the overflow series takes it.
	}
	const old = monitor._series[freed & MAX_INDEX];
	if (freed < 0 || !old || old === keep) {
		inVain.set(monitor, now);
		return -1;
	}
	monitor._maps[old._kind]?.delete(old.key);
	monitor._lookUp('');
	// It knows series by their index.
	monitor._kept = undefined;
	old._handle = monitor._overflow[old._kind]?._handle as number;
	return freed + (1 << INDEX_BITS);
}
