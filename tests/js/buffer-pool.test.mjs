// Bytes on loan: whose they are, how many, and what is in them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { BufferPool } from '@code-mesh/perf';
import { Random } from './support/random-operations.mjs';

const MIB = 2 ** 20;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

test('arrays are cut to the length that was asked for, over memory of their own, in powers of two', () => {
	const pool = new BufferPool();
	for (const [asked, size] of [
		[0, 64],
		[1, 64],
		[64, 64],
		[65, 128],
		[128, 128],
		[5000, 8192],
		[8192, 8192],
		[8193, 16384],
		[MIB - 1, MIB],
		[MIB, MIB],
		[MIB + 1, MIB + 1],
		[3 * MIB, 3 * MIB],
	]) {
		for (const bytes of [pool.lease(asked).bytes, pool.acquire(asked)]) {
			assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
			assert.equal(Object.getPrototypeOf(bytes.buffer), ArrayBuffer.prototype);
			assert.deepEqual([bytes.length, bytes.byteOffset, bytes.buffer.byteLength], [asked, 0, size]);
			assert.notEqual(bytes.buffer, Buffer.allocUnsafe(8).buffer);
		}
	}
	assert.equal(pool.stats().oversized, 4);
});

test('what comes back is lent again, also to who wants fewer bytes of the same class', () => {
	const pool = new BufferPool();
	const first = pool.lease(8000);
	const memory = first.bytes.buffer;
	first.bytes.fill(7);
	first.release();
	const second = pool.lease(6000);
	assert.equal(second.bytes.buffer, memory);
	assert.deepEqual([second.bytes.length, second.bytes[5999]], [6000, 7]);
	second.release();
	const third = pool.acquire(4097);
	assert.equal(third.buffer, memory);
	pool.release(third);
	const { leases, hits, created, idle, inUse, retainedBytes, peakBytes, utilisation } = pool.stats();
	assert.deepEqual([leases, hits, created, idle, inUse, retainedBytes, peakBytes], [3, 2, 1, 1, 0, 8192, 8192]);
	assert.equal(utilisation, (8000 + 6000 + 4097) / (3 * 8192));
});

test('zeroing: by policy, or for one lease', () => {
	const allZero = (bytes) => new Uint8Array(bytes.buffer).every((byte) => byte === 0);
	const used = (pool) => {
		const lease = pool.lease(8192);
		assert.ok(allZero(lease.bytes), 'new ones are zero');
		lease.bytes.fill(255);
		const { bytes } = lease;
		lease.release();
		return bytes;
	};
	const none = new BufferPool();
	assert.ok(!allZero(used(none)));
	assert.ok(!allZero(none.lease(8192).bytes));
	used(none);
	assert.ok(allZero(none.lease(5000, { zero: true }).bytes), 'all of the memory, not only what was asked for');
	used(none);
	assert.ok(allZero(none.acquire(5000, { zero: true })));
	const onLease = new BufferPool({ zeroing: 'onLease' });
	assert.ok(!allZero(used(onLease)));
	assert.ok(allZero(onLease.lease(5000).bytes));
	const onReturn = new BufferPool({ zeroing: 'onReturn' });
	assert.ok(allZero(used(onReturn)), 'as soon as they are back');
});

test('what is kept is bounded in total and for each class', () => {
	const pool = new BufferPool({ maxBytes: 4096, maxBytesPerClass: 2048 });
	const fill = (byteLength, count) => {
		const leases = Array.from({ length: count }, () => pool.lease(byteLength));
		for (const lease of leases) lease.release();
	};
	fill(1024, 3);
	assert.deepEqual([pool.stats().retainedBytes, pool.stats().discarded.classFull], [2048, 1]);
	fill(512, 5);
	assert.deepEqual([pool.stats().retainedBytes, pool.stats().discarded.classFull], [4096, 2]);
	fill(64, 1);
	assert.deepEqual([pool.stats().retainedBytes, pool.stats().discarded.full], [4096, 1]);
	fill(4096, 1);
	fill(2 * MIB, 1);
	assert.deepEqual([pool.stats().discarded.classFull, pool.stats().discarded.oversized], [3, 1]);
	pool.clear();
	const { idle, retainedBytes, discarded } = pool.stats();
	assert.deepEqual([idle, retainedBytes, discarded.cleared], [0, 0, 6]);
});

