/**
 * `npm run size [-- --json] [--budget FILE]`: what crosses the wire, against the budgets of size-budget.json. Status 1
 * when one is exceeded. Everything is measured as shipped: the module and the chunks as the files of pkg/ and dist/, the eager parts as
 * a user's esbuild bundles and minifies them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KB = 1024;

try {
	const { values } = parseArgs({ options: { json: { type: 'boolean' }, budget: { type: 'string' } } });
	const report = await measure(values.budget ?? `${ROOT}size-budget.json`);
	process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : table(report));
	process.exitCode = report.holds ? 0 : 1;
} catch (error) {
	process.stderr.write(`size: ${error.message}\n`);
	process.exitCode = 2;
}

async function measure(budgetFile) {
	for (const needed of ['pkg/build.json', 'pkg/code_mesh_core_bg.wasm', 'dist/index.js']) {
		if (!existsSync(`${ROOT}${needed}`)) throw new Error(`${needed} is missing: run scripts/build first`);
	}
	const { build: kind } = JSON.parse(read('pkg/build.json'));
	const { budgets } = JSON.parse(readFileSync(budgetFile, 'utf8'));
	const sizes = {
		module: sizeOf(read('pkg/code_mesh_core_bg.wasm')),
		'module-chunk': sizeOf(read('dist/module.js')),
		eager: sizeOf(await bundle("export { WasmPerformanceMonitor } from '@code-mesh/perf';")),
		cache: sizeOf(await bundle("export { MultiLevelCache } from '@code-mesh/perf';")),
		pools: sizeOf(await bundle("export { BufferPool, ObjectPool } from '@code-mesh/perf';")),
		'cache-store': sizeOf(read('dist/cache-store.js')),
		engine: sizeOf(read('dist/engine.js')),
		'without-wasm': sizeOf(read('dist/without-wasm.js')),
		slim: sizeOf(await bundle("export { WasmPerformanceMonitor, load } from '@code-mesh/perf/slim';")),
		sources: sizeOf(read('dist/sources.js')),
		beacon: sizeOf(read('dist/beacon.js')),
		node: sizeOf(read('dist/node.js')),
	};
	const first = ['eager', 'engine', 'module-chunk'].map((id) => sizes[id]);
	sizes['first-snapshot'] = {
		raw: sum(first.map(({ raw }) => raw)),
		gzip: sum(first.map(({ gzip }) => gzip)),
		brotli: sum(first.map(({ brotli }) => brotli)),
	};
	const ratio = sizes['module-chunk'].brotli / sizes.module.brotli;
	const rows = Object.entries(budgets).map(([id, entry]) => {
		const budget = typeof entry === 'number' ? entry : entry[kind];
		if (budget === undefined)
			throw new Error(`${budgetFile} has no budget ${id} for the build ${JSON.stringify(kind)}`);
		if (id === 'chunk-ratio') return { id, unit: 'x', value: ratio, budget, holds: ratio <= budget };
		if (sizes[id] === undefined) throw new Error(`${budgetFile} names ${id}, which is not measured`);
		const value = sizes[id].brotli / KB;
		return { id, unit: 'KB brotli', ...sizes[id], value, budget, holds: value <= budget };
	});
	const without = Object.keys(sizes).filter((id) => budgets[id] === undefined);
	if (without.length > 0) throw new Error(`${budgetFile} has no budget for ${without.join(', ')}`);
	return { build: kind, holds: rows.every(({ holds }) => holds), rows };
}

/** What importing `source` loads at once, bundled and minified: the entry and its static chunks, not the lazy ones. */
async function bundle(source) {
	const { outputFiles, metafile } = await build({
		stdin: { contents: source, resolveDir: ROOT, sourcefile: 'entry.js' },
		bundle: true,
		minify: true,
		format: 'esm',
		splitting: true,
		outdir: `${ROOT}size`,
		absWorkingDir: ROOT,
		write: false,
		metafile: true,
		charset: 'utf8',
		legalComments: 'none',
		logLevel: 'silent',
	});
	const [entry] = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === 'entry.js');
	const eager = new Set([entry]);
	for (const file of eager) {
		for (const { path, kind } of metafile.outputs[file].imports) if (kind === 'import-statement') eager.add(path);
	}
	return Buffer.concat(
		outputFiles.filter(({ path }) => eager.has(path.slice(ROOT.length))).map(({ contents }) => contents),
	);
}

function sizeOf(bytes) {
	const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
	return {
		raw: bytes.length,
		gzip: gzipSync(bytes, { level: 9 }).length,
		brotli: brotliCompressSync(bytes, { params }).length,
	};
}

function read(file) {
	return readFileSync(`${ROOT}${file}`);
}

function sum(numbers) {
	return numbers.reduce((total, each) => total + each, 0);
}

function table({ build: kind, rows, holds }) {
	const lines = rows.map(({ id, unit, raw, gzip, brotli, value, budget }) => {
		const sizes = unit === 'x' ? ['', '', ''] : [raw, gzip, brotli].map((bytes) => (bytes / KB).toFixed(2));
		const limit = unit === 'x' ? `${value.toFixed(3)} of ${budget} x` : `of ${budget} KB`;
		return [id, ...sizes, limit, bar(value / budget)];
	});
	const cells = [['', 'raw KB', 'gzip', 'brotli', 'budget', 'how full'], ...lines];
	const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
	const isNumber = (column) => column >= 1 && column <= 3;
	const text = cells.map((row) =>
		row
			.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
			.join('  ')
			.trimEnd(),
	);
	const over = rows
		.filter((row) => !row.holds)
		.map(({ id, unit, value, budget }) =>
			unit === 'x'
				? `size: ${id} is over its budget: ${value.toFixed(3)} x instead of ${budget} x`
				: `size: ${id} is over its budget of ${budget} KB by ${Math.ceil((value - budget) * KB)} bytes`,
		);
	const verdict = holds ? [`size: everything within its budget (${kind} build of the module)`] : over;
	return `${[...text, '', ...verdict].join('\n')}\n`;
}

function bar(share) {
	const cells = 20;
	const full = Math.min(cells, Math.round(share * cells));
	return `${'█'.repeat(full)}${'░'.repeat(cells - full)} ${Math.round(share * 100)} %`;
}
