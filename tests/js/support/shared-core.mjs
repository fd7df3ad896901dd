// What all copies of the package share, as far as tests of caches have to reach into it.
import { load, MultiLevelCache } from '@code-mesh/perf';

/** The core that runs, and how another one is made. */
export const shared = globalThis[Symbol.for('@code-mesh/perf/2')];

/** A cache as it is before the module is there, although the module is there for everybody else. */
export async function cacheBeforeLoad(options) {
	await load();
	const { core } = shared;
	shared.core = undefined;
	const cache = new MultiLevelCache(options);
	shared.core = core;
	return cache;
}

/** `(module (func (export "trap") unreachable))` */
const TRAP = Uint8Array.of(
	...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0],
	...[7, 8, 1, 4, 116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11],
);

/** From now on a call of the core for caches traps, as a panic does; the next instance is whole. */
export function trapIn(name) {
	const { exports } = new WebAssembly.Instance(new WebAssembly.Module(TRAP));
	// Three within a minute are the end of the module: each test may have some.
	shared.traps = [];
	shared.core.caches[name] = () => exports.trap();
}

/** Lets others run until something holds. */
export async function until(condition) {
	while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
