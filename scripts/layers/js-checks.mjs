/** What holds for the TypeScript side: one seam to the module, one direction, and an eager part that stays small. */

import { importsOf, isBuiltin, resolveImport, staticClosure } from './js-imports.mjs';
import { lineAt } from './tree.mjs';

const SEAM = 'js/wasm.ts';
const ENTRY = 'js/index.ts';
/** The file that copies to and from the linear memory. */
const COPIES = 'js/engine/wasm-memory.ts';
/** What is fetched only when it is needed, or only somewhere else than in a page. */
const LAZY =
	/^js\/(?:(?:wasm|sources|slim|node)\.ts$|(?:engine|without-wasm|beacon|node|cli)\/|cache\/store\/(?:index|third-level|store-tier|invalidations)\.ts$)/;
const SCRIPT_ENDINGS = ['.ts', '.mts', '.js', '.mjs'];

export const oneSeam = {
	id: 'one-seam',
	says: 'js/wasm.ts is the only file that imports the generated module; its types may be named anywhere.',
	run: (tree) =>
		['js', 'www', 'examples']
			.flatMap((folder) => scripts(tree, folder))
			.flatMap((file) =>
				importsOf(tree, file)
					.filter(
						({ specifier, kind }) =>
							/(?:^|\/)pkg(?:\/|$)|_bg\.wasm/.test(specifier) && kind !== 'type' && file !== SEAM,
					)
					.map(({ specifier, offset }) =>
						at(tree, file, offset, `imports ${specifier}: only ${SEAM} may, go through it`),
					),
			),
};

/** The TypeScript half of one-way-imports; the Rust half is in rust-checks. */
export const jsOneWay = {
	id: 'one-way-imports',
	says: 'What is used flows one way: core -> edges -> pkg -> js/wasm.ts -> js -> index -> pages and commands.',
	run(tree) {
		const inside = scripts(tree, 'js').flatMap((file) =>
			importsOf(tree, file).flatMap(({ specifier, offset }) => upward(tree, file, specifier, offset)),
		);
		const users = ['www', 'examples'].flatMap((folder) =>
			scripts(tree, folder).flatMap((file) =>
				importsOf(tree, file)
					.filter(({ specifier }) => specifier.startsWith('.') && !resolved(file, specifier).startsWith(`${folder}/`))
					.map(({ specifier, offset }) =>
						at(tree, file, offset, `imports ${specifier}: ${folder}/ uses the package by its name, as a user would`),
					),
			),
		);
		return [...inside, ...users];
	},
};

export const noCycles = {
	id: 'no-cycles',
	says: 'No file of js/ loads itself through others.',
	run: (tree) =>
		scripts(tree, 'js').flatMap((file) => {
			const back = [...staticClosure(tree, file).values()].find((chain) =>
				importsOf(tree, chain.at(-1)).some(
					({ specifier, kind }) => kind === 'static' && resolveImport(tree, chain.at(-1), specifier) === file,
				),
			);
			// Reported once, at the first file of the ring by name.
			if (back === undefined || [...back].sort()[0] !== file) return [];
			return [
				at(
					tree,
					file,
					0,
					`imports itself: ${[...back, file].join(' -> ')}; move what is shared into a file below both`,
				),
			];
		}),
};

export const eagerClosure = {
	id: 'eager-closure',
	says: 'Importing the package loads neither the module, the engine, the JavaScript form nor anything of Node.',
	run(tree) {
		if (!tree.files.includes(ENTRY)) return [];
		return [...staticClosure(tree, ENTRY)].flatMap(([file, chain]) => {
			const lazy = LAZY.test(file)
				? [
						at(
							tree,
							chain.at(-2) ?? file,
							0,
							`is loaded eagerly and imports ${file} (${chain.join(' -> ')}): use a lazy import() there`,
						),
					]
				: [];
			const builtins = importsOf(tree, file)
				.filter(({ specifier, kind }) => kind !== 'type' && isBuiltin(specifier))
				.map(({ specifier, offset }) =>
					at(
						tree,
						file,
						offset,
						`is loaded by ${ENTRY} and imports ${specifier}: move it to js/node/, or reach it through globalThis`,
					),
				);
			return [...lazy, ...builtins];
		});
	},
};

