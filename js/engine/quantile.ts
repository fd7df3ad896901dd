import { DURATIONS, VALUES } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import { withCore } from './attach.js';
import { drainTo } from './drain.js';

/** The value at a quantile of the operation or histogram of this name or key; NaN while it is empty. */
export function quantile(monitor: WasmPerformanceMonitor, name: string, q: number): number {
	if (typeof q !== 'number' || !(q >= 0 && q <= 1)) {
		throw new RangeError(`quantile: expected a number from 0 to 1, got ${String(q)}; divide a percentile by 100`);
	}
	const series =
		monitor._maps[DURATIONS]?.get(name) ??
		monitor._maps[VALUES]?.get(name) ??
		monitor._overflow.find(({ key }) => key === name);
	if (!series) {
		return Number.NaN;
	}
	return withCore(monitor, (core, registry) => {
		drainTo(monitor, core, registry);
		return core.quantile(registry, series._handle, q);
	});
}
