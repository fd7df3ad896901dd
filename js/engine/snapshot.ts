import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Reader } from '../reader.js';
import type { Snapshot } from '../snapshot.js';
import { withCore } from './attach.js';
import { drainTo, timeOf, timeOfLook } from './drain.js';
import { observe } from './observe.js';
import { perfError } from './perf-error.js';
import { readSnapshot } from './read-snapshot.js';

/** Everything the monitor knows, or what came since the reader last looked. */
export function snapshot(monitor: WasmPerformanceMonitor, reader?: Reader): Snapshot {
	observe(monitor);
	const wire = withCore(monitor, (core, registry) => {
		drainTo(monitor, core, registry);
		if (reader && reader._id < 0) {
			throw perfError('READERS', 'A monitor has at most 16 readers: dispose of one.');
		}
		return core.snapshot(registry, reader ? timeOfLook(monitor) : timeOf(monitor), reader ? reader._id : -1);
	});
	if (!reader) {
		monitor._kept = wire;
	}
	return readSnapshot(wire, monitor);
}
