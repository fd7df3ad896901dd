// The third level over a real Redis that dies, hangs and dawdles, by the adapter alone and inside a Keyv.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import KeyvRedis, { createKeyv } from '@keyv/redis';
import Keyv from 'keyv';
import { atEnd } from '../js/support/at-end.mjs';
import { runForJson } from '../js/support/child.mjs';
import { importSource, sourceUrl } from '../js/support/source.mjs';
import { until } from '../js/support/until.mjs';
import { startRedis, startSlowWay } from './support/redis-server.mjs';

const SOURCE = "export { StoreTier } from './js/cache/store/store-tier.ts';";
const { StoreTier } = await importSource(SOURCE);

const forGood = (value) => ({ value, expiresAt: Infinity });

const KINDS = [
	['the adapter', (url) => new KeyvRedis(url)],
	['the adapter with a namespace', (url) => new KeyvRedis(url, { namespace: 'app' })],
	['the adapter inside a Keyv', (url) => new Keyv(new KeyvRedis(url))],
	['createKeyv', (url) => createKeyv(url)],
	['createKeyv that throws', (url) => createKeyv(url, { namespace: 'app', throwOnErrors: true })],
];

for (const [title, make] of KINDS) {
	test(`${title}: what is set is found by another process's tier, until it expires or is deleted`, async (t) => {
		const redis = await startRedis(atEnd(t));
		const [tier, other] = [tierOver(t, make(redis.url)), tierOver(t, make(redis.url))];
		const long = 'k'.repeat(5000);
		const keys = ['a', 'keyv:a', 'app::a', 'a::b', 'ключ', '\ud800', long, `${long}x`];
		for (const [at, key] of keys.entries()) await tier._set(key, forGood({ at }));
		for (const [at, key] of keys.entries()) assert.deepEqual((await other._get(key)).value, { at }, key);
		assert.deepEqual(
			(await other._getMany([...keys, 'absent'])).map((found) => found?.value.at),
			[...keys.keys(), undefined],
		);
		await tier._set('bytes', forGood(Uint8Array.of(0, 255, 128)));
		assert.deepEqual((await other._get('bytes')).value, Uint8Array.of(0, 255, 128));
		await tier._delete(['a', 'ключ']);
		assert.equal(await other._get('a'), undefined);
		assert.equal((await other._get('keyv:a')).value.at, 1, 'another key, although adapters have prefixes like this');
		await tier._set('short', { value: 1, expiresAt: Date.now() + 150 });
		assert.equal((await other._get('short')).value, 1);
		await until(async () => (await other._get('short')) === undefined);
		await Promise.all(Array.from({ length: 1200 }, (_, at) => tier._set(`many ${at}`, forGood(at))));
		assert.equal((await other._get('many 1199')).value, 1199);
		const foreign = new KeyvRedis(redis.url);
		await foreign.set('foreign', 'stays');
		await tier._clear();
		await until(async () => (await other._getMany([...keys, 'many 7', 'many 1199'])).every((found) => !found));
		assert.equal(await foreign.get('foreign'), 'stays');
		await foreign.disconnect();
		assert.deepEqual([tier._stats().errors, tier._stats().timeouts, tier._stats().damaged], [0, 0, 0]);
	});

	test(`${title}: killed in the middle and started again, nobody notices but the counts`, async (t) => {
		const redis = await startRedis(atEnd(t));
		const tier = tierOver(t, make(redis.url), { timeout: 50, breaker: { failures: 3, cooldownMs: 50 } });
		await tier._set('old', forGood('old'));
		await redis.kill();
		// Until the breaker opens, and then some more for nothing.
		await until(async () => {
			await Promise.all([tier._get('old'), tier._set('new', forGood('new')), tier._delete(['old'])]);
			return tier._stats().breaker !== 'closed';
		});
		const { skipped } = tier._stats();
		for (let i = 0; i < 50; i++) await tier._get('absent');
		assert.ok(tier._stats().skipped > skipped);
		assert.ok(tier._stats().errors + tier._stats().timeouts > 0);
		await redis.start();
		await until(async () => {
			await tier._set('later', forGood('later'));
			return (await tierOver(t, make(redis.url))._get('later')) !== undefined;
		});
		await until(async () => (await tier._get('later'))?.value === 'later' && tier._stats().breaker === 'closed');
		assert.equal(await tier._get('old'), undefined);
	});
}

