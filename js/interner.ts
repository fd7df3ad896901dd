import { watchWindow } from './buffer.js';
import { DURATIONS, GAUGE, type Kind, MAX_INDEX, RESERVED } from './core.js';
import { keyOf, type Labels, nameOf } from './labels.js';
import type { WasmPerformanceMonitor } from './monitor.js';
import { Operation } from './operation.js';
import { Ring } from './ring.js';
import { Series } from './series.js';

/** Options of one series. */
export interface SeriesOptions {
	/** Also keeps the last so many ms apart, as `window` in its snapshot. If unsure, use 60,000. */
	readonly window?: number;
	/**
	 * How many slices the window is made of, 1 to 600: it moves on by a slice at a time.
	 * @default 6
	 */
	readonly slices?: number;
	/** The unit of the values of a histogram, for example `bytes`. Operations are always in ms. */
	readonly unit?: string;
}

/** @internal Finds the series of a name and labels, or makes it. Never throws for what it is given as name and labels. */
export function intern(
	monitor: WasmPerformanceMonitor,
	kind: Kind,
	name: string,
	labels?: Labels,
	options: SeriesOptions = {},
): Series {
	const { window = 0, slices = 6, unit } = options;
	if (window) {
		expectBetween('slices', slices, 1, 600);
		if (!(window > 0 && window < Infinity)) {
			throw new RangeError(`window: expected milliseconds above 0, got ${window}`);
		}
	}
	const bare = nameOf(name);
	let key = bare;
	try {
		key = bare && labels ? keyOf(bare, labels) : bare;
	} catch {
		// A label whose value cannot be made a text.
		key = '';
	}
	if (!key) {
		return make(kind, key, new Ring(monitor._ring._on, () => !++monitor._rejected), kind);
	}
	let series = monitor._maps[kind]?.get(key);
	if (!series) {
		// The bare name first: its series is the total of all its labels.
		const parent = key === bare || kind === GAUGE ? undefined : intern(monitor, kind, bare, undefined, options);
		const handle = parent && parent._handle < RESERVED ? -1 : allocate(monitor, parent);
		if (handle < 0) {
			return monitor._overflow[kind] as Series;
		}
		series = make(kind, key, monitor._ring, handle);
		series._parent = parent;
		monitor._maps[kind]?.set(key, series);
		monitor._series[handle & MAX_INDEX] = series;
		monitor._untold.push(series);
	}
	if (unit) {
		series._unit ||= `${unit}`;
	}
	if (window && !series._window) {
		series._window = window;
		series._slices = slices;
		monitor._untold.push(series);
		watchWindow(monitor, window / slices);
	}
	return series;
}

/** @internal Throws a RangeError unless `value` is an integer in the range. */
export function expectBetween(name: string, value: number, low: number, high: number): void {
	if (!(Number.isInteger(value) && value >= low && value <= high)) {
		throw new RangeError(`${name}: expected an integer from ${low} to ${high}, got ${value}`);
	}
}

/** The handle for one more series, but not that of `parent`, or -1 where there is no room for it. */
function allocate(monitor: WasmPerformanceMonitor, parent: Series | undefined): number {
	const index = monitor._series.length;
	return index < monitor._maxSeries + RESERVED ? index : (monitor._engine()?._recycle(monitor, parent) ?? -1);
}

function make(kind: Kind, key: string, ring: Ring, handle: number): Series {
	return new (kind === DURATIONS ? Operation : Series)(key, ring, kind, handle);
}
