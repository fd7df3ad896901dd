/** What holds for the project as a whole: its manifests, its size file by file, and what its files may give away. */
import { lineAt } from './tree.mjs';

const LONGEST = 400;
const MOST_CRATES = 15;
const NEWEST_RUST = [1, 95];

export const contentsOnly = {
	id: 'contents-only',
	says: 'lib.rs, the root of the core and index.ts are tables of contents: explicit names, no code, nothing by star.',
	run(tree) {
		const rust = ['src/lib.rs', 'src/performance/mod.rs']
			.filter((file) => tree.files.includes(file))
			.flatMap((file) => {
				const allowed =
					/^(?:#!?\[[^\]]*\]|(?:pub(?:\([^)]*\))?\s+)?mod\s+\w+;|(?:pub(?:\([^)]*\))?\s+)?use\s+[^;*]+;|extern\s+crate\s+\w+;)\s*/;
				return strangers(
					file,
					tree.rust(file),
					allowed,
					'declare modules and re-export by name here, and put code into a module',
				);
			});
		const js = ['js/index.ts']
			.filter((file) => tree.files.includes(file))
			.flatMap((file) => {
				const allowed = /^export\s+(?:type\s+)?\{[^}]*\}\s*from\s*(["'])\s*\1\s*;?\s*/;
				return strangers(file, tree.js(file), allowed, 'only `export { … } from` belongs here, name by name');
			});
		return [...rust, ...js];
	},
};

export const noDependencies = {
	id: 'no-dependencies',
	says: 'The npm package brings no package and runs nothing when it is installed.',
	run(tree) {
		const manifest = tree.json('package.json');
		const optional = manifest.peerDependenciesMeta ?? {};
		const brought = [
			...Object.keys(manifest.dependencies ?? {}),
			...Object.keys(manifest.optionalDependencies ?? {}),
			...Object.keys(manifest.peerDependencies ?? {}).filter((name) => optional[name]?.optional !== true),
			...(manifest.bundledDependencies ?? manifest.bundleDependencies ?? []),
		];
		const hooks = ['preinstall', 'install', 'postinstall'].filter((name) => manifest.scripts?.[name] !== undefined);
		return [
			...brought.map((name) =>
				inManifest(
					tree,
					name,
					`brings ${name} to everyone who installs it: bundle what is needed or make it an optional peer`,
				),
			),
			...hooks.map((name) =>
				inManifest(tree, name, `runs a script at ${name}: users forbid that, do it in scripts/setup`),
			),
		];
	},
};

export const cratePromises = {
	id: 'crate-promises',
	says: `The crate states a rust-version of at most ${NEWEST_RUST.join('.')}, and without default features needs at most ${MOST_CRATES} crates.`,
	run(tree) {
		const manifest = tree.text('Cargo.toml');
		const version = /^rust-version\s*=\s*"(\d+)\.(\d+)/m.exec(manifest);
		const findings = [];
		if (
			version === null ||
			version[1] > NEWEST_RUST[0] ||
			(+version[1] === NEWEST_RUST[0] && +version[2] > NEWEST_RUST[1])
		) {
			const message = `expected a rust-version of at most ${NEWEST_RUST.join('.')}, found ${version?.[0] ?? 'none'}: users build with it`;
			findings.push({ file: 'Cargo.toml', line: lineAt(manifest, version?.index ?? 0), message });
		}
		const crates = [...minimalCrates(manifest, tree.has('Cargo.lock') ? tree.text('Cargo.lock') : '')];
		if (crates.length > MOST_CRATES) {
			const message = `default-features = false needs ${crates.length} crates (${crates.join(', ')}), at most ${MOST_CRATES} are promised: make some optional`;
			findings.push({ file: 'Cargo.toml', line: lineAt(manifest, manifest.indexOf('[dependencies]')), message });
		}
		return findings;
	},
};

export const fileLength = {
	id: 'file-length',
	says: `No source file is longer than ${LONGEST} lines.`,
	run: (tree) =>
		[...tree.under('src', '.rs'), ...tree.under('js', '.ts')].flatMap((file) => {
			const lines = tree.text(file).replace(/\n$/, '').split('\n').length;
			if (lines <= LONGEST) return [];
			return [
				{
					file,
					line: LONGEST + 1,
					message: `has ${lines} lines, at most ${LONGEST} are allowed: find the second idea in it and give it a file`,
				},
			];
		}),
};

/** Put together from pieces, so that this file does not name what it forbids. */
const PLACES = [
	[/\b(?:https?|git|ssh):\/\/[^\s"'`)]*\b(?:registry|mirror|artifactory|nexus|proxy)\.[a-z0-9.-]+/i, 'a registry host'],
	[new RegExp(`(?:^|[^\\w.])${['', '(?:home|Users)', ''].join('/')}[A-Za-z0-9_.-]+/`), 'a home folder'],
	[new RegExp(`(?:^|[^\\w./$}])${['', 'root', ''].join('/')}`), 'a home folder'],
];
const BINARY = /\.(?:png|jpe?g|gif|webp|ico|wasm|gz|br|zip|woff2?)$/;

export const noMachinePaths = {
	id: 'no-machine-paths',
	says: 'No tracked file names a registry host or the home folder of somebody.',
	run: (tree) =>
		tree.files
			.filter((file) => !BINARY.test(file))
			.flatMap((file) =>
				tree
					.text(file)
					.split('\n')
					.flatMap((line, index) =>
						PLACES.filter(([pattern]) => pattern.test(line)).map(([pattern, what]) => ({
							file,
							line: index + 1,
							message: `names ${what} (${pattern.exec(line)[0].trim().slice(0, 60)}): it is true on one machine only, leave it out or take it from the environment`,
						})),
					),
			),
};

/** A check that a document must name, given the other checks' ids. */
export function namedInvariants(ids) {
	return {
		id: 'named-invariants',
		says: 'Every "Invariant:" of ARCHITECTURE.md names a check that exists.',
		run(tree) {
			const file = 'ARCHITECTURE.md';
			if (!tree.files.includes(file))
				return [{ file, line: 1, message: 'is missing: it states the invariants that are checked here' }];
			return invariantsOf(tree.text(file)).flatMap(({ text, line }) => {
				const named = [...text.matchAll(/\[(check-layers|test|npm run)(?::\s*|\s+)([^\]]+)\]/g)];
				if (named.length === 0) {
					return [
						{
							file,
							line,
							message: 'this invariant names no check: end it with [check-layers: ID], [test: FILE] or [npm run NAME]',
						},
					];
				}
				return named
					.filter(([, kind, name]) => !exists(tree, [...ids, 'named-invariants'], kind, name.trim()))
					.map(([whole]) => ({
						file,
						line,
						message: `${whole} does not exist: name one of ${[...ids, 'named-invariants'].join(', ')}, a file or a script of package.json`,
					}));
			});
		},
	};
}

/** Each invariant with its line; it ends at an empty line, at the next list item or at the next invariant. */
function invariantsOf(text) {
	const lines = text.split('\n');
	const found = [];
	lines.forEach((line, index) => {
		if (!/^\s*(?:[-*]\s+)?(?:\*\*)?Invariant:/.test(line)) return;
		const rest = lines.slice(index + 1);
		const stop = rest.findIndex((next) => /^\s*$|^\s*[-*]\s|^#/.test(next) || /Invariant:/.test(next));
		found.push({ text: [line, ...rest.slice(0, stop < 0 ? rest.length : stop)].join(' '), line: index + 1 });
	});
	return found;
}

function exists(tree, ids, kind, name) {
	if (kind === 'check-layers') return ids.includes(name);
	if (kind === 'test') return tree.has(name);
	return tree.json('package.json').scripts?.[name.split(' ')[0]] !== undefined;
}

/** Reports the first thing of a file that is not one of the allowed pieces. */
function strangers(file, code, allowed, advice) {
	let rest = code.trimStart();
	while (rest !== '') {
		const match = allowed.exec(rest);
		if (match === null) {
			const offset = code.length - rest.length;
			return [
				{
					file,
					line: lineAt(code, offset),
					message: `holds code (${rest.split('\n')[0].trim().slice(0, 40)}): ${advice}`,
				},
			];
		}
		rest = rest.slice(match[0].length).trimStart();
	}
	return [];
}

/** Names of the crates that come along without features: the non-optional dependencies and all that Cargo.lock hangs on them. */
function minimalCrates(manifest, lock) {
	const section = /^\[dependencies\]\n([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(manifest)?.[1] ?? '';
	const direct = section
		.split('\n')
		.filter((line) => /^[\w-]+\s*=/.test(line) && !/optional\s*=\s*true/.test(line))
		.map((line) => /^[\w-]+/.exec(line)[0]);
	const needs = new Map();
	for (const block of lock.split('[[package]]').slice(1)) {
		const name = /name = "([^"]+)"/.exec(block)?.[1];
		const list = /dependencies = \[([^\]]*)\]/.exec(block)?.[1] ?? '';
		needs.set(
			name,
			[...list.matchAll(/"([\w-]+)/g)].map((match) => match[1]),
		);
	}
	const crates = new Set(direct);
	for (const crate of crates) for (const next of needs.get(crate) ?? []) crates.add(next);
	return crates;
}

function inManifest(tree, word, message) {
	const file = 'package.json';
	return { file, line: lineAt(tree.text(file), tree.text(file).indexOf(`"${word}"`)), message };
}
