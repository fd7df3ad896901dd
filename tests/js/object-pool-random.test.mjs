// Random operations against a naive model: nothing is ever lent twice, lost or forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectPool } from '@code-mesh/perf';
import { Random } from './support/random-operations.mjs';
import { until } from './support/until.mjs';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const wait = () => new Promise((resolve) => setImmediate(resolve));

const always = () => true;

for (const [name, isLater] of [
	['hooks that answer at once', () => false],
	['hooks that answer by promises', always],
	// Without promises from validate, so that tryAcquire is always possible.
	['hooks that do now one, now the other', (random, kind) => kind !== 'validate' && random.below(2) === 0],
]) {
	test(`${name}, seed ${seed}`, async () => {
		const random = new Random(seed);
		const alive = new Set();
		const lent = new Map();
		const failed = { create: 0, reset: 0, validate: 0, destroy: 0 };
		let made = 0;
		const hook = (kind, work, odds) => (value) => {
			const fails = random.below(odds) === 0;
			const act = () => {
				if (fails) {
					failed[kind]++;
					kind === 'destroy' && alive.delete(value);
					throw new Error(kind);
				}
				return work(value);
			};
			return isLater(random, kind) ? wait().then(act) : act();
		};
		const maxSize = 1 + random.below(6);
		const pool = new ObjectPool({
			create: hook(
				'create',
				() => {
					const value = { number: made++ };
					alive.add(value);
					return value;
				},
				20,
			),
			destroy: hook('destroy', (value) => assert.ok(alive.delete(value), 'destroyed twice'), 20),
			reset: hook('reset', () => {}, 20),
			validate: hook('validate', () => random.below(20) > 0, 20),
			maxSize,
			maxIdle: random.below(maxSize + 1),
			maxWaiting: 5,
			maxIdleMs: 50,
			leakSampling: 3,
		});
		const outside = new Set();
		const take = (lease) => {
			assert.ok(!lent.has(lease.value), 'lent to two');
			assert.ok(alive.has(lease.value), 'lent when it was gone');
			lent.set(lease.value, lease);
			leased++;
		};
		let leased = 0;
		let pending = 0;
		let misused = 0;
		const over = [];
		const acquire = (options) => {
			pending++;
			pool
				.acquire(options)
				.then(take, () => {})
				.finally(() => pending--);
		};
		const one = () => [...lent.values()][random.below(lent.size)];
		const controllers = [];
		for (let step = 0; step < 6000; step++) {
			const lease = one();
			switch (random.below(12)) {
				case 0:
				case 1:
					acquire({ priority: random.below(3) });
					break;
				case 2:
					acquire({ timeout: random.below(3) });
					break;
				case 3: {
					const controller = new AbortController();
					controllers.push(controller);
					acquire({ signal: controller.signal });
					break;
				}
				case 4:
					controllers.splice(random.below(controllers.length + 1), 1)[0]?.abort();
					break;
				case 5:
					if (isLater === always) break;
					try {
						const more = pool.tryAcquire();
						more && take(more);
					} catch (error) {
						assert.match(error.message, /^create$/);
					}
					break;
				case 6:
				case 7:
				case 8:
					if (lease) {
						lent.delete(lease.value);
						over.push(lease);
						random.below(2) ? lease.release() : pool.release(lease.value);
					}
					break;
				case 9:
					if (lease && random.below(3) === 0) {
						lent.delete(lease.value);
						over.push(lease);
						if (random.below(2)) {
							lease.discard();
						} else {
							const value = lease.detach();
							outside.add(value);
							alive.delete(value);
						}
					}
					break;
				case 10: {
					const old = over[random.below(over.length)];
					if (old) {
						misused++;
						assert.throws(() => old.release(), { code: 'RELEASED' });
						assert.throws(() => old.value, { code: 'RELEASED' });
					}
					break;
				}
				default:
					await wait();
			}
			over.length > 50 && over.splice(0, 25);
			const { size, idle, inUse, busy, waiting } = pool.stats();
			assert.equal(size, idle + inUse + busy);
			assert.ok(size <= maxSize, `size ${size} of ${maxSize}`);
			assert.ok(waiting <= 5 + busy + 1, `waiting ${waiting}`);
			assert.ok(inUse >= lent.size, 'fewer in use than are held');
		}
		for (const controller of controllers) controller.abort();
		await until(() => {
			for (const lease of [...lent.values()]) {
				lent.delete(lease.value);
				lease.release();
			}
			const { busy, waiting } = pool.stats();
			return !pending && !busy && !waiting && !lent.size;
		});
		const { inUse, idle, size, leases, created, detached, discarded, failures, misuse } = pool.stats();
		assert.deepEqual([inUse, size], [0, idle]);
		assert.deepEqual([leases, detached, created], [leased, outside.size, made]);
		const gone = Object.values(discarded).reduce((sum, count) => sum + count, 0);
		assert.equal(created, idle + detached + gone, 'every object is somewhere');
		assert.deepEqual([misuse.doubleRelease, misuse.useAfterRelease], [misused, misused]);
		await pool.drain();
		assert.equal(alive.size, 0, 'every object was destroyed or detached');
		assert.deepEqual({ ...pool.stats().failures, destroy: failed.destroy }, { ...failures, ...failed });
	});
}
