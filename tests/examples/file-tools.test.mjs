// The main job on real folders.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../packaging/support/run.mjs';
import { collect, MAIN, runFileTools, startFileTools, temporaryFolder } from './run-file-tools.mjs';

const NAMES = ['list', 'read', 'search', 'parse_json', 'hash', 'compress'];

test('shows a table of its own tools, then memory and the cost of measuring', async () => {
	const { stdout, stderr, status } = await runFileTools([dirname(MAIN)]);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /^operation +count +rate +mean +p50 +p95 +p99 +max +errors$/m);
	for (const name of NAMES) assert.match(stdout, new RegExp(`^${name} +[\\d,]+ `, 'm'));
	assert.match(
		stdout,
		/^File cache: hit ratio [1-9]\d? % of [\d,]+ looks; holds \d+ files in .* not read from disk again$/m,
	);
	assert.match(stdout, /^Search cache: hit ratio [1-9]\d? % of [\d,]+ questions; holds [\d,]+ answers$/m);
	assert.match(stdout, /^Buffers: \d+ leases, .* not allocated again; at most .* lent at once$/m);
	assert.doesNotMatch(stdout, /never came back/);
	assert.match(stdout, /^Process memory: .* resident/m);
	assert.match(stdout, /^Measuring cost: \d+ records × [\d.]+ (ns|µs) = .* % of /m);
	assert.match(stderr, /^Worked through \d+ files/m);
	assert.doesNotMatch(stdout + stderr, /NaN|undefined|null/);
	assert.ok(!(stdout + stderr).includes('\u001b'), 'no terminal codes where there is no terminal');
});

test('--json alone prints one document with the counts of the files', async (t) => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'sub'));
	await writeFile(join(folder, 'good.json'), '{"a":1}');
	await writeFile(join(folder, 'bad.json'), '{"a":');
	await writeFile(join(folder, 'sub', 'code.js'), 'function one() {}\nclass Two {}\n');
	await writeFile(join(folder, 'sub', 'binary'), Buffer.from([1, 0, 2]));
	const { stdout, status } = await runFileTools([folder, '--json']);
	assert.equal(status, 0);
	const document = JSON.parse(stdout);
	const counts = Object.fromEntries(NAMES.map((name) => [name, document.operations[name].count]));
	// Of each of three texts it asks three questions, and of the one that defines something a fourth when it comes back.
	assert.deepEqual(counts, { list: 2, read: 4, search: 10, parse_json: 2, hash: 4, compress: 4 });
	assert.equal(document.operations.parse_json.errors, 1);
	assert.equal(document.operations.read.errors, 0);
	assert.equal(document.run.matches, 2);
	assert.equal(document.dropped, 0);
	assert.equal(document.rejected, 0);
	assert.ok(document.memory.rss > 0);
	assert.equal(document.cost.records, 26);
	assert.ok(document.cost.share >= 0 && document.cost.share < 1);
	for (const { p50, p99, max, min } of Object.values(document.operations))
		assert.ok(min <= p50 && p50 <= p99 && p99 <= max);
});

test('--json FILE writes the document and still shows the table', async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'a.txt'), 'text');
	const file = join(await temporaryFolder(t), 'numbers.json');
	const { stdout, status } = await runFileTools(['--json', file, folder]);
	assert.equal(status, 0);
	assert.match(stdout, /^read +1 /m);
	assert.equal(JSON.parse(await readFile(file, 'utf8')).operations.read.count, 1);
});

test('--json before the folder does not take the folder for a file', async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'a.txt'), 'text');
	const { stdout, status } = await runFileTools(['--json', folder]);
	assert.equal(status, 0);
	assert.equal(JSON.parse(stdout).run.folder, folder);
});

test('what cannot be begun is one line on stderr and status 2', async (t) => {
	const folder = await temporaryFolder(t);
	const file = join(folder, 'file');
	await writeFile(file, '');
	await symlink('circle', join(folder, 'circle'));
	const cases = [
		[[join(folder, 'missing')], /^No such folder: .*missing$/],
		[[file], /^Not a folder: /],
		[[join(file, 'below')], /^Not a folder: /],
		[[join(folder, 'circle')], /^Cannot read folder .*circle: its links run in a circle$/],
		[[join(folder, 'n'.repeat(300))], /^Cannot read folder .*: the name is too long$/],
		[['--verbose'], /^Unknown option --verbose: expected/],
		[[folder, folder], /^Two folders given/],
		[['--json', '--json'], /^--json given twice/],
		[['--json=', folder], /^--json= needs a file name/],
		[[''], /^FOLDER is an empty name/],
		[[folder, '--json', folder], /^Cannot write .*: it is a folder/],
		[[folder, '--json', join(folder, 'no', 'such.json')], /^Cannot write .*: there is no folder /],
	];
	for (const [args, expected] of cases) {
		const { stdout, stderr, status } = await runFileTools(args);
		assert.equal(status, 2, `status for ${args}: ${stderr}`);
		assert.equal(stdout, '');
		assert.match(stderr.replace(/\n$/, ''), expected);
		assert.equal(stderr.split('\n').length, 2, `one line for ${args}`);
	}
});

