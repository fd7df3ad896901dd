/** @internal Buffers come in powers of two from here, */
export const SMALLEST = 64;
/** @internal to here. Larger ones are made as asked, and not kept. */
export const LARGEST = 2 ** 20;
/** @internal How many sizes that makes. */
export const CLASSES = 15;

/** @internal The class that holds so many bytes; `CLASSES` or more beyond the largest. */
export function classOf(byteLength: number): number {
	return byteLength > SMALLEST ? 26 - Math.clz32(byteLength - 1) : 0;
}

/** @internal The bytes of a buffer of a class. */
export function sizeOf(sizeClass: number): number {
	return SMALLEST << sizeClass;
}
