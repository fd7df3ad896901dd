import type { Trace } from './leaks.js';

/** @internal What a pool knows of one of its objects. It holds the object only while that is idle, so that what is lost can be collected. */
export class Slot<T> {
	/** The object, while it is idle. */
	_value: T | undefined;
	/** Grows whenever the object comes back; leases of an earlier one are void. */
	_generation = 0;
	_isOut = false;
	/** The tick of the pool's ageing at which it became idle; -1 when it never was. */
	_idleSince = -1;
	/** When it was lent, where that is asked for. */
	_lentAt = Number.NaN;
	/** Of the lease that is out, if that is sampled. */
	_trace: Trace | undefined = undefined;
	/** Whether the lease that is out was reported as leaked. */
	_isReported = false;

	constructor(value: T | undefined) {
		this._value = value;
	}
}
