/** The imports of a TypeScript or JavaScript file, and the files they mean. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { literalAt } from './source.mjs';

const BUILTINS = new Set(builtinModules);

/** Every `{ specifier, kind, offset }`; kind is 'type' (erased), 'static' (at load) or 'lazy' (`import()`, `require`). */
export function importsOf(tree, file) {
	const text = tree.text(file);
	const code = tree.js(file);
	const found = [];
	const add = (match, quote, kind) =>
		found.push({ specifier: literalAt(text, code, quote), kind, offset: match.index });
	for (const match of code.matchAll(
		/\b(?:import|export)\b(\s+type\b(?!\s+from\b|\s*,))?[^'"();`=]*?\bfrom\s*(["'])/g,
	)) {
		add(match, match.index + match[0].length - 1, match[1] === undefined && !onlyTypes(match[0]) ? 'static' : 'type');
	}
	for (const match of code.matchAll(/\bimport\s*(["'])/g)) add(match, match.index + match[0].length - 1, 'static');
	for (const match of code.matchAll(/\b(?:import|require)\s*\(\s*(["'])/g)) {
		// `typeof import('./x')` and `import('./x').Type` in a type position are erased; only the first can be told without types.
		const isType = /\btypeof\s+$/.test(code.slice(0, match.index));
		add(match, match.index + match[0].length - 1, isType ? 'type' : 'lazy');
	}
	return found.sort((a, b) => a.offset - b.offset);
}

/** The file of the tree that a relative specifier means, or undefined (a package, or nothing). */
export function resolveImport(tree, file, specifier) {
	if (!specifier.startsWith('.')) return undefined;
	const path = posix.normalize(posix.join(posix.dirname(file), specifier));
	const candidates = [path, path.replace(/\.(m|c)?js$/, '.$1ts'), `${path}.ts`, `${path}/index.ts`];
	return candidates.find((candidate) => tree.files.includes(candidate));
}

/** Whether a specifier names a module of Node itself. */
export function isBuiltin(specifier) {
	return specifier.startsWith('node:') || BUILTINS.has(specifier.split('/')[0]);
}

/** Every file that loading `entry` loads at once: a map from file to the chain of files that leads to it. */
export function staticClosure(tree, entry) {
	const chains = new Map([[entry, [entry]]]);
	for (const [file, chain] of chains) {
		for (const { specifier, kind } of importsOf(tree, file)) {
			const target = kind === 'static' ? resolveImport(tree, file, specifier) : undefined;
			if (target !== undefined && !chains.has(target)) chains.set(target, [...chain, target]);
		}
	}
	return chains;
}

/** `{ type A, type B }`: with verbatim module syntax the import itself stays, but nothing in this project asks for that. */
function onlyTypes(clause) {
	const names = /\{([^}]*)\}/.exec(clause);
	if (names === null || /\bimport\s+\w+\s*,/.test(clause)) return false;
	const list = names[1]
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
	return list.length > 0 && list.every((name) => name.startsWith('type '));
}
