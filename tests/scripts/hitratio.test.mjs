/** The benchmark of hit ratios: its command line on small traces, and its reference policies on sequences done by hand. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { parseArgs } from '../../benches/hitratio/args.mjs';
import { OWN_TRACES } from '../../benches/hitratio/own-traces.mjs';
import { REFERENCES } from '../../benches/hitratio/references/index.mjs';
import { renderPicture } from '../../benches/hitratio/small-multiples.mjs';
import { summarise } from '../../benches/hitratio/summary.mjs';
import { renderTable } from '../../benches/hitratio/table.mjs';
import { numbered, readTrace, tracesIn } from '../../benches/hitratio/traces.mjs';

const MAIN = fileURLToPath(new URL('../../benches/hitratio/main.mjs', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../benches/hitratio/picture.mjs', import.meta.url));
const IDS = ['LRU', 'SIEVE', 'S3FIFO', 'WTinyLFU'];

const folder = mkdtempSync(join(tmpdir(), 'hitratio-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('arguments', () => {
	assert.deepEqual(parseArgs([]), { folder: undefined, sizes: [200, 500, 1000, 2000], json: undefined });
	assert.deepEqual(parseArgs(['f', '--sizes', '5,7,5', '--json']), { folder: 'f', sizes: [5, 7], json: '-' });
	assert.deepEqual(parseArgs(['--sizes=9', '--json=out', 'f']), { folder: 'f', sizes: [9], json: 'out' });
	assert.deepEqual(parseArgs(['--json', folder]), { folder, sizes: [200, 500, 1000, 2000], json: '-' });
	for (const wrong of ['', '0', '-5', '2.5', '1e3', 'many', '5,,7', '99999999999']) {
		assert.throws(() => parseArgs(['--sizes', wrong]), /--sizes expects numbers of entries from 1 to 16777216/);
	}
	for (const wrong of [['--sizes'], ['--fast'], ['a', 'b']]) assert.throws(() => parseArgs(wrong), /usage/);
});

test('keys may be negative and large, and empty lines are none', () => {
	const file = traceFile('mixed', '-268435455\n\n7\r\n-2013265408\n9007199254740991\n7\n\n');
	const keys = readTrace(file);
	assert.deepEqual([...keys], [-268435455, 7, -2013265408, 9007199254740991, 7]);
	const { ids, distinct } = numbered(keys);
	assert.deepEqual([[...ids], distinct], [[0, 1, 2, 3, 1], 4]);
	assert.deepEqual(tracesIn(join(folder, 'mixed')), [{ name: 'trace', file }]);
});

test('what is no trace is named, with its line', () => {
	assert.throws(
		() => readTrace(traceFile('word', '1\n\nkey\n')),
		/trace\.txt\.gz, line 3: expected an integer key, got "key"/,
	);
	assert.throws(() => readTrace(traceFile('half', '1\n2.5\n')), /line 2: expected an integer key/);
	assert.throws(() => readTrace(traceFile('blank', '\n\n')), /found no key/);
});

// Which keys are there is written behind each request, the oldest first.
test('LRU by hand', () => {
	// 0 miss [0], 1 miss [0 1], 0 hit [1 0], 2 miss [0 2], 1 miss [2 1], 0 miss [1 0], 1 hit [0 1].
	assert.equal(hits('LRU', [0, 1, 0, 2, 1, 0, 1], 2), 2);
	assert.equal(hits('LRU', loop(5, 100), 4), 0);
	assert.equal(hits('LRU', loop(5, 100), 5), 95);
});

test('SIEVE by hand', () => {
	// 0 1 2 miss [0 1 2], 0 hit marks 0. 3: the hand unmarks 0 and takes 1 [0 2 3], and stands at 2. 0 hit marks 0 again.
	// 4: the hand takes 2 [0 3 4], stands at 3. 0 hit. 1: takes 3 [0 4 1], stands at 4. 3: takes 4 [0 1 3]. 0 hit.
	assert.equal(hits('SIEVE', [0, 1, 2, 0, 3, 0, 4, 0, 1, 3, 0], 3), 4);
	// All marked: the hand goes round once and takes the oldest. 0 1 hit; 2 takes 0 [1 2]; 0 takes 1 [2 0]; 2 hit.
	assert.equal(hits('SIEVE', [0, 1, 0, 1, 2, 0, 2], 2), 3);
});

test('S3-FIFO by hand', () => {
	// Ten entries, one of them in the small queue. 0 to 9 fill it; 10 drives 0 into the ghosts; 0 comes back into the main
	// queue and drives 1 out. A scan of 20 then goes through the small queue, and 0 is still there.
	const scan = Array.from({ length: 20 }, (_, i) => 20 + i);
	assert.equal(hits('S3FIFO', [...loop(10, 10), 10, 0, ...scan, 0], 10), 1);
	assert.equal(hits('LRU', [...loop(10, 10), 10, 0, ...scan, 0], 10), 0);
	// Asked for twice while it waits: it goes to the main queue without a detour.
	assert.equal(hits('S3FIFO', [0, 0, 0, ...loop(10, 10).slice(1), ...scan, 0], 10), 3);
});

test('W-TinyLFU by hand', () => {
	// One entry of window, nine of main. What is asked for thrice outlives a scan of what comes once.
	const popular = loop(9, 27);
	const scan = Array.from({ length: 40 }, (_, i) => 20 + i);
	assert.equal(hits('WTinyLFU', [...popular, ...scan, ...loop(9, 9)], 10), 18 + 9);
	assert.equal(hits('LRU', [...popular, ...scan, ...loop(9, 9)], 10), 18);
});

test('every reference: all fits, one entry, and never more than there is to have', () => {
	for (const id of IDS) {
		assert.equal(hits(id, loop(5, 100), 50), 95, id);
		assert.equal(hits(id, [3, 3, 3, 1, 1], 1), 3, id);
		const keys = OWN_TRACES['zipf-1.0']().subarray(0, 20_000);
		const { ids, distinct } = numbered(keys);
		let before = 0;
		for (const size of [10, 100, 1000]) {
			const found = REFERENCES[id](ids, distinct, size);
			assert.ok(found > before && found <= keys.length - distinct, `${id} at ${size}: ${found}`);
			before = found;
		}
	}
});

test('own traces are the same each time', () => {
	for (const [name, make] of Object.entries(OWN_TRACES)) assert.deepEqual(make(), make(), name);
});

test('a folder is measured: status 0, one JSON document of the agreed form on standard output', () => {
	traceFile(
		'small',
		loop(30, 3000)
			.map((key) => key - 15)
			.join('\n'),
		'loop',
	);
	traceFile('small', `${loop(7, 500).join('\n')}\n`, 'seven');
	const { status, stdout, stderr } = run(join(folder, 'small'), '--sizes', '10,20', '--json');
	assert.equal(status, 0, stderr);
	const { cells, summary, environment } = JSON.parse(stdout);
	assert.deepEqual(environment.policies, ['w-tinylfu']);
	assert.equal(summary.cells, 4);
	assert.deepEqual(
		cells.map(({ trace, size }) => [trace, size]),
		[
			['loop', 10],
			['loop', 20],
			['seven', 10],
			['seven', 20],
		],
	);
	for (const cell of cells) {
		assert.deepEqual(Object.keys(cell), ['trace', 'size', 'ours', 'references']);
		assert.deepEqual(Object.keys(cell.references), IDS);
		for (const ratio of [cell.ours, ...Object.values(cell.references)]) assert.ok(ratio >= 0 && ratio <= 100);
	}
	// Seven keys fit: each misses once in 500 requests.
	assert.deepEqual([cells[2].ours, cells[3].references.LRU], [98.6, 98.6]);
	assert.equal(cells[0].references.LRU, 0);
	assert.match(stderr, /\[4\/4\] .* left\nmeasured in \d+ s/);
});

test('the table on standard output, the JSON and its picture in files', () => {
	traceFile('one', loop(7, 500).join('\n'), 'a&b');
	const [json, svg] = [join(folder, 'result.json'), join(folder, 'picture.svg')];
	const { status, stdout, stderr } = run(join(folder, 'one'), '--sizes', '5,10', '--json', json);
	assert.equal(status, 0, stderr);
	assert.match(stdout, /^a&b\s+5 .*\na&b\s+10 /m);
	assert.match(stdout, /of 2 cells/);
	assert.equal(JSON.parse(readFileSync(json, 'utf8')).cells.length, 2);
	assert.equal(spawnSync(process.execPath, [PICTURE, json, svg]).status, 0);
	assert.match(readFileSync(svg, 'utf8'), />a&amp;b</);
	assert.equal(spawnSync(process.execPath, [PICTURE, json]).status, 2);
});

test('a folder that is none, or has no trace: status 2, and nothing on standard output', () => {
	mkdirSync(join(folder, 'empty'));
	for (const [name, message] of [
		['nowhere', /expected a folder of \*\.txt\.gz files, got ".*nowhere"/],
		['empty', /expected \*\.txt\.gz files in ".*empty", found none/],
	]) {
		const { status, stdout, stderr } = run(join(folder, name));
		assert.deepEqual([status, stdout], [2, '']);
		assert.match(stderr, message);
	}
	assert.equal(run('--sizes', '0').status, 2);
});

test('a damaged file is named before anything is measured: status 1', () => {
	traceFile('damaged', loop(7, 500).join('\n'), 'a-good-one');
	const bytes = gzipSync('1\n2\n3\n');
	for (const content of [bytes.subarray(0, bytes.length - 6), Buffer.from('1\n2\n3\n'), Buffer.alloc(0)]) {
		writeFileSync(join(folder, 'damaged', 'bad.txt.gz'), content);
		const { status, stdout, stderr } = run(join(folder, 'damaged'), '--json');
		assert.deepEqual([status, stdout], [1, '']);
		assert.match(stderr, /bad\.txt\.gz: cannot be read as gzip/);
		assert.doesNotMatch(stderr, /left/);
	}
});

test('the table marks the best of each row, and the summary counts what is near it', () => {
	const cells = [cellOf(50, [40, 51, 45, 45]), cellOf(30, [30.2, 33, 20, 20]), cellOf(60, [10, 20, 30, 40])];
	const summary = summarise(cells);
	assert.deepEqual(summary, { cells: 3, nearBest: 2, nearBestPercent: 66.7, leastOverLru: -0.2 });
	const environment = { node: 'v20', date: '2026-01-01T00:00:00.000Z', policies: ['w-tinylfu'] };
	const table = renderTable({ environment, summary, cells });
	assert.match(table, /50\.00 +40\.00 +51\.00\* +45\.00 +45\.00 +-1\.00 +\+10\.00/);
	assert.match(table, /60\.00\* +10\.00 .* \+20\.00 +\+50\.00/);
	assert.match(table, /2 of 3 cells \(66\.7 %\).*-0\.20 points/);
});

test('the picture has a line for each policy in each trace, within its frame', () => {
	const svg = renderPicture({ cells: [cellOf(0, [0, 0, 0, 100]), { ...cellOf(100, [1, 2, 3, 4]), trace: 'other' }] });
	assert.equal(svg.match(/<polyline /g).length, 10);
	assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
	assert.match(svg, /prefers-color-scheme: dark/);
});

function hits(id, keys, size) {
	const { ids, distinct } = numbered(keys);
	return REFERENCES[id](ids, distinct, size);
}

function loop(keys, requests) {
	return Array.from({ length: requests }, (_, i) => i % keys);
}

function cellOf(ours, [LRU, SIEVE, S3FIFO, WTinyLFU]) {
	return { trace: 'trace', size: 10, ours, references: { LRU, SIEVE, S3FIFO, WTinyLFU } };
}

function traceFile(where, text, name = 'trace') {
	mkdirSync(join(folder, where), { recursive: true });
	const file = join(folder, where, `${name}.txt.gz`);
	writeFileSync(file, gzipSync(text));
	return file;
}

function run(...args) {
	return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
}
