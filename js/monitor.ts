import { makeRoom } from './buffer.js';
import { COUNTER, type Core, DURATIONS, GAUGE, type Kind, MAX_INDEX, NO_SERIES, RESERVED, VALUES } from './core.js';
import { type Disposes, disposeOf, makeDisposable } from './disposable.js';
import type { Engine } from './engine/index.js';
import { PerfError } from './errors.js';
import { expectBetween, intern, type SeriesOptions } from './interner.js';
import type { Labels } from './labels.js';
import { load } from './load.js';
import { Operation } from './operation.js';
import type { UrlObject } from './platform-types.js';
import { Reader } from './reader.js';
import { Ring } from './ring.js';
import { Series } from './series.js';
import { ready } from './shared.js';
import type { Snapshot } from './snapshot.js';
import { makeSpansDisposable } from './span.js';

/** Options of {@link WasmPerformanceMonitor}. */
export interface MonitorOptions {
	/**
	 * Whether it records. A disabled one costs about a nanosecond per call.
	 * @default true
	 */
	readonly enabled?: boolean;
	/**
	 * Series it keeps at most, 1 to 262,141. What comes for more goes to one overflow series of its kind and is counted.
	 * @default 2000
	 */
	readonly maxSeries?: number;
	/**
	 * Drops the data of series that saw nothing for so many ms, to make room when there are too many.
	 * @default Infinity: never
	 */
	readonly idleExpiryMs?: number;
}

/** Options of {@link WasmPerformanceMonitor.beacon}. */
export interface BeaconOptions {
	/**
	 * Bytes of one request at most; browsers refuse more than 64 KiB in flight.
	 * @default 60000
	 */
	readonly maxBytes?: number;
}

/** What takes the place of the series beyond the bound, as OpenTelemetry names it. */
const OVERFLOW = '{otel.metric.overflow="true"}';

/**
 * Counts and times what a program does. Usable at once: until the core is loaded, records wait in a buffer.
 *
 * Recording never throws. What cannot be recorded is counted: `rejected` and `dropped` in the snapshot.
 */
export interface WasmPerformanceMonitor extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class WasmPerformanceMonitor {
	/** @internal */
	readonly _ring: Ring;
	/** @internal By kind: the series by their keys. */
	readonly _maps: Map<string, Series>[] = [new Map(), new Map(), new Map(), new Map()];
	/** @internal The first of them, at hand. */
	readonly _operations = this._maps[DURATIONS] as Map<string, Series>;
	/** @internal What takes records beyond the bound, by kind; gauges beyond it are dropped. */
	readonly _overflow: Series[];
	/** @internal The name last looked up among the operations. */
	_lastName = '';
	/** @internal The series of that name. */
	_last: Series;
	/** @internal The series by index. */
	readonly _series: Series[];
	/** @internal Series the core has not been told of. */
	_untold: Series[] = [];
	/** @internal */
	readonly _readers = new Set<Reader>();
	/** @internal */
	readonly _maxSeries: number;
	/** @internal */
	readonly _idleExpiryMs: number;
	/** @internal */
	_startMs = performance.now();
	/** @internal The core that holds its registry, which is another one after a trap. */
	_core?: Core | undefined;
	/** @internal */
	_registry = 0;
	/** @internal Losses that the core does not know of yet. */
	_rejected = 0;
	/** @internal */
	_dropped = 0;
	/** @internal What is asked at each look. */
	readonly _sources = new Set<readonly [name: string, read: () => object]>();
	/** @internal When a reader last looked. */
	_looked = 0;
	/** @internal The last look at everything, to begin with after a trap. */
	_kept?: Float64Array | undefined;
	/** @internal The shortest slice of a window. */
	_sliceMs = Infinity;
	/** @internal The one timer that drains while there are windows. */
	_timer?: unknown;
	/** @internal Up to here records without a time got one before the load. */
	_stamped = 0;
	/** @internal */
	_disposed = false;

	constructor(options: MonitorOptions = {}) {
		makeDisposable(WasmPerformanceMonitor.prototype, disposeOf);
		makeSpansDisposable();
		const { enabled = true, maxSeries = 2000, idleExpiryMs = Infinity } = options;
		expectBetween('maxSeries', maxSeries, 1, MAX_INDEX + 1 - RESERVED);
		if (!(idleExpiryMs > 0)) {
			throw new RangeError(`idleExpiryMs: expected milliseconds above 0, got ${idleExpiryMs}`);
		}
		const ring = new Ring(!!enabled, () => makeRoom(this));
		this._ring = ring;
		this._maxSeries = maxSeries;
		this._idleExpiryMs = idleExpiryMs;
		this._overflow = [
			new Operation(OVERFLOW, ring, DURATIONS, DURATIONS),
			new Series(OVERFLOW, ring, VALUES, VALUES),
			new Series(OVERFLOW, ring, COUNTER, COUNTER),
			new Series(OVERFLOW, ring, GAUGE, NO_SERIES),
		];
		this._series = this._overflow.slice(0, RESERVED);
		this._last = this._find(DURATIONS, '');
	}

	/** The time now, to be given to `endTimer`; NaN while the monitor is disabled. The name is only for the reader. */
	startTimer(_name?: string): number {
		return this._ring._on ? performance.now() : Number.NaN;
	}

	/** Records the time since `timer` under `name` and returns it in ms; NaN while the monitor is disabled. */
	endTimer(name: string, timer: number): number {
		if (!this._ring._on) {
			return Number.NaN;
		}
		const end = performance.now();
		const ms = typeof timer === 'number' ? end - timer : Number.NaN;
		const series = name === this._lastName ? this._last : this._lookUp(name);
		series._ring._push(series._handle, ms, end);
		return ms;
	}

