// Ends with status 0 when node_modules of the folder given holds what its package-lock.json says, 1 when not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2];

/** The packages of a lock file, or none when it is absent or unreadable. */
function packagesOf(file) {
	try {
		return JSON.parse(readFileSync(join(root, file), 'utf8')).packages ?? {};
	} catch {
		return {};
	}
}

const wanted = packagesOf('package-lock.json');
// npm writes this record at the very end of an install.
const installed = packagesOf('node_modules/.package-lock.json');

const stale = Object.keys(wanted).some((path) => {
	if (path === '') return false;
	const want = wanted[path];
	const have = installed[path];
	// Binaries of other platforms are optional and rightly absent.
	if (have === undefined) return !(want.optional || want.devOptional);
	return have.version !== want.version || !existsSync(join(root, path, 'package.json'));
});
process.exitCode = stale ? 1 : 0;
