// Tells whether something has to be made again: by the content of what it is made from and of what was made, never by
// times, which a checkout or a copy changes.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMPS = '.build/stamps';

/** A hash over files and folders (with all that is in them) and a text; what does not exist counts as such. */
export function fingerprint(paths, text = '') {
	const hash = createHash('sha256').update(text);
	for (const path of paths) add(hash, path);
	return hash.digest('hex');
}

/** True when `name` was made from these sources and its outputs are unchanged since. */
export function isFresh(name, sources, outputs) {
	const [madeFrom, made] = readStamp(name);
	return madeFrom === sources && made === fingerprint(outputs);
}

/** Notes that `name` was made from these sources. */
export function remember(name, sources, outputs) {
	mkdirSync(STAMPS, { recursive: true });
	const file = stampFile(name);
	writeFileSync(`${file}.new`, `${sources}\n${fingerprint(outputs)}\n`);
	renameSync(`${file}.new`, file);
}

export function forget(name) {
	rmSync(stampFile(name), { force: true });
}

function stampFile(name) {
	return join(STAMPS, name.replaceAll('/', '-'));
}

function readStamp(name) {
	try {
		return readFileSync(stampFile(name), 'utf8').split('\n');
	} catch {
		return [];
	}
}

function add(hash, path) {
	const stats = statSync(path, { throwIfNoEntry: false });
	if (stats === undefined) {
		hash.update(`absent ${path}\n`);
	} else if (stats.isDirectory()) {
		for (const name of readdirSync(path).sort()) add(hash, join(path, name));
	} else {
		const content = readFileSync(path);
		hash.update(`${content.length} ${path}\n`).update(content);
	}
}
