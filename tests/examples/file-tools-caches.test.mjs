// What the main job keeps in memory: it is used, bounded, right, and given back.

import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Buffers } from '../../examples/file-tools/buffers.mjs';
import { Contents, lookAt } from '../../examples/file-tools/contents.mjs';
import { FILE_LIMIT, KEPT_BYTES, KEPT_FILES, LEAST_BUFFER } from '../../examples/file-tools/limits.mjs';
import { Richest } from '../../examples/file-tools/richest.mjs';
import { read } from '../../examples/file-tools/tools/read.mjs';
import { runFileTools, temporaryFolder } from './run-file-tools.mjs';

test('the counts of caches and buffers add up, and the gauges say the same', async (t) => {
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'code.js'), 'import "a";\nfunction one() {}\n');
	await writeFile(join(folder, 'more.js'), 'class Two {}\n');
	await writeFile(join(folder, 'binary'), Buffer.from([1, 0, 2]));
	const { operations, gauges, fileCache, searchCache, buffers, rejected } = await document(folder);
	assert.equal(rejected, 0);
	// Three files are read once; a search, the hash and the packed copy ask again, and a later search of two of them.
	assert.deepEqual([operations.read.count, fileCache.misses, fileCache.hits], [3, 3, 2 * 3 + 2 + 2]);
	assert.equal(fileCache.hitRatio, 10 / 13);
	assert.equal(fileCache.savedBytes, 30 * 4 + 13 * 4 + 3 * 2);
	assert.equal(fileCache.entries, 3);
	assert.equal(fileCache.l1.bytes, 3 * LEAST_BUFFER);
	// Three questions and seven later ones about each of two texts, of which only the exports are new, once.
	assert.deepEqual([operations.search.count, searchCache.misses, searchCache.hits], [8, 8, 12]);
	assert.deepEqual([buffers.leases, buffers.hits, buffers.created, buffers.inUse], [3, 0, 3, 0]);
	assert.equal(buffers.peakBytes, 3 * LEAST_BUFFER);
	assert.equal(gauges['fileCache.hitRatio'], fileCache.hitRatio);
	assert.equal(gauges['searchCache.hits'], searchCache.hits);
	assert.equal(gauges['buffers.leases'], buffers.leases);
	assert.equal(gauges['buffers.inUse'], 3, 'the cache held them until the end');
});

test('an empty folder leaves nothing but zeros', async (t) => {
	const { fileCache, searchCache, buffers, rejected } = await document(await temporaryFolder(t));
	const counts = [fileCache.hitRatio, fileCache.entries, searchCache.hitRatio, buffers.leases, buffers.inUse];
	assert.deepEqual(counts, [0, 0, 0, 0, 0]);
	assert.equal(rejected, 0);
});

test('more files than are kept: the bounds hold, buffers are used again, and all come back', async (t) => {
	const folder = await temporaryFolder(t);
	const files = KEPT_FILES + 100;
	for (let i = 0; i < files; i++)
		await writeFile(join(folder, `${i}.txt`), `function f${i}() {}\n`.repeat(1 + (i % 7)));
	const { operations, fileCache, searchCache, buffers, run } = await document(folder);
	assert.equal(run.files, files);
	assert.ok(fileCache.entries <= KEPT_FILES && fileCache.l1.bytes <= KEPT_BYTES);
	assert.ok(fileCache.evictions.size >= 100);
	assert.equal(fileCache.misses, operations.read.count);
	assert.ok(fileCache.hitRatio > 0 && searchCache.hitRatio > 0);
	assert.equal(buffers.leases, operations.read.count);
	assert.equal(buffers.hits + buffers.created, buffers.leases);
	assert.ok(buffers.hits >= 90, `${buffers.hits} of ${buffers.leases} leases with a used buffer`);
	assert.equal(buffers.reusedBytes, buffers.hits * LEAST_BUFFER);
	// One at work, one that goes for it.
	assert.ok(buffers.peakBytes <= (KEPT_FILES + 2) * LEAST_BUFFER);
	assert.equal(buffers.inUse, 0);
	assert.deepEqual(buffers.misuse, { doubleRelease: 0, useAfterRelease: 0, foreign: 0 });
});

test('a file that changes between two looks is read anew', async (t) => {
	const { path, write, textOf, reads } = await oneFile(t);
	await write('one');
	assert.deepEqual([await textOf(path), await textOf(path), reads()], ['one', 'one', 1]);
	await write('longer');
	assert.deepEqual([await textOf(path), reads()], ['longer', 2]);
	await write('as long', 1000);
	assert.equal(await textOf(path), 'as long');
	await write('so long', 2000);
	assert.deepEqual([await textOf(path), await textOf(path), reads()], ['so long', 'so long', 4]);
});