test('misuse throws, counts, and lends nothing twice', () => {
	const pool = new BufferPool();
	const lease = pool.lease(100);
	const { bytes } = lease;
	lease.release();
	const next = pool.lease(100);
	assert.throws(() => lease.release(), { code: 'RELEASED' });
	assert.throws(() => lease.detach(), { code: 'RELEASED' });
	assert.throws(() => lease.bytes, { code: 'RELEASED' });
	assert.throws(() => pool.release(lease), { code: 'RELEASED' });
	// Bytes of a lease go back by the lease.
	assert.throws(() => pool.release(bytes), { name: 'PerfError' });
	assert.notEqual(pool.lease(100).bytes.buffer, next.bytes.buffer);
	const first = pool.acquire(1000);
	pool.release(first);
	const second = pool.acquire(1000);
	assert.equal(first.buffer, second.buffer);
	assert.notEqual(first, second);
	// The memory has another holder now, and the array of the former one does not end that.
	assert.throws(() => pool.release(first), { code: 'RELEASED' });
	assert.throws(() => pool.release(new Uint8Array(second.buffer)), { code: 'RELEASED' });
	assert.notEqual(pool.acquire(1000).buffer, second.buffer);
	for (const foreign of [new Uint8Array(64), Buffer.alloc(64), {}, undefined, 5, new BufferPool().acquire(64)])
		assert.throws(() => pool.release(foreign), { code: 'FOREIGN' });
	assert.throws(() => pool.release(new BufferPool().lease(64)), { code: 'FOREIGN' });
	const { misuse, inUse } = pool.stats();
	assert.equal(misuse.useAfterRelease, 1);
	assert.equal(misuse.doubleRelease + misuse.foreign, 13);
	assert.equal(inUse, 4);
});

test('detached bytes are the holder’s; transferred ones are noticed, whenever that was', () => {
	const pool = new BufferPool();
	const kept = pool.lease(100).detach();
	const alsoKept = pool.acquire(100);
	assert.equal(pool.detach(alsoKept), alsoKept);
	assert.throws(() => pool.release(alsoKept), { name: 'PerfError' });
	assert.notEqual(pool.lease(100).bytes.buffer, kept.buffer);
	const lease = pool.lease(1000);
	structuredClone(lease.bytes, { transfer: [lease.bytes.buffer] });
	lease.release();
	const array = pool.acquire(1000);
	structuredClone(array, { transfer: [array.buffer] });
	pool.release(array);
	assert.deepEqual([pool.stats().discarded.transferred, pool.stats().idle], [2, 0]);
	const late = pool.lease(1000);
	const { bytes } = late;
	late.release();
	structuredClone(bytes, { transfer: [bytes.buffer] });
	assert.equal(pool.lease(1000).bytes.length, 1000);
	const { detached, discarded, inUse, retainedBytes } = pool.stats();
	assert.deepEqual([detached, discarded.transferred, inUse, retainedBytes], [2, 3, 2, 0]);
});

test('copies per path: none for leases, detach and transfer, one for a message without transfer', async () => {
	// The worker changes what it got and sends it back. Without a copy the memory is gone here and its bytes come back
	// in the same lease of memory; with a copy what is here stays as it was.
	const worker = new Worker(
		`const { parentPort } = require('node:worker_threads');
		parentPort.on('message', ({ bytes, isMoved }) => {
			const sum = bytes.reduce((a, b) => a + b, 0);
			bytes[0] = 99;
			parentPort.postMessage({ bytes, sum }, isMoved ? [bytes.buffer] : []);
		});`,
		{ eval: true },
	);
	const ask = (bytes, isMoved) =>
		new Promise((resolve, reject) => {
			worker.once('message', resolve);
			worker.once('error', reject);
			worker.postMessage({ bytes, isMoved }, isMoved ? [bytes.buffer] : []);
		});
	try {
		const pool = new BufferPool();
		const copies = {};
		const leased = pool.lease(5000);
		const memory = leased.bytes.buffer;
		leased.bytes.fill(1);
		leased.release();
		const again = pool.lease(5000);
		copies.lease = Number(again.bytes.buffer !== memory);
		const own = again.detach();
		copies.detach = Number(own.buffer !== memory);
		const posted = await ask(own, false);
		copies['message without transfer'] = Number(own[0] === 1 && posted.bytes[0] === 99);
		const moved = await ask(own, true);
		copies.transfer = Number(own.length !== 0 || memory.byteLength !== 0);
		assert.deepEqual(copies, { lease: 0, detach: 0, 'message without transfer': 1, transfer: 0 });
		assert.deepEqual([moved.sum, moved.bytes.length, moved.bytes[0], moved.bytes[4999]], [5000, 5000, 99, 1]);
	} finally {
		await worker.terminate();
	}
});

