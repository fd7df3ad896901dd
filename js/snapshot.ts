/** An exact sum: `Σ limbs[i] * 2^(32 * i) * 2^exponent`, so that sums of sums stay exact. Zero has no limbs. */
export interface ExactSum {
	readonly exponent: number;
	/** Unsigned 32-bit integers, lowest first; none at either end is 0. */
	readonly limbs: readonly number[];
}

/** Buckets that are not empty. Bucket `i` holds values in `(2^(i/64), 2^((i+1)/64)]`, of seconds for operations. */
export interface Buckets {
	/** Ascending. */
	readonly indices: readonly number[];
	/** How many values each of them holds. */
	readonly counts: readonly number[];
}

/** What both a whole series and its window hold. */
export interface HistogramCounts {
	/** How many values were recorded. */
	readonly count: number;
	/** Their sum, rounded once. */
	readonly sum: number;
	/** Values per second. */
	readonly rate: number;
	/** How many of the operations ended with an error. */
	readonly errors: number;
	/** How many of the operations were given up: guards disposed of unfinished. */
	readonly aborted: number;
	/** How many values were exactly 0. */
	readonly zero: number;
	/** How many values lay in (0, 2^-30] of the bucketed unit. */
	readonly underflow: number;
	/** How many values lay above 2^53 of the bucketed unit. */
	readonly overflow: number;
	/** Scale of the buckets: 2^6 of them per power of two. */
	readonly scale: 6;
	readonly buckets: Buckets;
	/** The sum without rounding. */
	readonly sumExact: ExactSum;
}

/** The recent past of a series; values are missing where nothing was recorded in it. */
export interface WindowSnapshot extends HistogramCounts {
	/** Length of the window in seconds. */
	readonly seconds: number;
	readonly mean?: number;
	readonly min?: number;
	readonly max?: number;
	readonly p50?: number;
	readonly p95?: number;
	readonly p99?: number;
}

/** One operation. Times are in ms, quantiles within 0.542 % of the sample of that rank. */
export interface OperationSnapshot extends HistogramCounts {
	readonly mean: number;
	/** Exact, as recorded. */
	readonly min: number;
	/** Exact, as recorded. */
	readonly max: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	/** When the last value came, in ms since the Unix epoch. */
	readonly lastAt: number;
	/** Present where this is the sum over all labels of a name; what the bare name itself got is under `name{}`. */
	readonly total?: true;
	/** Only where a window was asked for. */
	readonly window?: WindowSnapshot;
}

/** A histogram of other values than durations; they are in its unit. */
export interface ValueSnapshot extends OperationSnapshot {
	/** As it was given, for example `bytes`; missing where none was. */
	readonly unit?: string;
}

/**
 * Everything a monitor knows, as plain data: the same from browsers, Node and Rust, to be sent as JSON and merged
 * exactly by `monitor.merge`. Keys are names, with labels `name{a="x",b="y"}`.
 */
export interface Snapshot {
	/** Of this format. */
	readonly schemaVersion: 1;
	/** When recording began, in ms since the Unix epoch; for a reader, when it last looked. */
	readonly startedAt: number;
	/** In ms since the Unix epoch. */
	readonly takenAt: number;
	readonly clock: {
		/** The smallest step of `performance.now()` seen, in ms: browsers make it coarse on purpose. */
		readonly resolution: number;
	};
	readonly operations: Readonly<Record<string, OperationSnapshot>>;
	readonly histograms: Readonly<Record<string, ValueSnapshot>>;
	readonly counters: Readonly<Record<string, number>>;
	/** Only those counters that are no integer up to 2^53. */
	readonly exactCounters?: Readonly<Record<string, ExactSum>>;
	/** The value last set. */
	readonly gauges: Readonly<Record<string, number>>;
	/** When each gauge was last set, in ms since the Unix epoch. */
	readonly gaugeTimes: Readonly<Record<string, number>>;
	/** Values that could not be recorded: NaN, infinities, negative durations, names that are none. */
	readonly rejected: number;
	/** Records that reached no series of their own: the buffer was full, or there were too many series. */
	readonly dropped: number;
	readonly series: {
		/** Series that hold data. */
		readonly active: number;
		/** As many as there can be (`maxSeries`). */
		readonly limit: number;
		/** Records that went to the overflow series `{otel.metric.overflow="true"}`. */
		readonly overflowed: number;
		/** Series whose data was dropped because nothing came for long (`idleExpiryMs`). */
		readonly expired: number;
	};
}
