// An agent gets to know a folder: it walks through all of it, then comes back to the files that matter.

import { lookAt } from './contents.mjs';
import { FILES_TO_RETURN_TO } from './limits.mjs';
import { Richest } from './richest.mjs';
import { walk } from './walk.mjs';

/** What it asks of every text file. */
const FIRST_QUESTIONS = ['definitions', 'imports', 'remarks'];

/** What it asks when it comes back: to plan a change, to make it, and to check it. */
const LATER_QUESTIONS = [
	['definitions', 'imports'],
	['definitions', 'exports'],
	['definitions', 'exports', 'remarks'],
];

/** Runs the tools over the files below `folder`; gives plain data about what was done. */
export async function runTools(folder, toolbox, { progress, stop }) {
	const seen = { skipped: new Map(), linkedFolders: 0, special: 0 };
	const run = { folder, files: 0, folders: 0, bytes: 0, packedBytes: 0, matches: 0, returns: 0 };
	const richest = new Richest(FILES_TO_RETURN_TO);
	const start = performance.now();

	const list = (path) => {
		run.folders++;
		return toolbox.list(path);
	};
	for await (const path of walk(folder, list, seen)) {
		if (stop.aborted) break;
		run.files++;
		const definitions = await getToKnow(path, toolbox, run);
		if (definitions > 0) richest.offer(path, definitions);
		progress.show(run, path);
	}
	for (const questions of LATER_QUESTIONS) {
		for (const path of richest.list()) {
			if (stop.aborted) break;
			run.returns++;
			await comeBack(path, questions, toolbox);
			progress.show(run, path);
		}
	}

	return {
		...run,
		...toolbox.counts(),
		skipped: Object.fromEntries(seen.skipped),
		linkedFolders: seen.linkedFolders,
		special: seen.special,
		interrupted: stop.aborted,
		wallMs: performance.now() - start,
	};
}

/** It reads a file, looks into it when it is text, and keeps its hash and a packed copy. Gives how much it defines. */
async function getToKnow(path, toolbox, run) {
	const file = await lookAt(path);
	const read = await toolbox.read(file, (bytes) => ({ length: bytes.length, isText: isText(bytes) }));
	if (read === undefined) return 0;
	run.bytes += read.length;
	const { definitions } = read.isText ? await toolbox.search(file, FIRST_QUESTIONS) : { definitions: 0 };
	if (read.isText && isJson(path)) await toolbox.parseJson(file);
	run.matches += definitions;
	await toolbox.hash(file);
	run.packedBytes += (await toolbox.compress(file))?.length ?? 0;
	return definitions;
}

/** A file that changed since it was last looked at is another one to the caches, and read anew. */
async function comeBack(path, questions, toolbox) {
	const file = await lookAt(path);
	await toolbox.search(file, questions);
}

/** As git decides it: a zero byte near the start means binary. */
function isText(content) {
	return !content.subarray(0, 8000).includes(0);
}

function isJson(path) {
	return path.subarray(-5).toString().toLowerCase() === '.json';
}
