// Turns wasm-bindgen's glue (--target web) into a factory.
//
// The glue keeps the first instance it makes for ever, in variables of its module. After a trap that instance is of no
// use, so each call of createGlue() has variables, and an instance, of its own. On the way out goes what is not needed
// here: loading by URL (js/ does it), caches that only matter where strings cross on a hot path, and the functions that
// do no more than call the module's export of the same name (that export is handed out instead).
import ts from 'typescript';
import { SHORTER } from './glue-shorter.mjs';

// The glue's own ways to load, and the state they keep; ours replace them.
const LOADING = [
	'__wbg_load',
	'__wbg_init',
	'__wbg_init_once',
	'__wbg_init_promise',
	'__wbg_finalize_init',
	'initSync',
];

/**
 * The factory's code and types, given the glue's text, the names of what the module imports (after optimising it needs
 * less than the glue offers) and, for the types, the glue's name as a module.
 */
export function wrapGlue(glue, imported, specifier) {
	const parts = parse(withoutUnneeded(parse(glue), imported)).statements.flatMap(readStatement);
	const all = new Map(parts.map((part) => [part.name, part]));
	for (const name of ['__wbg_get_imports', '__wbg_finalize_init', 'wasm']) {
		if (!all.has(name)) unknown(`it has no '${name}'`);
	}
	const starts = all.get('__wbg_finalize_init').text.includes('wasm.__wbindgen_start()');
	for (const name of LOADING) all.delete(name);

	const converting = parts.filter((part) => part.exported && !part.plain).map((part) => part.name);
	const used = reachable(['__wbg_get_imports', 'wasm', ...converting], all);
	const body = [...all.values()].filter((part) => used.has(part.name)).map((part) => part.text);
	if (body.some((text) => text.includes('import.meta'))) unknown('what is left of it mentions import.meta');
	return { code: factory(body, converting, starts), types: types(specifier) };
}

function parse(text) {
	return ts.createSourceFile('glue.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
}

/** The glue's text without the functions it offers to the module under names that are not imported. */
function withoutUnneeded(file, imported) {
	const ranges = [];
	const visit = (node) => {
		ts.forEachChild(node, visit);
		if (!ts.isPropertyAssignment(node) || !ts.isFunctionExpression(node.initializer)) return;
		if (imported.includes(node.name.getText())) return;
		ranges.unshift([node.pos, node.end + (file.text[node.end] === ',' ? 1 : 0)]);
	};
	visit(file);
	// From the last to the first, so that the places of the others stay right.
	return ranges.reduce((text, [start, end]) => text.slice(0, start) + text.slice(end), file.text);
}

function factory(body, converting, starts) {
	return `// Made by scripts/module/glue.mjs from what wasm-bindgen wrote.
export function createGlue() {
${body.join('\n')}
function started(instance) {
	wasm = instance.exports;
	${starts ? 'wasm.__wbindgen_start();' : ''}
	return { ...wasm, ${converting.join(', ')} };
}
return {
	init: (module) => WebAssembly.instantiate(module, __wbg_get_imports()).then(started),
	initSync: (module) => started(new WebAssembly.Instance(module, __wbg_get_imports())),
};
}
`;
}

function types(specifier) {
	return `/** What an instance of the module exports, its memory included. Pointers are below 2^31. */
export type Exports = Omit<typeof import('${specifier}'), 'default' | 'initSync'> & { readonly memory: WebAssembly.Memory };

/** A new, independent instance of wasm-bindgen's glue, for one instance of the module, made in one of two ways. */
export function createGlue(): {
	init(module: WebAssembly.Module): Promise<Exports>;
	initSync(module: WebAssembly.Module): Exports;
};
`;
}

/** What a top-level statement declares: name, text for the factory, names it mentions, whether it is exported. */
function readStatement(statement) {
	const text = statement.getText();
	if (ts.isFunctionDeclaration(statement)) return [readFunction(statement)];
	if (ts.isVariableStatement(statement) && !isExported(statement)) {
		const list = statement.declarationList;
		const keyword = list.flags & ts.NodeFlags.Const ? 'const' : 'let';
		return list.declarations.map((declaration) => ({
			name: declaration.name.getText(),
			text: `${keyword} ${declaration.getText()};`,
			mentions: mentionedIn(declaration),
		}));
	}
	if (ts.isExportDeclaration(statement) && text === 'export { initSync, __wbg_init as default };') return [];
	// Warms up or patches the cached decoder and encoder, which are not used.
	if (/^(cachedTextDecoder\.decode\(\);|if \(!\('encodeInto' in cachedTextEncoder\)\))/.test(text)) return [];
	return unknown(`it has a statement of another kind: '${firstLine(text)}'`);
}

function readFunction(statement) {
	const name = statement.name.text;
	const exported = isExported(statement);
	const parameters = statement.parameters.map((parameter) => parameter.getText()).join(', ');
	const shorter = SHORTER[name];
	if (shorter !== undefined) {
		if (parameters !== shorter.parameters) unknown(`'${name}' takes (${parameters}), not (${shorter.parameters})`);
		const text = `function ${name}(${parameters}) { ${shorter.body} }`;
		return { name, text, mentions: mentionedIn(parse(text)) };
	}
	const text = statement.getText().replace(/^export /, '');
	const body = text.slice(text.indexOf('{')).replace(/\s+/g, ' ');
	const call = `wasm.${name}(${parameters});`;
	// Unsigned results are left to the caller: every result of ours is a pointer, an index or -1.
	const plain = [`{ ${call} }`, `{ const ret = ${call} return ret; }`, `{ const ret = ${call} return ret >>> 0; }`];
	return { name, text: asMethods(text), mentions: mentionedIn(statement), exported, plain: plain.includes(body) };
}

/** `name: function(` as the method `name(`, which says the same in less; the module calls them without `this`. */
function asMethods(text) {
	return text.replace(/^(\s*__wb\w+): function\(/gm, '$1(');
}

function isExported(statement) {
	return statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function mentionedIn(node) {
	const names = new Set();
	const visit = (child) => {
		if (ts.isIdentifier(child)) names.add(child.text);
		ts.forEachChild(child, visit);
	};
	visit(node);
	return names;
}

/** All names that the given ones need, themselves included. */
function reachable(names, all) {
	const found = new Set();
	const queue = [...names];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (found.has(name) || !all.has(name)) continue;
		found.add(name);
		queue.push(...all.get(name).mentions);
	}
	return found;
}

function firstLine(text) {
	return text.split('\n', 1)[0];
}

function unknown(why) {
	throw new Error(
		`wasm-bindgen's glue is not of the form that scripts/module/glue.mjs knows: ${why}. Compare the file with that script; a new version of wasm-bindgen may write it differently.`,
	);
}
