// The tools over every file, each call measured.

import { FILE_LIMIT, SHOWN_FAILURES } from './limits.mjs';
import { compress } from './tools/compress.mjs';
import { hash } from './tools/hash.mjs';
import { list } from './tools/list.mjs';
import { parseJson } from './tools/parse-json.mjs';
import { read, TooLarge } from './tools/read.mjs';
import { search } from './tools/search.mjs';
import { printable } from './units.mjs';
import { walk } from './walk.mjs';

/** The operations in the order of the table; `waits` ones are measured across an await. */
export const OPERATIONS = [
	{ name: 'list', waits: true },
	{ name: 'read', waits: true },
	{ name: 'search', waits: false },
	{ name: 'parse_json', waits: false },
	{ name: 'hash', waits: false },
	{ name: 'compress', waits: true },
];

/** Runs the tools over the files below `folder`; gives plain data about what was done. */
export async function runTools(folder, monitor, { progress, stop }) {
	const measured = Object.fromEntries(OPERATIONS.map(({ name }) => [name, monitor.operation(name)]));
	const seen = { skipped: new Map(), linkedFolders: 0, special: 0 };
	const run = {
		folder,
		files: 0,
		folders: 0,
		bytes: 0,
		packedBytes: 0,
		matches: 0,
		tooLarge: 0,
		failed: 0,
		failures: [],
	};
	const start = performance.now();

	const attempt = async (tool, path, work) => {
		try {
			return await work();
		} catch (error) {
			run.failed++;
			if (run.failures.length < SHOWN_FAILURES)
				run.failures.push({ tool, path: printable(path), reason: error.code ?? error.message });
			return undefined;
		}
	};
	const listFolder = (path) => {
		run.folders++;
		return attempt('list', path, () => measured.list.timeAsync(() => list(path)));
	};

	for await (const path of walk(folder, listFolder, seen)) {
		if (stop.aborted) break;
		run.files++;
		await runOnFile(path, measured, run, attempt);
		progress.show(run, path);
	}

	return {
		...run,
		skipped: Object.fromEntries(seen.skipped),
		linkedFolders: seen.linkedFolders,
		special: seen.special,
		interrupted: stop.aborted,
		wallMs: performance.now() - start,
	};
}

/** What an agent does with one file: it reads it, looks into it when it is text, and keeps its hash and a packed copy. */
async function runOnFile(path, measured, run, attempt) {
	const content = await attempt('read', path, () => readMeasured(path, measured, run));
	if (content === undefined) return;
	run.bytes += content.length;
	if (isText(content)) {
		const text = content.toString();
		run.matches += (await attempt('search', path, () => measured.search.time(() => search(text)))) ?? 0;
		if (isJson(path)) await attempt('parse_json', path, () => measured.parse_json.time(() => parseJson(text)));
	}
	await attempt('hash', path, () => measured.hash.time(() => hash(content)));
	const packed = await attempt('compress', path, () => measured.compress.timeAsync(() => compress(content)));
	run.packedBytes += packed?.length ?? 0;
}

/** A file over the limit is no failure of reading: the refusal is the answer, so it is taken out of the measured call. */
async function readMeasured(path, measured, run) {
	const answer = await measured.read.timeAsync(() =>
		read(path, FILE_LIMIT).catch((error) => {
			if (error instanceof TooLarge) return error;
			throw error;
		}),
	);
	if (!(answer instanceof TooLarge)) return answer;
	run.tooLarge++;
	return undefined;
}

/** As git decides it: a zero byte near the start means binary. */
function isText(content) {
	return !content.subarray(0, 8000).includes(0);
}

function isJson(path) {
	return path.subarray(-5).toString().toLowerCase() === '.json';
}
