// Files of a folder, and none outside of it.

import { readFile, realpath } from 'node:fs/promises';
import { extname, relative, resolve, sep } from 'node:path';

const TYPES = {
	'.css': 'text/css; charset=utf-8',
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.map': 'application/json; charset=utf-8',
	'.svg': 'image/svg+xml; charset=utf-8',
	'.wasm': 'application/wasm',
};

/** The file at `path` (as it stands in an address) below `folder`; `undefined` when there is none that may be given. */
export async function readStatic(folder, path) {
	const name = decode(path);
	if (name === undefined || name.includes('\0')) return undefined;
	const type = TYPES[extname(name)];
	if (type === undefined) return undefined;
	try {
		// The real path is compared, so that neither `..` nor a link leads out of the folder.
		const file = await realpath(resolve(folder, `./${name}`));
		const inside = relative(await realpath(folder), file);
		if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || resolve(inside) === inside)
			return undefined;
		return { type, body: await readFile(file) };
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'].includes(error.code)) return undefined;
		throw error;
	}
}

function decode(path) {
	try {
		return decodeURIComponent(path);
	} catch {
		return undefined;
	}
}