test('an unreadable folder is refused, an unreadable file inside is counted', async (t) => {
	if (process.getuid?.() !== 0) return t.skip('only root can lend the job to a user who may not read');
	const nobody = { uid: 65_534, gid: 65_534, cwd: '/' };
	const allowed = await runFileTools(['--help'], nobody).catch(() => ({ status: 1 }));
	if (allowed.status !== 0) return t.skip('that user may not read this checkout');
	const folder = await temporaryFolder(t);
	execFileSync('chmod', ['755', folder]);
	await writeFile(join(folder, 'secret'), 'x', { mode: 0o600 });
	await writeFile(join(folder, 'public'), 'x', { mode: 0o644 });
	await mkdir(join(folder, 'locked'), { mode: 0o700 });

	const inside = JSON.parse((await runFileTools([folder, '--json'], nobody)).stdout);
	assert.deepEqual([inside.operations.read.count, inside.operations.read.errors], [2, 1]);
	assert.deepEqual([inside.operations.list.count, inside.operations.list.errors], [2, 1]);
	assert.deepEqual(
		inside.run.failures.map(({ reason }) => reason),
		['EACCES', 'EACCES'],
	);

	const refused = await runFileTools([join(folder, 'locked')], nobody);
	assert.equal(refused.status, 2);
	assert.match(refused.stderr, /^Cannot read folder .*locked: permission denied\n$/);
});

test('dangling links, circles, pipes and odd names harm nothing', { timeout: 30_000 }, async (t) => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'deep'));
	await symlink('nowhere', join(folder, 'dangling'));
	await symlink('circle', join(folder, 'circle'));
	await symlink('..', join(folder, 'deep', 'up'));
	await symlink('deep', join(folder, 'also-deep'));
	execFileSync('mkfifo', [join(folder, 'pipe')]);
	await writeFile(join(folder, 'new\nline\x1b[31m \u202e.txt'), 'a');
	await writeFile(join(folder, ' 100 % "quoted" \'$(x)\' \\ .json'), '[]');
	await writeFile(Buffer.concat([Buffer.from(`${folder}/not-utf8-`), Buffer.from([0xff, 0xfe])]), 'b');
	const { stdout, status } = await runFileTools([folder, '--json']);
	assert.equal(status, 0);
	const { operations, run } = JSON.parse(stdout);
	assert.deepEqual([operations.read.count, operations.read.errors], [5, 2]);
	assert.deepEqual([operations.hash.count, operations.parse_json.count], [3, 1]);
	assert.deepEqual([run.linkedFolders, run.special], [2, 1]);
	assert.deepEqual(run.failures.map(({ path }) => basename(path)).sort(), ['circle', 'dangling']);

	const shown = await runFileTools([folder]);
	assert.match(shown.stdout, /^Left out: 2 links to folders; 1 pipe, socket or device\.$/m);
	assert.match(shown.stdout, /^Failed: read .*dangling: ENOENT$/m);
});

test('files over the limit are counted and not read', async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'huge'), '');
	await truncate(join(folder, 'huge'), 40 * 1024 * 1024 * 1024);
	const { stdout, status } = await runFileTools([folder]);
	assert.equal(status, 0);
	assert.match(stdout, /^Left out: 1 file over 16\.0 MiB\.$/m);
	assert.match(stdout, /^hash +0 /m);
});

test('skipped folders are named, and walked when asked for themselves', async (t) => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'node_modules', 'inner'), { recursive: true });
	await writeFile(join(folder, 'node_modules', 'inner', 'index.js'), '');
	await writeFile(join(folder, 'own.js'), '');
	const outside = await runFileTools([folder]);
	assert.match(outside.stdout, /^Left out: folders node_modules\.$/m);
	assert.match(outside.stdout, /^read +1 /m);
	const inside = await runFileTools([join(folder, 'node_modules')]);
	assert.match(inside.stdout, /^read +1 /m);
});

test('an empty folder says so', async (t) => {
	const folder = await temporaryFolder(t);
	const { stdout, status } = await runFileTools([folder]);
	assert.equal(status, 0);
	assert.match(stdout, /is empty: no file to work on\.$/m);
	await mkdir(join(folder, '.git'));
	assert.match((await runFileTools([folder])).stdout, /no file to work on \(left out: folders \.git\)\.$/m);
	const json = await runFileTools([folder, '--json']);
	assert.equal(JSON.parse(json.stdout).run.files, 0);
	assert.match(json.stderr, /no file to work on/);
});

test('nothing in the folder is changed', async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'a.json'), '{}');
	await runFileTools([folder]);
	assert.deepEqual(await readdir(folder), ['a.json']);
});

test('--help explains itself', async () => {
	const { stdout, status } = await runFileTools(['--help']);
	assert.equal(status, 0);
	assert.match(stdout, /^Usage: npm start/);
});

test('through npm, a folder is taken from where the user stands', async (t) => {
	const folder = await temporaryFolder(t);
	await mkdir(join(folder, 'mine'));
	const { stdout, status } = await runFileTools(['mine'], {
		env: { ...process.env, npm_lifecycle_event: 'start', INIT_CWD: folder },
	});
	assert.equal(status, 0);
	assert.match(stdout, /mine is empty/);
});

test('as `npm start -- --json`, standard output is the document and nothing else', { timeout: 120_000 }, async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'a.txt'), 'text');
	const options = { cwd: fileURLToPath(new URL('../../', import.meta.url)), env: plainEnvironment() };
	const child = spawn('npm', ['start', '--', folder, '--json'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
	const { stdout, stderr, status } = await collect(child);
	assert.equal(status, 0, stderr);
	assert.equal(JSON.parse(stdout).operations.read.count, 1);
});

test('Ctrl-C shows what was measured so far', async (t) => {
	const folder = await temporaryFolder(t);
	for (let i = 0; i < 2000; i++) await writeFile(join(folder, `${i}.txt`), 'text '.repeat(5000));
	const child = startFileTools([folder]);
	child.stderr.once('data', () => child.kill('SIGINT'));
	const { stdout, stderr, status } = await collect(child);
	assert.equal(status, 130, stderr);
	assert.match(stderr, /^Stopped after/m);
	assert.match(stdout, /^read +[\d,]+ |^Interrupted before the first file/m);
});
