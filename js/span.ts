import { FAILED } from './core.js';
import { type Disposes, makeDisposable } from './disposable.js';
import type { Series } from './series.js';

/** A measurement that runs. With `using span = operation.start()` it ends with the block. */
export interface Span extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class Span {
	/** @internal */
	readonly _series: Series;
	/** @internal The flag of the record when the span is disposed of unfinished. */
	readonly _onDispose: number;
	/** @internal When it began; NaN once it ended. */
	_start: number;

	/** @internal */
	constructor(series: Series, onDispose: number) {
		this._series = series;
		this._onDispose = onDispose;
		this._start = series._ring._on ? performance.now() : Number.NaN;
	}

	/** Records the time since the start and returns it in ms; NaN when the span had ended already. */
	finish(): number {
		return this._end(0);
	}

	/** The same, and counts it as an error of the operation. */
	fail(): number {
		return this._end(FAILED);
	}

	/** @internal */
	_end(flag: number): number {
		const start = this._start;
		this._start = Number.NaN;
		// Also false for NaN.
		if (start >= 0) {
			const end = performance.now();
			const series = this._series;
			series._ring._push(series._handle | flag, end - start, end);
			return end - start;
		}
		return start;
	}
}

/** Lets `using` end spans; called by who makes them, because here it would cost each span. */
export function makeSpansDisposable(): void {
	makeDisposable(Span.prototype, function () {
		this._end(this._onDispose);
	});
}