export const noTopLevelAwait = {
	id: 'no-top-level-await',
	says: 'No file of js/ awaits at its top level: CommonJS and older bundlers cannot load such a file.',
	run: (tree) =>
		scripts(tree, 'js').flatMap((file) => {
			const code = tree.js(file);
			return [...code.matchAll(/\bawait\b/g)]
				.filter(({ index }) => isTopLevel(code, index))
				.map(({ index }) =>
					at(tree, file, index, 'awaits at the top level: move it into a function that callers await'),
				);
		}),
};

export const noEval = {
	id: 'no-eval',
	says: 'Nothing that ships compiles text into code: a strict content security policy would refuse it.',
	run: (tree) =>
		['js', 'www']
			.flatMap((folder) => scripts(tree, folder))
			.flatMap((file) =>
				[...tree.js(file).matchAll(/(?<![.\w$])(?:eval\s*\(|new\s+Function\b|Function\s*\()/g)].map(
					({ 0: what, index }) =>
						at(
							tree,
							file,
							index,
							`${what.trim()} is refused under a strict content security policy: write the function out`,
						),
				),
			),
};

export const noLentViews = {
	id: 'no-lent-views',
	says: 'Views over the linear memory are made in one place and never kept: memory may grow under them.',
	run: (tree) =>
		scripts(tree, 'js').flatMap((file) =>
			file === COPIES
				? []
				: [...tree.js(file).matchAll(/\bmemory\s*(?:\?\.|\.)\s*buffer\b/g)].map(({ index }) =>
						at(
							tree,
							file,
							index,
							`touches the linear memory: only ${COPIES} may, and it copies in and out within one call`,
						),
					),
		),
};

function upward(tree, file, specifier, offset) {
	const target = resolveImport(tree, file, specifier);
	const path = specifier.startsWith('.') ? resolved(file, specifier) : specifier;
	if (/^(?:www|examples|benches|tests)\//.test(path))
		return [at(tree, file, offset, `imports ${specifier}: js/ knows nothing of ${path.split('/')[0]}/`)];
	if (target === ENTRY && aboveIndex(file) === undefined) {
		return [at(tree, file, offset, `imports ${ENTRY}, which is above it: import the file that has what is needed`)];
	}
	const above = aboveIndex(target ?? '');
	if (above !== undefined && above !== aboveIndex(file) && aboveIndex(file) !== 'cli') {
		return [at(tree, file, offset, `imports ${target}: js/${above} is above the package, move the shared part down`)];
	}
	if (/^@code-mesh\/perf(?:\/|$)/.test(specifier)) {
		return [at(tree, file, offset, `imports the package by its name from inside: import the file`)];
	}
	return [];
}

/** 'node' or 'cli' for a file of these entries, which stand above the index. */
function aboveIndex(file) {
	return /^js\/(node|cli)(?:\.ts$|\/)/.exec(file)?.[1];
}

function resolved(file, specifier) {
	const parts = file.split('/').slice(0, -1);
	for (const part of specifier.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '.') parts.push(part);
	}
	return parts.join('/');
}

/** Outside every brace, and not in the short body of an arrow function. */
function isTopLevel(code, index) {
	let depth = 0;
	let statement = 0;
	for (let i = 0; i < index; i += 1) {
		if (code[i] === '{') depth += 1;
		else if (code[i] === '}') depth -= 1;
		if (depth === 0 && (code[i] === ';' || code[i] === '}')) statement = i + 1;
	}
	return depth === 0 && !/=>/.test(code.slice(statement, index));
}

function scripts(tree, folder) {
	return tree.under(folder, ...SCRIPT_ENDINGS).filter((file) => !file.endsWith('.d.ts'));
}

function at(tree, file, offset, message) {
	return { file, line: lineAt(tree.text(file), offset), message };
}
