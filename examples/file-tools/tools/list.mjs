import { readdir } from 'node:fs/promises';

/** The entries of one folder, with names as bytes. */
export function list(folder) {
	return readdir(folder, { withFileTypes: true, encoding: 'buffer' });
}