	/** Records a duration in ms under `name`. */
	record(name: string, ms: number): void {
		if (this._ring._on) {
			const series = name === this._lastName ? this._last : this._lookUp(name);
			series._ring._push(series._handle, ms, Number.NaN);
		}
	}

	/** Adds `by` to a counter: finite and not negative. The sum is exact. */
	increment(name: string, by = 1, labels?: Labels): void {
		if (this._ring._on) {
			this._find(COUNTER, name, labels)._push(by);
		}
	}

	/** Sets a gauge to a finite value. */
	gauge(name: string, value: number, labels?: Labels): void {
		if (this._ring._on) {
			this._find(GAUGE, name, labels)._push(value);
		}
	}

	/**
	 * Asks `read` for an object at each snapshot, and sets a gauge for every number in it: `name.field`, in objects
	 * within it `name.field.field`. One that throws is counted as rejected.
	 *
	 * @returns a function that stops it
	 */
	observe(name: string, read: () => object): () => void {
		const source = [name, read] as const;
		this._sources.add(source);
		return () => {
			this._sources.delete(source);
		};
	}

	/**
	 * An operation bound to its labels: keep it, it is the fastest way to record. The same name and labels give the same
	 * object. Labels tell few things apart (a tool, a route, a status), never single requests or users.
	 *
	 * @throws RangeError for a window or slices out of range
	 */
	operation(name: string, labels?: Labels, options?: SeriesOptions): Operation {
		return intern(this, DURATIONS, name, labels, options) as Operation;
	}

	/**
	 * The value at quantile `q` of an operation or value histogram, by name (all labels together) or by the key it has
	 * in the snapshot; NaN while it is empty.
	 *
	 * @throws RangeError when `q` is not from 0 to 1
	 * @throws {@link PerfError} `NOT_LOADED` before the core is loaded
	 */
	quantile(name: string, q: number): number {
		return this._need()._quantile(this, name, q);
	}

	/**
	 * Everything since the start, as plain data.
	 *
	 * @throws {@link PerfError} `NOT_LOADED` before the core is loaded; the call starts the load
	 */
	snapshot(): Snapshot {
		return this._need()._snapshot(this);
	}

	/** The same, loading the core if need be. */
	async snapshotAsync(): Promise<Snapshot> {
		await load();
		return this.snapshot();
	}

	/** Adds what another monitor, process, page or Rust program recorded. Exact, and the same in any order.
	 *
	 * @throws {@link PerfError} `SNAPSHOT` for what is no snapshot; nothing is added then. `NOT_LOADED` before the load
	 */
	merge(snapshot: Snapshot): void {
		this._need()._merge(this, snapshot);
	}

	/** Forgets what was recorded; operations and readers stay. */
	reset(): void {
		this._ring._length = this._stamped = this._rejected = this._dropped = 0;
		this._startMs = performance.now();
		this._engine()?._reset(this);
	}

	/** Hands what is buffered to the core, loading it if need be. Done at once when it is loaded. */
	async flush(): Promise<void> {
		this._engine() || this._disposed || (await load());
		this._engine()?._drain(this);
	}

	/** A reader that sees what comes from now on, each time only what came since its last look. */
	reader(): Reader {
		return new Reader(this);
	}

	/**
	 * In a page: sends what came since the last time to `url` whenever the page is hidden or left, by
	 * `navigator.sendBeacon`. What the browser refuses is sent with the next one. Elsewhere it does nothing.
	 *
	 * @returns a function that stops it
	 */
	beacon(url: string | UrlObject, options?: BeaconOptions): () => void {
		let stop: (() => void) | undefined;
		let stopped = typeof document === 'undefined';
		const start = () => {
			stopped ||
				import('./beacon/index.js').then(
					({ beacon }) => {
						stop = stopped ? stop : beacon(this, url, options);
					},
					() => setTimeout(start, 10_000),
				);
		};
		start();
		return () => {
			stopped = true;
			stop?.();
		};
	}

	/** How many records wait in the buffer for the core. */
	get waiting(): number {
		return this._ring._length;
	}

	/** Stops recording for good and frees what it holds in the core. */
	dispose(): void {
		this._engine()?._dispose(this);
		clearInterval(this._timer as number);
		this._disposed = true;
		this._ring._on = false;
		this._ring._length = 0;
		this._ring._resize(0);
	}

	/** @internal The operation of a name; remembers it, because the next record is often of the same. */
	_lookUp(name: string): Series {
		this._last = this._operations.get(name) ?? intern(this, DURATIONS, name);
		this._lastName = name;
		return this._last;
	}

	/** @internal The series of a name. */
	_find(kind: Kind, name: string, labels?: Labels): Series {
		return (labels === undefined && this._maps[kind]?.get(name)) || intern(this, kind, name, labels);
	}

	/** @internal For the lazy half, which must not hold a copy of all this. */
	_intern(kind: Kind, name: string, labels?: Labels, options?: SeriesOptions): Series {
		return intern(this, kind, name, labels, options);
	}

	/** @internal The lazy half, if it can be used now. */
	_engine(): Engine | undefined {
		return this._disposed ? undefined : ready();
	}

	/** @internal The same for those who cannot do without. */
	_need(): Engine {
		const engine = this._engine();
		if (!engine) {
			if (this._disposed) {
				throw new PerfError('DISPOSED', 'This monitor was disposed: make a new one.');
			}
			load().catch(() => {});
			throw new PerfError('NOT_LOADED', 'The core is not loaded yet: await load() first, or use snapshotAsync().');
		}
		return engine;
	}
}
