/** The command line of the benchmark of hit ratios. */
import { statSync } from 'node:fs';

const USAGE = 'usage: npm run bench:hitratio -- [FOLDER] [--sizes N[,N]] [--json [FILE]]';
const SIZES = [200, 500, 1000, 2000];
const MOST_ENTRIES = 2 ** 24;

/** A command line that cannot be followed; its message is all the user needs. */
export class UsageError extends Error {}

/**
 * `{ folder, sizes, json }`: `folder` is undefined where none is given, `json` is undefined (a table), '-' (standard
 * output) or a file name. Throws a UsageError.
 */
export function parseArgs(argv) {
	const options = { folder: undefined, sizes: SIZES, json: undefined };
	const rest = argv.flatMap((word) => (/^--\w+=/.test(word) ? split(word) : [word]));
	while (rest.length > 0) {
		const word = rest.shift();
		if (word === '--sizes') options.sizes = sizesIn(rest.shift());
		else if (word === '--json') options.json = isFile(rest[0]) ? rest.shift() : '-';
		else if (!word.startsWith('-') && options.folder === undefined) options.folder = word;
		else throw new UsageError(`unknown argument ${JSON.stringify(word)}\n${USAGE}`);
	}
	return options;
}

function split(word) {
	const at = word.indexOf('=');
	return [word.slice(0, at), word.slice(at + 1)];
}

/** What follows `--json` may also be the folder of traces. */
function isFile(word) {
	return word !== undefined && !word.startsWith('--') && !statSync(word, { throwIfNoEntry: false })?.isDirectory();
}

function sizesIn(text) {
	const sizes = (text ?? '').split(',').map((each) => (/^\d+$/.test(each.trim()) ? Number(each) : Number.NaN));
	if (!sizes.every((size) => size >= 1 && size <= MOST_ENTRIES)) {
		throw new UsageError(
			`--sizes expects numbers of entries from 1 to ${MOST_ENTRIES}, as in 200,500; got ${JSON.stringify(text ?? '')}\n${USAGE}`,
		);
	}
	return [...new Set(sizes)];
}
