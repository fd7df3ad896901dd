import type { WasmPerformanceMonitor } from '../monitor.js';

/** Deeper objects are left out: one that holds itself must not end the program. */
const MAX_DEPTH = 4;

/** Monitors whose sources are being asked; a source that looks at its own monitor is not asked again. */
const asking = new Set<WasmPerformanceMonitor>();

/** Sets the gauges of everything that the monitor observes. */
export function observe(monitor: WasmPerformanceMonitor): void {
	if (asking.has(monitor)) {
		return;
	}
	asking.add(monitor);
	for (const [name, read] of monitor._sources) {
		try {
			gauges(monitor, name, read(), MAX_DEPTH);
		} catch {
			monitor._rejected++;
		}
	}
	asking.delete(monitor);
}

function gauges(monitor: WasmPerformanceMonitor, name: string, from: object, depth: number): void {
	for (const [field, value] of Object.entries(from)) {
		const key = `${name}.${field}`;
		if (typeof value === 'number') {
			monitor.gauge(key, value);
		} else if (value && typeof value === 'object' && depth) {
			gauges(monitor, key, value, depth - 1);
		}
	}
}
