/**
 * A reference that keeps nothing alive, in runtimes that have such. A function of its own: closures made in one function
 * hold all that any of them needs, so one that only wants this reference must not be made beside another that has the
 * thing itself.
 */
export function weak<T extends object>(thing: T): { deref(): T | undefined } {
	return globalThis.WeakRef ? new WeakRef(thing) : { deref: () => thing };
}
