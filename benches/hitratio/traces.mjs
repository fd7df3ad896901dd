/** Traces as people publish them: gzipped text, one integer key a line. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from './args.mjs';

const SUFFIX = '.txt.gz';

/** The traces of a folder, by name: `{ name, file }`. Throws a UsageError where there is none. */
export function tracesIn(folder) {
	if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
		throw new UsageError(`expected a folder of *${SUFFIX} files, got ${JSON.stringify(folder)}, which is none`);
	}
	const names = readdirSync(folder)
		.filter((name) => name.endsWith(SUFFIX))
		.sort();
	if (names.length === 0) {
		throw new UsageError(`expected *${SUFFIX} files in ${JSON.stringify(folder)}, found none`);
	}
	return names.map((name) => ({ name: name.slice(0, -SUFFIX.length), file: join(folder, name) }));
}

/** The keys of a file, in order; empty lines are left out. Throws an Error that names the file, and the line. */
export function readTrace(file) {
	const lines = inflate(file).split('\n');
	const keys = new Float64Array(lines.length);
	let count = 0;
	for (const [index, line] of lines.entries()) {
		const text = line.trim();
		if (text === '') continue;
		const key = Number(text);
		if (!Number.isSafeInteger(key)) {
			throw new Error(`${file}, line ${index + 1}: expected an integer key, got ${JSON.stringify(text.slice(0, 40))}`);
		}
		keys[count] = key;
		count += 1;
	}
	if (count === 0) throw new Error(`${file}: expected one integer key a line, found no key`);
	return keys.subarray(0, count);
}

/** The same trace with keys numbered from 0 in the order in which they first come: `{ ids, distinct }`. */
export function numbered(keys) {
	const numbers = new Map();
	const ids = Int32Array.from(keys, (key) => {
		const known = numbers.get(key);
		if (known !== undefined) return known;
		numbers.set(key, numbers.size);
		return numbers.size - 1;
	});
	return { ids, distinct: numbers.size };
}

function inflate(file) {
	try {
		return gunzipSync(readFileSync(file)).toString('latin1');
	} catch (error) {
		throw new Error(`${file}: cannot be read as gzip (${error.message}); take it away or fetch it anew`);
	}
}