test('after dispose nothing is lent and nothing kept', () => {
	const pool = new BufferPool();
	const held = pool.lease(100);
	pool.lease(100).release();
	pool.dispose();
	assert.throws(() => pool.lease(100), { code: 'DISPOSED' });
	assert.throws(() => pool.acquire(100), { code: 'DISPOSED' });
	held.release();
	assert.deepEqual([pool.stats().idle, pool.stats().inUse, pool.stats().discarded.cleared], [0, 0, 2]);
});

test('wrong arguments are named', () => {
	for (const [name, options] of [
		['maxBytes', { maxBytes: -1 }],
		['maxBytes', { maxBytes: Number.NaN }],
		['maxBytes', { maxBytes: 2 ** 41 }],
		['maxBytesPerClass', { maxBytes: 1000, maxBytesPerClass: 1001 }],
		['maxBytesPerClass', { maxBytesPerClass: 0.5 }],
		['zeroing', { zeroing: 'always' }],
		['zeroing', { zeroing: true }],
		['leakSampling', { leakSampling: Number.NaN }],
		['onLeak', { onLeak: 'x' }],
	]) {
		assert.throws(() => new BufferPool(options), { message: new RegExp(`^${name}: expected`) });
	}
	const pool = new BufferPool();
	for (const byteLength of [-1, Number.NaN, 1.5, '100', undefined, Infinity]) {
		assert.throws(() => pool.lease(byteLength), { name: 'RangeError', message: /^byteLength: expected/ });
		assert.throws(() => pool.acquire(byteLength), { name: 'RangeError', message: /^byteLength: expected/ });
	}
	assert.throws(() => pool.lease(2 ** 52), RangeError);
	const { failures, leases, inUse } = pool.stats();
	assert.deepEqual([failures, leases, inUse], [1, 0, 0]);
});

test(`random operations: never two holders of one memory, never more kept than allowed, seed ${seed}`, () => {
	const random = new Random(seed);
	const maxBytes = 1 << (10 + random.below(12));
	const pool = new BufferPool({ maxBytes, maxBytesPerClass: maxBytes >> random.below(3), leakSampling: 5 });
	const held = new Map();
	let [taken, out, detached] = [0, 0, 0];
	for (let step = 0; step < 50_000; step++) {
		const mark = 1 + random.below(255);
		switch (random.below(6)) {
			case 0:
			case 1: {
				if (held.size > 40) break;
				const byteLength = random.below(2 ** (1 + random.below(17)));
				const lease = random.below(2) ? pool.lease(byteLength) : undefined;
				const bytes = lease ? lease.bytes : pool.acquire(byteLength);
				taken++;
				assert.equal(bytes.length, byteLength);
				assert.ok(!held.has(bytes.buffer), 'lent to two');
				bytes.fill(mark);
				held.set(bytes.buffer, { lease, bytes, mark });
				break;
			}
			default: {
				const [memory, { lease, bytes, mark: own } = {}] = [...held][random.below(held.size)] ?? [];
				if (!memory) break;
				assert.ok(
					bytes.every((byte) => byte === own),
					'somebody else wrote to it',
				);
				held.delete(memory);
				out++;
				if (random.below(20) === 0) {
					detached++;
					lease ? lease.detach() : pool.detach(bytes);
				} else {
					random.below(10) || structuredClone(memory, { transfer: [memory] });
					lease ? lease.release() : pool.release(bytes);
					assert.throws(() => (lease ? lease.release() : pool.release(bytes)), { code: 'RELEASED' });
				}
			}
		}
		const { retainedBytes, inUse } = pool.stats();
		assert.ok(retainedBytes <= maxBytes);
		assert.equal(inUse, held.size);
	}
	const { leases, idle, created, discarded, inUse, detached: left } = pool.stats();
	const gone = Object.values(discarded).reduce((sum, count) => sum + count, 0);
	assert.deepEqual([leases, inUse, left], [taken, taken - out, detached]);
	assert.equal(created, idle + inUse + left + gone, 'every buffer is somewhere');
});
