// Makes dist/ from js/ and pkg/: esbuild writes the code, tsc the types. What a page loads eagerly is one file; the rest
// are chunks under fixed names, which the bundlers of users split off by themselves.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

/** Name in dist/ and source of each file. Those in `chunks` are only ever imported by `import()`. */
const entries = { index: 'js/index.ts', slim: 'js/slim.ts', node: 'js/node.ts', workerd: 'js/index.ts' };
const chunks = {
	engine: 'js/engine/index.ts',
	module: 'js/wasm.ts',
	sources: 'js/sources.ts',
	beacon: 'js/beacon/index.ts',
	'cache-store': 'js/cache/store/index.ts',
	'without-wasm': 'js/without-wasm/index.ts',
	'workerd-module': 'js/workerd-module.ts',
};

const formats = [
	{ format: 'esm', extension: '.js' },
	{ format: 'cjs', extension: '.cjs' },
];

const start = performance.now();
for (const needed of ['pkg/glue.js', 'pkg/inline.js', 'pkg/code_mesh_core_bg.wasm']) {
	if (!existsSync(needed)) {
		console.error(`bundle: ${needed} is missing. It is made from the Rust sources: run \`npm run build\`.`);
		process.exit(1);
	}
}
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const unfinished = `dist.${process.pid}.tmp`;
const previous = `dist.${process.pid}.old`;
try {
	mkdirSync(unfinished);
	await bundleAll();
	cpSync('pkg/code_mesh_core_bg.wasm', join(unfinished, 'perf.wasm'));
	writeTypes();
	// Two renames, so that nobody ever finds half of it.
	if (existsSync('dist')) renameSync('dist', previous);
	renameSync(unfinished, 'dist');
	console.error(`bundle: dist/ written in ${((performance.now() - start) / 1000).toFixed(1)} s`);
} catch (error) {
	console.error(`bundle: ${error.message}`);
	process.exitCode = 1;
} finally {
	rmSync(unfinished, { recursive: true, force: true });
	rmSync(previous, { recursive: true, force: true });
}

async function bundleAll() {
	// One cache for all files of both formats: the halves of the wrapper know each other's private names, and the module
	// systems may be mixed in one program.
	let mangleCache = {};
	for (const { format, extension } of formats) {
		for (const [name, source] of Object.entries({ ...entries, ...chunks })) {
			// Hosts like workerd know ES modules only.
			if (format === 'cjs' && name.startsWith('workerd')) continue;
			const result = await build({
				entryPoints: [source],
				outfile: join(unfinished, name + extension),
				bundle: true,
				minify: true,
				format,
				platform: name === 'node' ? 'node' : 'neutral',
				target: 'es2022',
				charset: 'utf8',
				legalComments: 'none',
				define: {
					VERSION: JSON.stringify(version),
					SLIM: String(name === 'slim'),
					WORKERD: String(name === 'workerd'),
					...(format === 'cjs' && { 'import.meta.url': '__filename' }),
				},
				// In CommonJS a deferred `require`: `import()` fails in test runners that run their own module system.
				...(format === 'cjs' && { supported: { 'dynamic-import': false } }),
				// Not in the glue: its underscores are the names of the module's imports.
				...(name !== 'module' && { mangleProps: /^_[a-z]/, mangleCache }),
				plugins: [separateFiles(extension, name)],
				// An optional peer, imported when it is first used.
				external: ['idb-keyval'],
				logLevel: 'warning',
			});
			mangleCache = result.mangleCache ?? mangleCache;
		}
	}
}

/** Keeps the chunks, and the eager half beside the Node entry, in files of their own. */
function separateFiles(extension, name) {
	const files = new Map(Object.entries(chunks).map(([chunk, source]) => [resolve(source), chunk]));
	return {
		name: 'separate-files',
		setup(pluginBuild) {
			pluginBuild.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
				const source = resolve(resolveDir, path.replace(/\.js$/, '.ts'));
				if (kind === 'dynamic-import' && files.has(source)) {
					return { path: `./${files.get(source)}${extension}`, external: true };
				}
				if (path === './perf.wasm') {
					return { path, external: true };
				}
				if (name === 'node' && source === resolve(entries.index)) {
					return { path: `./index${extension}`, external: true };
				}
				return undefined;
			});
		},
	};
}

/** Declarations of what the entries export and of what that mentions; a second time for CommonJS. */
function writeTypes() {
	const config = ts.getParsedCommandLineOfConfigFile(
		'tsconfig.json',
		{},
		{ ...ts.sys, onUnRecoverableConfigFileDiagnostic: report },
	);
	const program = ts.createProgram([...new Set(Object.values(entries))].concat('js/build-time.d.ts'), {
		...config.options,
		noEmit: false,
		declaration: true,
		emitDeclarationOnly: true,
		stripInternal: true,
		removeComments: false,
		rootDir: resolve('js'),
		outDir: resolve(unfinished),
	});
	const declarations = new Map();
	const { diagnostics } = program.emit(undefined, (file, text) =>
		declarations.set(relative(resolve(unfinished), file), text),
	);
	const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
	if (problems.length) {
		// Thrown, so that what is unfinished is removed.
		throw new Error(
			ts.formatDiagnostics(problems, { ...ts.sys, getCanonicalFileName: (file) => file, getNewLine: () => '\n' }),
		);
	}
	for (const file of reachable(['index.d.ts', 'slim.d.ts', 'node.d.ts'], declarations)) {
		const text = declarations.get(file);
		mkdirSync(dirname(join(unfinished, file)), { recursive: true });
		writeFileSync(join(unfinished, file), text);
		writeFileSync(join(unfinished, file.replace(/\.ts$/, '.cts')), text.replace(/(from '\.[^']*)\.js'/g, "$1.cjs'"));
	}
	const wasm = '/** The compiled core, for `load({ wasm })` of the slim entry; bundlers give its URL or module. */\n';
	writeFileSync(join(unfinished, 'perf.wasm.d.ts'), `${wasm}declare const module: unknown;\nexport default module;\n`);
	writeFileSync(join(unfinished, 'perf.wasm.d.cts'), `${wasm}declare const module: unknown;\nexport = module;\n`);
}

function reachable(names, declarations) {
	const found = new Set();
	const queue = [...names];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (found.has(name)) continue;
		found.add(name);
		for (const [, path] of declarations.get(name).matchAll(/from ["'](\.[^"']*)\.js["']/g)) {
			queue.push(join(dirname(name), `${path}.d.ts`));
		}
	}
	return found;
}

function report(diagnostic) {
	throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
