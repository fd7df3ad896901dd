import { type Disposes, disposeOf, makeDisposable } from './disposable.js';
import type { WasmPerformanceMonitor } from './monitor.js';
import type { Snapshot } from './snapshot.js';

/** Sees what came since it last looked. Get it from `monitor.reader()`; one monitor has at most 16. */
export interface Reader extends Disposes {}

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the class has the disposing method, under a symbol that lib es2022 cannot name.
export class Reader {
	/** @internal */
	readonly _monitor: WasmPerformanceMonitor;
	/** @internal Its id in the core; -1 while there is none. */
	_id = -1;
	/** @internal Records at the front of the buffer that came before it. */
	_from: number;
	/** @internal Losses of the monitor that came before it and that the core does not know of. */
	_rejected: number;
	/** @internal */
	_dropped: number;

	/** @internal */
	constructor(monitor: WasmPerformanceMonitor) {
		makeDisposable(Reader.prototype, disposeOf);
		this._monitor = monitor;
		this._from = monitor._ring._length;
		this._rejected = monitor._rejected;
		this._dropped = monitor._dropped;
		monitor._readers.add(this);
	}

	/**
	 * What came since this reader last looked, or since it was made. `startedAt` is that moment.
	 *
	 * @throws {@link PerfError} `NOT_LOADED` before the core is loaded, `READERS` for more readers than there can be
	 */
	snapshot(): Snapshot {
		return this._monitor._need()._snapshot(this._monitor, this);
	}

	/** Forgets the reader; its place is free for another. */
	dispose(): void {
		this._monitor._readers.delete(this);
		this._monitor._engine()?._forget(this._monitor, this);
	}
}