for (const [title, make] of [KINDS[0], KINDS[2]]) {
	test(`${title}: paused, the time limit holds, the breaker opens, and it recovers by itself`, async (t) => {
		const redis = await startRedis(atEnd(t));
		const tier = tierOver(t, make(redis.url), { timeout: 40, breaker: { failures: 3, cooldownMs: 100 } });
		await tier._set('key', forGood('before'));
		await tier._set('kept', forGood('kept'));
		redis.pause();
		await until(async () => (await tier._get('kept')) === undefined);
		for (let i = 0; tier._stats().breaker === 'closed'; i++) {
			assert.ok(i < 10, 'the breaker does not open');
			const start = performance.now();
			assert.equal(await tier._get('kept'), undefined);
			// Generous towards a busy machine, and far from the 300 ms that three calls without a limit would share.
			assert.ok(performance.now() - start < 2000);
		}
		assert.ok(tier._stats().timeouts >= 3);
		await tier._set('key', forGood('while it was away'));
		await tier._delete(['kept']);
		assert.equal((await tier._get('key')).value, 'while it was away', 'from what waits');
		redis.resume();
		await until(() => tier._stats().breaker === 'closed' && tier._stats().pending === 0);
		const other = tierOver(t, make(redis.url));
		assert.equal((await other._get('key')).value, 'while it was away');
		assert.equal(await other._get('kept'), undefined);
	});

	test(`${title}: answering slowly, every read is a miss within the limit, and writes arrive all the same`, async (t) => {
		const redis = await startRedis(atEnd(t));
		const way = await startSlowWay(atEnd(t), redis.port);
		const tier = tierOver(t, make(way.url), { timeout: 30, breaker: { failures: 1000 } });
		await until(async () => {
			await tier._set('key', forGood(1));
			return (await tier._get('key'))?.value === 1 && tier._stats().pending === 0;
		});
		const before = tier._stats();
		way.delay = 120;
		for (let i = 0; i < 3; i++) assert.equal(await tier._get('key'), undefined);
		await tier._set('key', forGood(2));
		assert.equal((await tier._get('key')).value, 2, 'on its way');
		await tier._set('key', forGood(3));
		assert.ok(tier._stats().timeouts - before.timeouts >= 4);
		await until(() => tier._stats().pending === 0);
		way.delay = 0;
		await until(async () => (await tier._get('key'))?.value === 3);
		assert.equal(tier._stats().writes - before.writes, 2);
	});
}

for (const [title, signal, make] of [
	['answers', undefined, 'new KeyvRedis(url)'],
	['hangs', 'SIGSTOP', 'new KeyvRedis(url)'],
	['hangs, behind a Keyv', 'SIGSTOP', 'new Keyv(new KeyvRedis(url))'],
	['is dead', 'SIGKILL', 'new KeyvRedis(url)'],
]) {
	test(`a process ends after close, where the server ${title}`, async (t) => {
		const redis = await startRedis(atEnd(t));
		const found = await runForJson(`
			import KeyvRedis from '@keyv/redis';
			import Keyv from 'keyv';
			import { StoreTier } from '${await sourceUrl(SOURCE)}';
			const url = '${redis.url}';
			const tier = new StoreTier(${make}, { timeout: 500, write: 'behind' });
			await tier._set('key', { value: 1, expiresAt: Infinity });
			await tier.flush();
			const { writes } = tier._stats();
			if (${signal !== undefined}) process.kill(${redis.pid}, '${signal}');
			await tier._set('key', { value: 2, expiresAt: Infinity });
			const { value } = await tier._get('key');
			await tier.close();
			console.log(JSON.stringify({ writes, value }));
		`);
		assert.deepEqual(found, { writes: 1, value: 2 });
	});
}

/** A tier that is closed when the test is over. */
function tierOver(t, store, options = { timeout: 5000 }) {
	const tier = new StoreTier(store, options);
	atEnd(t)(() => tier.close());
	return tier;
}
