import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Reader } from '../reader.js';
import { shared } from '../shared.js';
import { detach, withCore } from './attach.js';
import { drain } from './drain.js';
import { cachePolicy, handOver } from './hand-over.js';
import { merge } from './merge.js';
import { quantile } from './quantile.js';
import { recycle } from './recycle.js';
import { snapshot } from './snapshot.js';
import { adopt, start } from './start.js';
import { wasmCore } from './wasm-core.js';

export type { ModuleParts, Phase } from './start.js';

/** The lazy half of the wrapper: what a monitor needs once there is something to read. */
export const engine = {
	_start: start,
	_adopt: adopt,
	_wasmCore: wasmCore,
	_drain: drain,
	_snapshot: snapshot,
	_quantile: quantile,
	_merge: merge,
	_recycle: recycle,
	_dispose: detach,
	_cachePolicy: cachePolicy,
	_handOver: handOver,

	_reset(monitor: WasmPerformanceMonitor): void {
		monitor._kept = undefined;
		withCore(monitor, (core, registry) => core.reset(registry, monitor._startMs));
	},

	_forget(monitor: WasmPerformanceMonitor, reader: Reader): void {
		if (reader._id >= 0 && monitor._core === shared.core) {
			withCore(monitor, (core, registry) => core.readerFree(registry, reader._id));
			reader._id = -1;
		}
	},
};

export type Engine = typeof engine;
