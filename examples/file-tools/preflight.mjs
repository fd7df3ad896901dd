// What can be known to be wrong before any work is done.

import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from './arguments.mjs';
import { printable } from './units.mjs';

/** Throws a `UsageError` when `folder` is missing, is no folder, or cannot be read. */
export async function checkFolder(folder) {
	const found = await stat(folder).catch((error) => {
		throw new UsageError(folderProblem(folder, error));
	});
	if (!found.isDirectory()) throw new UsageError(`Not a folder: ${printable(folder)}`);
	await readdir(folder).catch((error) => {
		throw new UsageError(folderProblem(folder, error));
	});
}

/** Throws a `UsageError` when nothing could be written to `file`; a file that is there stays as it is until the end. */
export async function checkOutput(file) {
	if (file === undefined) return;
	const found = await stat(file).catch(() => undefined);
	if (found?.isDirectory())
		throw new UsageError(`Cannot write ${printable(file)}: it is a folder, expected a file name`);
	const target = found ? file : dirname(file);
	await access(target, constants.W_OK).catch((error) => {
		const what = error.code === 'ENOENT' ? `there is no folder ${printable(target)}` : reason(error);
		throw new UsageError(`Cannot write ${printable(file)}: ${what}`);
	});
}

function folderProblem(folder, error) {
	if (error.code === 'ENOENT') return `No such folder: ${printable(folder)}`;
	if (error.code === 'ENOTDIR') return `Not a folder: ${printable(folder)}`;
	return `Cannot read folder ${printable(folder)}: ${reason(error)}`;
}

function reason(error) {
	const known = {
		EACCES: 'permission denied',
		EPERM: 'permission denied',
		ENAMETOOLONG: 'the name is too long',
		ELOOP: 'its links run in a circle',
		EROFS: 'the file system is read-only',
	};
	return known[error.code] ?? error.code ?? error.message;
}
