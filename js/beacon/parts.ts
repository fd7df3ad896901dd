import { parseKey } from '../engine/key.js';
import type { Snapshot } from '../snapshot.js';
import { bytesOf } from './bytes.js';

/** The parts of a snapshot that hold series. */
const SECTIONS = ['operations', 'histograms', 'counters', 'exactCounters', 'gauges', 'gaugeTimes'] as const;

type Sections = Record<(typeof SECTIONS)[number], Record<string, unknown>>;

/**
 * A snapshot as several, of so many bytes each, that merge to the same. Totals are left out: without all of their
 * labels beside them they would be taken for series of their own. Empty where nothing was recorded.
 */
export function parts(snapshot: Snapshot, maxBytes: number): Snapshot[] {
	const keys = Object.keys(snapshot.counters);
	const totals = new Set(keys.map((key) => parseKey(key).name).filter((name, at) => name !== keys[at]));
	const { rejected, dropped, series } = snapshot;
	let losses = { rejected, dropped, series };
	const all: Snapshot[] = [];
	let part = emptySections();
	let bytes = Infinity;
	const empty = { ...snapshot, ...emptySections() };
	const overhead = bytesOf(empty);
	const add = (key: string, entry: Partial<Sections>) => {
		const size = bytesOf(entry) + key.length;
		if (bytes + size > maxBytes) {
			part = emptySections();
			bytes = overhead;
			all.push({ ...empty, ...losses, ...part } as Snapshot);
			losses = { rejected: 0, dropped: 0, series: { ...series, overflowed: 0, expired: 0 } };
		}
		bytes += size;
		for (const section of SECTIONS) {
			Object.defineProperties(part[section], Object.getOwnPropertyDescriptors(entry[section] ?? {}));
		}
	};
	for (const section of ['operations', 'histograms'] as const) {
		for (const [key, entry] of Object.entries(snapshot[section])) {
			entry.total || add(key, { [section]: single(key, entry) });
		}
	}
	for (const [key, value] of Object.entries(snapshot.counters)) {
		const exact =
			snapshot.exactCounters && Object.hasOwn(snapshot.exactCounters, key) ? snapshot.exactCounters[key] : undefined;
		if (value && !totals.has(key)) {
			add(key, { counters: single(key, value), ...(exact && { exactCounters: single(key, exact) }) });
		}
	}
	for (const [key, value] of Object.entries(snapshot.gauges)) {
		add(key, { gauges: single(key, value), gaugeTimes: single(key, snapshot.gaugeTimes[key]) });
	}
	if (!all.length && (rejected || dropped)) {
		all.push({ ...empty, ...losses } as Snapshot);
	}
	return all;
}

function emptySections(): Sections {
	return Object.fromEntries(SECTIONS.map((section) => [section, {}])) as Sections;
}

/** An object with this one property of its own, also for a key like `__proto__`. */
function single(key: string, value: unknown): Record<string, unknown> {
	return Object.fromEntries([[key, value]]);
}
