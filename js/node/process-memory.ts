import type { WasmPerformanceMonitor } from '../index.js';

/** What the process holds, in bytes; see `process.memoryUsage`. */
export interface ProcessMemory {
	/** Physical memory, everything included. */
	readonly resident: number;
	/** The JavaScript heap, reserved. */
	readonly heapTotal: number;
	/** The JavaScript heap, in use. */
	readonly heapUsed: number;
	/** Memory outside the heap that JavaScript objects own: array buffers, and the module's memory. */
	readonly external: number;
	/** Array buffers, without the module's memory. */
	readonly arrayBuffers: number;
}

/**
 * What the process holds now. It takes about 10 µs: call it now and then, not per request.
 *
 * With a monitor, its gauges are set too: `process_resident_memory_bytes`, `process_heap_bytes`,
 * `process_heap_used_bytes`, `process_external_bytes`, `process_array_buffers_bytes`.
 */
export function processMemory(monitor?: WasmPerformanceMonitor): ProcessMemory {
	const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
	monitor?.gauge('process_resident_memory_bytes', rss);
	monitor?.gauge('process_heap_bytes', heapTotal);
	monitor?.gauge('process_heap_used_bytes', heapUsed);
	monitor?.gauge('process_external_bytes', external);
	monitor?.gauge('process_array_buffers_bytes', arrayBuffers);
	return { resident: rss, heapTotal, heapUsed, external, arrayBuffers };
}
