import { type Core, NO_PARENT, RESERVED } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import { shared } from '../shared.js';
import { add, additionsOf } from './additions.js';
import { isPerfError, perfError } from './perf-error.js';
import { readSnapshot } from './read-snapshot.js';
import { begun, startJavascript } from './start.js';

/** So many traps within a minute, and the JavaScript form takes over. */
const MOST_TRAPS = 3;

/** Frees the registries of monitors that nobody holds any more, in runtimes that tell. */
const forgotten =
	globalThis.FinalizationRegistry &&
	new FinalizationRegistry<{ core: Core; registry: number }>(({ core, registry }) => {
		// The core may be gone, or trapped: then nothing is left to be freed.
		shared.core === core && attempt(() => core.registryFree(registry));
	});

/**
 * Calls the core with the monitor's registry, making that registry first where need be. After a trap a new instance of
 * the module is made and the call made once more.
 *
 * @throws {@link PerfError} when the core was lost and its successor is not there yet
 */
export function withCore<T>(monitor: WasmPerformanceMonitor, call: (core: Core, registry: number) => T): T {
	for (let again = 1; ; again--) {
		const { core } = shared;
		if (!core) {
			throw perfError('NOT_LOADED', 'The module failed: await load() first.', shared.error);
		}
		try {
			attach(monitor, core);
			return call(core, monitor._registry);
		} catch (cause) {
			if (core.kind === 'js' || isPerfError(cause)) {
				throw cause;
			}
			recover(core, cause);
			if (!again) {
				throw perfError('TRAP', 'The module failed: what came since the last snapshot is lost.', cause);
			}
		}
	}
}

/** Frees what the monitor holds in the core. */
export function detach(monitor: WasmPerformanceMonitor): void {
	const { _core: core, _registry: registry } = monitor;
	if (core && core === shared.core) {
		attempt(() => core.registryFree(registry));
	}
	forgotten?.unregister(monitor);
	monitor._core = undefined;
}

/** Runs what may trap where nothing depends on its success. */
function attempt(work: () => void): void {
	try {
		work();
	} catch {
		// The next call that matters will see the trap too, and recover.
	}
}

function attach(monitor: WasmPerformanceMonitor, core: Core): void {
	if (monitor._core !== core) {
		forgotten?.unregister(monitor);
		monitor._registry = core.registryNew(monitor._startMs, monitor._idleExpiryMs);
		monitor._core = core;
		forgotten?.register(monitor, { core, registry: monitor._registry }, monitor);
		monitor._untold = monitor._series.slice(RESERVED);
		for (const reader of monitor._readers) {
			reader._id = -1;
		}
		define(monitor, core);
		const kept = monitor._kept;
		// Should it be what the core fails of, then only once.
		monitor._kept = undefined;
		if (kept) {
			add(core, monitor._registry, additionsOf(monitor, readSnapshot(kept, monitor)));
			monitor._kept = kept;
		}
	}
	define(monitor, core);
}

/** Tells the core of the series it does not know. */
function define(monitor: WasmPerformanceMonitor, core: Core): void {
	for (const series of monitor._untold) {
		const parent = series._parent?._handle ?? NO_PARENT;
		core.define(monitor._registry, series._handle, series._kind, parent, series._window, series._slices);
	}
	monitor._untold = [];
}

/** Another instance of the module in the place of one that failed, or the JavaScript form. */
export function recover(core: Core, cause: unknown): void {
	if (shared.core !== core) {
		return;
	}
	const now = performance.now();
	shared.restarts++;
	shared.traps = shared.traps.filter((time) => now - time < 60_000).concat(now);
	shared.core = undefined;
	if (shared.traps.length < MOST_TRAPS) {
		try {
			shared.core = shared.make?.();
		} catch {
			// No second instance to be had: the JavaScript form, as below.
		}
	}
	if (!shared.core) {
		const error = perfError('TRAP', 'The module failed: the JavaScript form takes over.', cause);
		shared.starting = begun(startJavascript(error));
		shared.starting.catch(() => {});
	}
}
