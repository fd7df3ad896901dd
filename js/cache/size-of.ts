/** Parts of a value that are looked at; the rest is taken to be like them. */
const MOST_PARTS = 1000;

/** What V8 takes for an object, an array or a string beside its contents, a member or item, and a number on the heap. */
const OBJECT = 32;
const MEMBER = 8;
const NUMBER = 12;

/**
 * About how many bytes a value takes in memory. Strings and buffers are counted by their length, what holds other things
 * by the things it holds; of large ones only a part is looked at, so that it stays cheap: at most some ten microseconds.
 * It never throws, whatever the getters and traps of a value do.
 */
export function sizeOf(value: unknown): number {
	const waiting: unknown[] = [value];
	const seen = new Set<unknown>();
	let bytes = 0;
	let parts = 0;
	let skipped = 0;
	while (waiting.length && parts < MOST_PARTS) {
		const part = waiting.pop();
		// The place that it takes in what holds it.
		bytes += parts++ ? MEMBER : 0;
		if (typeof part === 'string') {
			bytes += OBJECT + textBytes(part);
		} else if (typeof part !== 'object' || part === null) {
			bytes += NUMBER;
		} else if (!seen.has(part)) {
			seen.add(part);
			bytes += OBJECT;
			try {
				bytes += bufferBytes(part);
				skipped += expand(part, waiting);
			} catch {
				// What cannot be looked at counts as empty.
			}
		}
	}
	// What was left out weighs as much as what was looked at, part by part.
	return Math.ceil((bytes * (parts + waiting.length + skipped)) / parts);
}

/** V8 keeps a character in one byte as long as all of them fit into one; that is told from the first of a long text. */
export function textBytes(text: string): number {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of one byte.
	return /^[\x00-\xff]*$/.test(text.length > 4096 ? text.slice(0, 4096) : text) ? text.length : text.length * 2;
}

function bufferBytes(part: object): number {
	const { byteLength } = part as { byteLength?: unknown };
	return typeof byteLength === 'number' ? byteLength : 0;
}

/** Puts what an object holds to the things that wait, as far as it may be looked at; gives how many were left out. */
function expand(part: object, waiting: unknown[]): number {
	if (ArrayBuffer.isView(part)) {
		return 0;
	}
	const before = waiting.length;
	let length: number;
	if (part instanceof Map) {
		length = 2 * part.size;
		for (const [key, value] of part) {
			if (waiting.push(key, value) - before >= MOST_PARTS) {
				break;
			}
		}
	} else if (part instanceof Set) {
		length = part.size;
		for (const item of part) {
			if (waiting.push(item) - before >= MOST_PARTS) {
				break;
			}
		}
	} else {
		const members = Array.isArray(part) ? part : Object.values(part);
		length = members.length;
		waiting.push(...members.slice(0, MOST_PARTS));
	}
	return length - (waiting.length - before);
}
