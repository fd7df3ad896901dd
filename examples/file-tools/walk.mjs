// From a folder to its files.

import { lstat, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { SKIPPED_FOLDERS } from './limits.mjs';

const SEPARATOR = Buffer.from(sep);
const SKIPPED = new Set(SKIPPED_FOLDERS);

/**
 * Gives the path of every file below `folder`, depth first and in the order of their names.
 *
 * Paths are bytes: on Linux a name need not be text, and a name read as text could not be opened again. Links to folders
 * are not followed, so that no circle of links is walked for ever; links to files are given, dangling ones too, since
 * reading them is what fails. Pipes, sockets and devices are left out: opening one could wait for ever.
 *
 * @param {string} folder
 * @param {(path: Buffer) => Promise<import('node:fs').Dirent<Buffer>[] | undefined>} list lists one folder, `undefined` if it failed
 * @param {{ skipped: Map<string, number>, linkedFolders: number, special: number }} seen counts what was left out
 */
export async function* walk(folder, list, seen) {
	const waiting = [Buffer.from(folder)];
	while (waiting.length > 0) {
		const current = waiting.pop();
		const entries = await list(current);
		if (entries === undefined) continue;
		entries.sort((a, b) => Buffer.compare(a.name, b.name));
		const folders = [];
		for (const entry of entries) {
			const path = join(current, entry.name);
			const kind = await kindOf(path, entry);
			if (kind === 'file') yield path;
			else if (kind === 'linked folder') seen.linkedFolders++;
			else if (kind === 'special') seen.special++;
			else if (SKIPPED.has(entry.name.toString())) count(seen.skipped, entry.name.toString());
			else folders.push(path);
		}
		waiting.push(...folders.reverse());
	}
}

function count(counts, name) {
	counts.set(name, (counts.get(name) ?? 0) + 1);
}

function join(folder, name) {
	return folder.at(-1) === SEPARATOR[0] ? Buffer.concat([folder, name]) : Buffer.concat([folder, SEPARATOR, name]);
}

/** `file`, `folder`, `linked folder` or `special`; what cannot be found out counts as a file, whose reading then fails. */
async function kindOf(path, entry) {
	if (entry.isFile()) return 'file';
	if (entry.isDirectory()) return 'folder';
	if (entry.isSymbolicLink()) return kindOfLink(path);
	if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return 'special';
	// Some file systems do not tell the kind while listing.
	const found = await lstat(path).catch(() => undefined);
	if (found === undefined || found.isFile()) return 'file';
	if (found.isDirectory()) return 'folder';
	return found.isSymbolicLink() ? kindOfLink(path) : 'special';
}

async function kindOfLink(path) {
	const target = await stat(path).catch(() => undefined);
	if (target === undefined || target.isFile()) return 'file';
	return target.isDirectory() ? 'linked folder' : 'special';
}
