/** What `onLeak` is told. */
export interface LeakReport<T> {
	/**
	 * `collected`: nobody holds the lease any more, and it was not returned. `overdue`: it lasts longer than
	 * `maxLeaseMs`.
	 */
	readonly reason: 'collected' | 'overdue';
	/** The line that took the lease, for example `at main (file:///app.js:12:34)`; only of sampled leases. */
	readonly place?: string;
	/** The calls that led there. */
	readonly stack?: string;
	/** How long it was held, in ms; only of sampled leases, and of all where `maxLeaseMs` is set. */
	readonly heldMs?: number;
	/**
	 * What was lent, where it is still in memory, so that somebody may hold it. If you know that nobody uses it, give it to the pool's `release` or
	 * `discard`.
	 */
	readonly value?: T;
}

/** @internal Where and when a sampled lease was taken. */
export interface Trace {
	readonly _stack: string;
	readonly _at: number;
}

/** @internal The place of a call, where `entry` is the function of the pool that was called. */
export function traceOf(entry: (...args: never[]) => unknown): Trace {
	const holder: { stack?: string } = new Error('lease');
	// Only V8 knows it; elsewhere the frames of the pool stand above that of the caller.
	(Error as { captureStackTrace?(target: object, above: unknown): void }).captureStackTrace?.(holder, entry);
	// Made a text at once: unformatted, the frames would keep alive whoever called, and with that perhaps the lease.
	return { _stack: `${holder.stack}`, _at: performance.now() };
}

/** @internal How many leases from now the next one is sampled: random around the mean, and never for 0. */
export function nextSample(sampling: number): number {
	return sampling ? 1 + Math.floor(Math.random() * (2 * sampling - 1)) : 0;
}

/** @internal Tells the listener, whom it harms nobody to fail. */
export function report<T>(
	listener: ((report: LeakReport<T>) => unknown) | undefined,
	reason: LeakReport<T>['reason'],
	trace: Trace | undefined,
	since: number,
	value: T | undefined,
): void {
	const frames = trace?._stack.split('\n').filter((line) => /^\s*at |@/.test(line)) ?? [];
	const from = trace?._at ?? since;
	try {
		const answer = listener?.({
			reason,
			...(frames[0] && { place: frames[0].trim(), stack: frames.join('\n') }),
			...(from >= 0 && { heldMs: performance.now() - from }),
			...(value !== undefined && { value }),
		});
		Promise.resolve(answer).catch(() => {});
	} catch {
		// Whoever listens must not break whoever leases.
	}
}

/** @internal A registry that tells of collected objects, where the runtime has one. Finalizers may never run. */
export function registryOf<H>(collected: (held: H) => void): FinalizationRegistry<H> | undefined {
	return globalThis.FinalizationRegistry && new FinalizationRegistry(collected);
}
