import type { Core } from './core.js';
import type { Engine } from './engine/index.js';
import type { PerfError } from './errors.js';

/** What all copies of this package in one program share, whatever bundle or module system they came by. */
export interface Shared {
	/** The core that runs. */
	core?: Core | undefined;
	/** Makes another instance of the module, after a trap. */
	make?: (() => Core) | undefined;
	/** The start that is under way. */
	starting?: Promise<void> | undefined;
	/** Why the last start failed, or why the JavaScript form runs. */
	error?: PerfError | undefined;
	/** How often the module was started anew after a trap. */
	restarts: number;
	/** When the last traps came. */
	traps: number[];
	/** What `PerformanceTracker.global()` gives. */
	tracker?: unknown;
	/** By version: the lazily loaded half of the wrapper, which both module systems of that version can use. */
	engines: { [version: string]: Engine | undefined };
}

/** The number changes whenever copies of different versions could no longer share one core. */
const KEY = Symbol.for('@code-mesh/perf/2');

type Global = { [KEY]?: Shared };

// biome-ignore lint/suspicious/noAssignInExpressions: the one place where the shared object comes into being.
export const shared: Shared = ((globalThis as Global)[KEY] ??= { restarts: 0, traps: [], engines: {} });

/** The lazy half, once it and a core are there. */
export function ready(): Engine | undefined {
	return shared.core && shared.engines[VERSION];
}
