import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Snapshot } from '../snapshot.js';
import { add, additionsOf } from './additions.js';
import { withCore } from './attach.js';
import { check } from './check.js';
import { drainTo } from './drain.js';

/** Adds a snapshot: checked first, so that nothing is added of one that cannot be true. */
export function merge(monitor: WasmPerformanceMonitor, snapshot: Snapshot): void {
	check(snapshot);
	const additions = additionsOf(monitor, snapshot);
	withCore(monitor, (core, registry) => {
		drainTo(monitor, core, registry);
		add(core, registry, additions);
	});
}
