// The shipped declarations, checked strictly as users of several kinds would: skipLibCheck is off everywhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const base = {
	strict: true,
	noEmit: true,
	skipLibCheck: false,
	exactOptionalPropertyTypes: true,
	noUncheckedIndexedAccess: true,
	target: ts.ScriptTarget.ES2022,
	lib: ['lib.es2022.d.ts'],
	types: [],
	module: ts.ModuleKind.NodeNext,
	moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

const dom = ['lib.es2022.d.ts', 'lib.dom.d.ts'];

for (const [title, files, options] of [
	['lib es2022 alone, neither browser nor Node', ['everything.ts', 'stores.ts']],
	['lib es2022 and dom', ['everything.ts', 'stores.ts', 'platform.ts', 'compiled.ts'], { lib: dom }],
	['the types of Node', ['everything.ts', 'stores.ts', 'platform.ts', 'node.ts'], { types: ['node'] }],
	['a lib with Symbol.dispose', ['everything.ts', 'with-using.ts'], { lib: ['lib.esnext.d.ts', 'lib.dom.d.ts'] }],
	[
		'a bundler',
		['everything.ts', 'stores.ts', 'platform.ts'],
		{ lib: dom, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
	],
]) {
	test(`the declarations check with ${title}, by import`, () => check(files.map(fixture), options));
	if (!title.includes('bundler')) {
		test(`the declarations check with ${title}, by require`, () => check(files.map(fixture), options, '.cts'));
	}
}

/** Compiles files; with another extension, as if they had it, which makes them CommonJS. */
function check(files, options, extension) {
	const host = ts.createCompilerHost({ ...base, ...options });
	const { getSourceFile, fileExists, readFile } = host;
	const original = (name) => (extension ? name.replace(new RegExp(`\\${extension}$`), '.ts') : name);
	const isOurs = (name) => files.includes(original(name)) && original(name) !== name;
	host.getSourceFile = (name, ...rest) =>
		isOurs(name)
			? ts.createSourceFile(name, ts.sys.readFile(original(name)), rest[0], true)
			: getSourceFile.call(host, name, ...rest);
	host.fileExists = (name) => isOurs(name) || fileExists.call(host, name);
	host.readFile = (name) => readFile.call(host, original(name));
	const names = extension ? files.map((file) => file.replace(/\.ts$/, extension)) : files;
	const program = ts.createProgram(names, { ...base, ...options }, host);
	const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
		const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
		return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
	});
	assert.deepEqual(problems, []);
	if (extension) {
		assert.ok(program.getSourceFiles().some(({ fileName }) => fileName.endsWith('dist/index.d.cts')));
	}
}
