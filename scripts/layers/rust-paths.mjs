/** The paths that a Rust file names, made absolute: `crate::performance::clock::Clock`, `std::time::Instant`. */
import { closing } from './source.mjs';

/** Every `{ path, offset, isUse }` of a blanked file: use declarations taken apart, and paths written inline. */
export function pathsOf(file, code) {
	const found = [];
	let rest = code;
	const declaration = /\buse\s+([^;]+);/g;
	for (let match = declaration.exec(code); match; match = declaration.exec(code)) {
		for (const path of expand(match[1]))
			found.push({ path: absolute(path, file, code, match.index), offset: match.index, isUse: true });
		rest = rest.slice(0, match.index) + ' '.repeat(match[0].length) + rest.slice(match.index + match[0].length);
	}
	for (const match of rest.matchAll(/(?<![\w:])(?:::)?[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+/g)) {
		const path = match[0].replace(/\s/g, '').replace(/^::/, '');
		found.push({ path: absolute(path, file, rest, match.index), offset: match.index, isUse: false });
	}
	return found;
}

/** The module path of a file, from `src/performance/metrics/mod.rs` to `crate::performance::metrics`. */
export function modulePath(file) {
	const inner = file.replace(/^src\/wasm\/src\//, '').replace(/^src\//, '');
	const parts = inner.replace(/(?:^|\/)(?:mod|lib)\.rs$/, '').replace(/\.rs$/, '');
	return ['crate', ...parts.split('/').filter(Boolean)].join('::');
}

/** `a::{b, c::{d, e as f}}` to its single paths. */
function expand(text) {
	const clean = text.replace(/\s+/g, ' ').trim();
	const open = clean.indexOf('{');
	if (open < 0)
		return [
			clean
				.replace(/ as \w+$/, '')
				.replace(/^::/, '')
				.trim(),
		];
	const prefix = clean.slice(0, open).replace(/^::/, '');
	const inner = clean.slice(open + 1, closing(clean, open) - 1);
	return splitTop(inner)
		.flatMap(expand)
		.map((path) => prefix + path);
}

function splitTop(text) {
	const parts = [''];
	let depth = 0;
	for (const character of text) {
		if (character === '{') depth += 1;
		if (character === '}') depth -= 1;
		if (character === ',' && depth === 0) parts.push('');
		else parts[parts.length - 1] += character;
	}
	return parts.map((part) => part.trim()).filter(Boolean);
}

function absolute(path, file, code, offset) {
	if (!/^(?:self|super)\b/.test(path)) return path;
	const base = [...modulePath(file).split('::'), ...inlineModules(code, offset)];
	const parts = path.split('::');
	while (parts[0] === 'self' || parts[0] === 'super') {
		if (parts.shift() === 'super') base.pop();
	}
	return [...base, ...parts].join('::');
}

/** Names of the `mod name { … }` blocks around an offset. */
function inlineModules(code, offset) {
	const names = [];
	for (const match of code.matchAll(/\bmod\s+(\w+)\s*\{/g)) {
		const open = match.index + match[0].length - 1;
		if (open < offset && closing(code, open) > offset) names.push(match[1]);
	}
	return names;
}