test('a buffer is not lent again while a tool uses it, though the cache dropped it', async (t) => {
	const { folder, contents, buffers } = await oneFile(t, { files: 1 });
	const paths = ['a', 'b', 'c'].map((name) => Buffer.from(join(folder, name)));
	for (const path of paths) await writeFile(path, path.subarray(-1).toString().repeat(100));
	const [a, b, c] = await Promise.all(paths.map(lookAt));
	await contents.use(a, async (bytes) => {
		for (const file of [b, c, b, c]) await contents.use(file, (other) => assert.notEqual(other.buffer, bytes.buffer));
		assert.equal(contents.stats().entries, 1);
		assert.equal(bytes.toString(), 'a'.repeat(100));
	});
	const reused = buffers.stats().hits;
	await contents.use(a, (bytes) => assert.equal(bytes.toString(), 'a'.repeat(100)));
	assert.ok(buffers.stats().hits > reused, 'those that were let go are lent again');
	await contents.dispose();
	assert.equal(buffers.stats().inUse, 0);
});

test('work that fails, and contents that are too large to keep, give their buffers back', async (t) => {
	const { path, write, contents, buffers } = await oneFile(t, { bytes: LEAST_BUFFER });
	await write('x');
	const file = await lookAt(path);
	await assert.rejects(
		contents.use(file, () => Promise.reject(new Error('on purpose'))),
		/on purpose/,
	);
	await write('x'.repeat(LEAST_BUFFER));
	await contents.use(await lookAt(path), ({ length }) => assert.equal(length, LEAST_BUFFER));
	assert.equal(contents.stats().tooHeavy, 1);
	assert.equal(buffers.stats().inUse, 1, 'only the first is kept');
	await contents.dispose();
	assert.equal(buffers.stats().inUse, 0);
});

test('files that state another length than they have are read whole, and not kept', async (t) => {
	if (process.platform !== 'linux') return t.skip('only Linux has /proc');
	const { textOf, reads, contents, buffers } = await oneFile(t);
	const path = Buffer.from('/proc/self/smaps');
	const text = await textOf(path);
	assert.ok(text.length > 2 * LEAST_BUFFER, 'its buffer had to grow');
	assert.match(text, /^[\da-f]+-[\da-f]+ .*\nSize: /);
	await textOf(path);
	assert.deepEqual([reads(), contents.stats().entries, buffers.stats().inUse], [2, 0, 0]);
});

test('what is not there or no file is not kept, and says why', async (t) => {
	const { folder, path, contents, buffers } = await oneFile(t);
	await mkdir(join(folder, 'sub'));
	const look = () => assert.fail('there is nothing to look at');
	await assert.rejects(
		lookAt(path).then((file) => contents.use(file, look)),
		{ code: 'ENOENT' },
	);
	const sub = await lookAt(Buffer.from(join(folder, 'sub')));
	await assert.rejects(contents.use(sub, look), /not a regular file|EISDIR/);
	assert.equal(buffers.stats().inUse, 0);
});

test('of any number of things the few with the highest ranks are kept, the first among equals', () => {
	const richest = new Richest(3);
	for (const [thing, rank] of Object.entries({ a: 1, b: 5, c: 3, d: 3, e: 9, f: 0, g: 3 })) richest.offer(thing, rank);
	assert.deepEqual(richest.list(), ['e', 'b', 'c']);
});

/** The numbers of the job over a folder. */
async function document(folder) {
	const { stdout, stderr, status } = await runFileTools([folder, '--json']);
	assert.equal(status, 0, stderr);
	return JSON.parse(stdout);
}

/** A folder with a place for one file, and what reads from it. */
async function oneFile(t, limits) {
	const folder = await temporaryFolder(t);
	const path = Buffer.from(join(folder, 'file'));
	const buffers = new Buffers();
	let count = 0;
	const counted = (from) => {
		count++;
		return read(from, FILE_LIMIT, buffers);
	};
	const contents = new Contents(counted, limits);
	t.after(() => contents.dispose());
	return {
		folder,
		path,
		buffers,
		contents,
		/** `time` is that of the change, in seconds, where it has to be another one for sure. */
		write: async (text, time) => {
			await writeFile(path, text);
			if (time !== undefined) await utimes(path, time, time);
		},
		textOf: async (from) => contents.use(await lookAt(from), (bytes) => bytes.toString()),
		reads: () => count,
	};
}
