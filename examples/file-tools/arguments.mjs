// What the command line says.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FILE_LIMIT, SKIPPED_FOLDERS } from './limits.mjs';
import { bytes } from './units.mjs';

export const HELP = `Usage: npm start [-- FOLDER] [--json [FILE]]

Runs the file tools of a coding agent (list, read, search, parse JSON, hash,
compress) over the files of FOLDER and shows how long each of them took, and
what caches of contents and answers and a pool of buffers saved.

  FOLDER         the folder to work on (default: this checkout)
  --json         print one JSON document on standard output instead of the table
  --json FILE    print the table, and write the JSON document to FILE
  -h, --help     this text

Folders named ${SKIPPED_FOLDERS.join(', ')} are skipped unless FOLDER is one of them.
Files over ${bytes(FILE_LIMIT)} are counted but not read. Nothing in FOLDER is changed.
Status: 0 when it measured, 2 when it could not begin, 130 after Ctrl-C.
`;

/** Something the user has to change; its message is one line that says what. */
export class UsageError extends Error {}

/** Reads the arguments into `{ folder, json, jsonFile, help }`; throws a `UsageError` for what it does not know. */
export function parseArguments(args, environment = process.env) {
	const options = { folder: undefined, json: false, jsonFile: undefined, help: false };
	const rest = [...args];
	let onlyNames = false;
	while (rest.length > 0) {
		const argument = rest.shift();
		if (onlyNames || !argument.startsWith('-')) takeFolder(options, argument);
		else if (argument === '--') onlyNames = true;
		else if (argument === '-h' || argument === '--help') options.help = true;
		else if (argument === '--json') takeJson(options, fileAfterJson(rest, options, environment));
		else if (argument.startsWith('--json=')) takeJson(options, argument.slice('--json='.length));
		else throw new UsageError(`Unknown option ${argument}: expected [FOLDER] [--json [FILE]]; try --help`);
	}
	options.folder = fromUser(options.folder ?? checkout(), environment);
	if (options.jsonFile !== undefined) options.jsonFile = fromUser(options.jsonFile, environment);
	return options;
}

function takeFolder(options, argument) {
	if (argument === '') throw new UsageError('FOLDER is an empty name: expected a folder, or nothing for this checkout');
	if (options.folder !== undefined) {
		throw new UsageError(`Two folders given, ${options.folder} and ${argument}: expected one; try --help`);
	}
	options.folder = argument;
}

function takeJson(options, file) {
	if (options.json) throw new UsageError('--json given twice: expected it once; try --help');
	if (file === '')
		throw new UsageError('--json= needs a file name after it, or leave the = away to print to standard output');
	options.json = true;
	options.jsonFile = file === '-' ? undefined : file;
}

/** `--json some/folder` means the folder: no file could be written under the name of a folder anyway. */
function fileAfterJson(rest, options, environment) {
	const next = rest[0];
	if (next === undefined || (next.startsWith('-') && next !== '-')) return undefined;
	const named = options.folder !== undefined || rest.slice(1).some((argument) => !argument.startsWith('-'));
	if (!named && isFolder(fromUser(next, environment))) return undefined;
	return rest.shift();
}

function isFolder(path) {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** npm runs scripts in the package's folder; what the user typed is relative to where they typed it. */
function fromUser(path, environment) {
	const base = environment.npm_lifecycle_event === 'start' ? environment.INIT_CWD : undefined;
	return resolve(base ?? process.cwd(), path);
}

function checkout() {
	return fileURLToPath(new URL('../../', import.meta.url));
}
