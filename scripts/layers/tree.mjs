/** The files of a checkout as the checks see them: relative names, texts, and texts with comments and strings blanked. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { blankJs, blankRust, blankRustTests, testModules } from './source.mjs';

const GENERATED = new Set(['node_modules', 'target', 'dist', 'pkg', '.git', '.build']);

/** Reads the tree under `root`: what git tracks or would track, or every file where there is no git. */
export function readTree(root) {
	const files = listFiles(root);
	const cache = new Map();
	const once = (kind, path, make) => {
		const key = `${kind} ${path}`;
		if (!cache.has(key)) cache.set(key, make());
		return cache.get(key);
	};
	const tree = {
		root,
		files,
		has: (path) => existsSync(join(root, path)),
		text: (path) => once('text', path, () => readFileSync(join(root, path), 'utf8')),
		json: (path) => JSON.parse(tree.text(path)),
		/** Files under a folder with one of the endings. */
		under: (folder, ...endings) =>
			files.filter((file) => file.startsWith(`${folder}/`) && endings.some((ending) => file.endsWith(ending))),
		/** TypeScript or JavaScript without comments and the insides of strings; offsets are those of the text. */
		js: (path) => once('js', path, () => blankJs(tree.text(path))),
		/** Rust without comments, the insides of strings, and what is compiled for tests only. */
		rust: (path) => once('rust', path, () => blankRustTests(blankRust(tree.text(path)))),
		/** Rust files under a folder that are compiled outside tests. */
		rustUnder(folder) {
			const all = tree.under(folder, '.rs');
			const tests = all.flatMap((file) => testModules(file, blankRust(tree.text(file))));
			return all.filter((file) => !tests.some((test) => file === `${test}.rs` || file.startsWith(`${test}/`)));
		},
	};
	return tree;
}

/** The line, counted from one, in which an offset of a text stands. */
export function lineAt(text, offset) {
	let line = 1;
	for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
	return line;
}

function listFiles(root) {
	const git = (...args) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
	const top = git('rev-parse', '--show-toplevel');
	if (top.status === 0 && realpathSync(top.stdout.trim()) === realpathSync(root)) {
		const listed = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').stdout.split('\0');
		// A tracked file that was just deleted is still listed.
		return [...new Set(listed)].filter((file) => file !== '' && existsSync(join(root, file))).sort();
	}
	return walk(root, '').sort();
}

function walk(root, folder) {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		if (GENERATED.has(entry.name)) return [];
		const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
		return entry.isDirectory() ? walk(root, path) : [path];
	});
}
