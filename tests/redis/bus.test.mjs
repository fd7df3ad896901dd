// Caches of two real processes that tell each other over Redis what they change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../js/support/at-end.mjs';
import { sourceUrl } from '../js/support/source.mjs';
import { until } from '../js/support/until.mjs';
import { startProcess } from './support/process.mjs';
import { startRedis } from './support/redis-server.mjs';

const MEMBER = fileURLToPath(new URL('support/member.mjs', import.meta.url));
const source = await sourceUrl(`
	export { Invalidations } from './js/cache/store/invalidations.ts';
	export { versions } from './js/cache/store/versions.ts';
`);

const startMember = (t, url) => startProcess(t, MEMBER, [url, source]);

test('what one process deletes, expires, tags or clears goes from the other, and only that', async (t) => {
	const redis = await startRedis(atEnd(t));
	const [one, other] = await Promise.all([startMember(t, redis.url), startMember(t, redis.url)]);
	for (const key of ['a', 'b', 'c']) await other.set(key);
	await other.set('tagged', ['x', 'y']);
	await other.set('also', ['y']);
	await one.set('a');
	await one.publish('delete', ['a', 'absent']);
	await until(async () => !('a' in (await other.state()).held));
	assert.ok('a' in (await one.state()).held, 'its own messages do not concern the sender');
	await one.publish('expire', ['b']);
	await until(async () => (await other.state()).held.b.expired);
	await one.publish('tag', ['x']);
	await until(async () => !('tagged' in (await other.state()).held));
	assert.deepEqual(Object.keys((await other.state()).held), ['b', 'c', 'also']);
	await one.publish('clear', []);
	await until(async () => Object.keys((await other.state()).held).length === 0);
	const { stats } = await other.state();
	assert.deepEqual([stats.received, stats.applied, stats.late, stats.damaged, stats.gaps], [4, 6, 0, 0, 0]);
});

test('a message that comes late loses against what was written since', async (t) => {
	const redis = await startRedis(atEnd(t));
	const [one, other] = await Promise.all([startMember(t, redis.url), startMember(t, redis.url)]);
	await other.set('old');
	await one.hold();
	await one.publish('delete', ['key', 'old']);
	await one.publish('clear', []);
	// What two processes do within one ms cannot be told apart.
	const then = Date.now();
	await until(() => Date.now() > then);
	const version = await other.set('key');
	await one.release();
	await until(async () => (await other.state()).stats.received === 2);
	const { held, stats } = await other.state();
	assert.deepEqual(Object.keys(held), ['key']);
	assert.ok(stats.late >= 1);
	assert.equal(await other.overruled('key', version), false);
	assert.equal(await other.overruled('key', 1), true, 'a value from before is not to be kept when it comes in now');
	// Who writes an entry tells with its version; read from the third level by the other, it has that same version.
	await one.publish('delete', ['key'], version);
	await until(async () => (await other.state()).stats.received === 3);
	assert.deepEqual(Object.keys((await other.state()).held), ['key']);
});

test('many names and garbage: in several messages, and counted', async (t) => {
	const redis = await startRedis(atEnd(t));
	const [one, other] = await Promise.all([startMember(t, redis.url), startMember(t, redis.url)]);
	const keys = Array.from({ length: 5000 }, (_, at) => `key ${at} ${'x'.repeat(50)}`);
	for (const key of [keys[0], keys[2500], keys[4999]]) await other.set(key);
	await one.publish('delete', keys);
	await until(async () => Object.keys((await other.state()).held).length === 0);
	assert.ok((await one.state()).stats.sent > 1);
	await other.set('kept');
	const far = Number.MAX_SAFE_INTEGER;
	const garbage = [
		'',
		'{',
		'null',
		'[]',
		'7',
		'{"m":2}',
		JSON.stringify({ m: 1, o: 'x', k: 'delete', n: [1], v: far }),
	];
	garbage.push(
		JSON.stringify({ m: 1, o: 'x', k: 'clear', n: [], v: far }),
		JSON.stringify({ m: 1, o: 'x', k: 'eval', n: [], v: 1 }),
	);
	for (const message of garbage) await one.garbage(message);
	await until(async () => (await other.state()).stats.damaged === garbage.length);
	assert.deepEqual(Object.keys((await other.state()).held), ['kept']);
});

test('Redis dies: messages wait and arrive, and who may have missed some drops everything', async (t) => {
	const redis = await startRedis(atEnd(t));
	const [one, other] = await Promise.all([startMember(t, redis.url), startMember(t, redis.url)]);
	await other.set('key');
	await other.set('other');
	await redis.kill();
	await one.publish('delete', ['key']);
	await redis.start();
	await until(async () => (await other.state()).stats.gaps >= 1);
	assert.deepEqual((await other.state()).held, {});
	await other.set('later');
	await one.publish('delete', ['later']);
	await until(async () => !('later' in (await other.state()).held));
	await until(async () => (await one.state()).stats.pending === 0);
});
