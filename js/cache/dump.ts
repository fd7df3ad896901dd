import { PerfError } from '../errors.js';
import type { Memory } from './memory.js';
import { Negative } from './negative.js';
import { NONE, SLOT_MASK } from './policy.js';

/** An entry of a {@link CacheDump}. Times are ms since the Unix epoch, or of the cache's own `now`; null is never. */
export interface DumpedEntry {
	/** As the cache has it; a fingerprint for a long one. */
	readonly key: string | number | bigint | boolean | null;
	readonly value: unknown;
	/** Its place in the order: 0 new, 1 not asked for again, 2 asked for again. */
	readonly segment: number;
	/** Until when it is fresh. */
	readonly freshUntil: number | null;
	/** Until when it is of use at all. */
	readonly keptUntil: number | null;
	readonly tags?: readonly string[];
	/** The whole key, where fingerprints are verified. */
	readonly long?: string;
}

/** What a cache holds, to begin with after a restart. As JSON, if keys and values are. */
export interface CacheDump {
	readonly version: 1;
	/** What goes first comes first. */
	readonly entries: readonly DumpedEntry[];
	/** What fingerprints of long keys depend on. */
	readonly seed?: readonly number[];
	/** How often what was asked for, for a cache of the same capacity. */
	readonly sketch?: readonly number[];
}

const VERSION_OF_FORM = 1;

/** @internal Everything that is of use yet, errors excepted. */
export function dump(memory: Memory): CacheDump {
	memory._ring._drain(memory._policy);
	const offset = offsetOf(memory);
	const entries: DumpedEntry[] = [];
	for (const place of memory._policy._order()) {
		const slot = place & SLOT_MASK;
		const expiry = memory._expiry;
		const value = memory._peek(slot);
		if (!expiry?._isOver(slot) && value !== undefined && !(value instanceof Negative)) {
			const tags = memory._tags._of(slot);
			const long = memory._longs?.get(slot);
			entries.push({
				key: memory._mapKeys[slot] as DumpedEntry['key'],
				value,
				segment: place >>> 24,
				freshUntil: dateOf(expiry?._fresh[slot], offset),
				keptUntil: dateOf(expiry?._hard[slot], offset),
				...(tags && { tags }),
				...(long && { long }),
			});
		}
	}
	const seed = memory._keys._seed;
	const sketch = memory._policy._sketch?.();
	return {
		version: VERSION_OF_FORM,
		entries,
		...(seed && { seed: [...seed] }),
		...(sketch && { sketch: [...sketch] }),
	};
}

/**
 * @internal Takes entries over that are of use yet and not there; gives how many.
 *
 * @throws {@link PerfError} `SNAPSHOT` for what is no dump; nothing is taken then
 */
export function restore(memory: Memory, from: CacheDump): number {
	check(from);
	const offset = offsetOf(memory);
	const seed = memory._keys._seed ?? (from.seed && Uint32Array.from(from.seed));
	memory._keys._seed = seed;
	const sameSeed = !from.seed || from.seed.every((word, index) => word === seed?.[index]);
	if (from.sketch && memory._map.size === 0) {
		memory._policy._restoreSketch?.(Uint32Array.from(from.sketch));
	}
	let taken = 0;
	for (const { key, value, segment, freshUntil, keptUntil, tags, long } of from.entries) {
		const now = memory._clock();
		const [fresh, kept] = [timeOf(freshUntil, offset), timeOf(keptUntil, offset)];
		const found = sameSeed || !memory._keys._isFingerprint(key);
		if (!found || kept <= now || memory._map.has(key)) {
			continue;
		}
		const slot = memory._restore(key, value, segment, long);
		if (slot === NONE) {
			continue;
		}
		taken++;
		if (memory._expiry || kept < Infinity) {
			memory._expiring()._setAt(slot, fresh, kept, now);
		}
		if (tags) {
			memory._tags._set(slot, tags);
		}
	}
	return taken;
}

/** From the clock of a cache to dates; a clock of the user is taken to tell them already. */
function offsetOf(memory: Memory): number {
	return memory._options.now ? 0 : Date.now() - memory._clock();
}

function dateOf(time: number | undefined, offset: number): number | null {
	return time === undefined || time === Infinity ? null : time + offset;
}

function timeOf(date: number | null, offset: number): number {
	return date === null ? Infinity : date - offset;
}

function check(from: CacheDump): void {
	const isDate = (date: unknown) => date === null || Number.isFinite(date);
	const isDump =
		from?.version === VERSION_OF_FORM &&
		Array.isArray(from.entries) &&
		[from.seed, from.sketch].every((words) => !words || (Array.isArray(words) && words.every(Number.isInteger))) &&
		from.entries.every(
			(entry) =>
				entry?.value !== undefined &&
				(typeof entry.key !== 'object' || entry.key === null) &&
				[0, 1, 2].includes(entry.segment) &&
				isDate(entry.freshUntil) &&
				isDate(entry.keptUntil) &&
				(!entry.tags || Array.isArray(entry.tags)),
		);
	if (!isDump) {
		throw new PerfError('SNAPSHOT', 'Expected what dump() of a cache gave, got something else. Nothing was restored.');
	}
}
