/** Import, load, one recording, one snapshot. */
import { load, WasmPerformanceMonitor } from '@code-mesh/perf';

const monitor = new WasmPerformanceMonitor();
await load();
monitor.record('cold', 5);
if (monitor.snapshot().operations.cold.count !== 1) throw new Error('the first recording is missing');
