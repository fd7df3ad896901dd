// What is in the package, and whether others will find it.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { run } from './support/run.mjs';
import { pack, ROOT } from './support/tarball.mjs';

const ALLOWED = [
	/^package\.json$/,
	/^README\.md$/,
	/^CHANGELOG\.md$/,
	/^LICENSE$/,
	/^dist\/([\w-]+\/)*[\w.-]+\.(js|cjs|d\.ts|d\.cts|wasm)$/,
];
const NEEDED = [
	'package.json',
	'README.md',
	'LICENSE',
	'dist/index.js',
	'dist/index.cjs',
	'dist/index.d.ts',
	'dist/index.d.cts',
];

const packed = await pack(after);

test('the tarball holds what is needed and nothing else', () => {
	const strangers = packed.files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
	assert.deepEqual(strangers, []);
	for (const file of NEEDED) assert.ok(packed.files.includes(file), `${file} is missing`);
	assert.equal(packed.files.filter((file) => file.endsWith('.wasm')).length, 1, 'one module, the one that ships');
});

test('no file tells where it was built', async (t) => {
	const folder = await unpack(t);
	const homes = [ROOT.replace(/\/$/, ''), process.env.HOME].filter((path) => path && path.length > 1);
	for (const file of await filesBelow(folder)) {
		const content = await readFile(file);
		for (const home of homes) assert.ok(!content.includes(`${home}/`), `${file} names ${home}`);
	}
});

test('package.json asks for nothing at run time and runs nothing at installation', async (t) => {
	const folder = await unpack(t);
	const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
	assert.equal(manifest.dependencies, undefined);
	for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
		assert.equal(manifest.scripts?.[script], undefined);
	for (const target of targetsOf(manifest.exports)) {
		assert.ok(packed.files.includes(target.replace('./', '')), `exports names ${target}, which is not in the tarball`);
	}
});

test('publint finds nothing', async () => {
	const bytes = await readFile(packed.tarball);
	const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
	const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
	assert.deepEqual(
		messages.map((message) => formatMessage(message, pkg, { color: false })),
		[],
	);
});

test('the types are right for ESM, CommonJS and bundlers', async () => {
	// Node 20 and later are supported, so the resolution of TypeScript for Node 10 is left out; so is the module itself.
	const output = await run(process.execPath, [
		attwPath(),
		packed.tarball,
		'--no-definitely-typed',
		'--profile',
		'node16',
		'--exclude-entrypoints',
		'./perf.wasm',
		'./package.json',
		'--format',
		'json',
	]);
	const { analysis } = JSON.parse(output);
	assert.deepEqual(
		analysis.problems.filter(({ resolutionKind }) => resolutionKind !== 'node10'),
		[],
	);
});

async function unpack(t) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-unpacked-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	await run('tar', ['-xzf', packed.tarball, '-C', folder, '--strip-components=1']);
	return folder;
}

async function filesBelow(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function targetsOf(exports) {
	if (typeof exports === 'string') return [exports];
	if (exports === null || exports === undefined) return [];
	return Object.values(exports).flatMap(targetsOf);
}

function attwPath() {
	return join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
}
