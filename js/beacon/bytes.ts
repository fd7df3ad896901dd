const encoder = new TextEncoder();

/** How many bytes the JSON text of a value takes. */
export function bytesOf(value: unknown): number {
	return encoder.encode(JSON.stringify(value)).length;
}
