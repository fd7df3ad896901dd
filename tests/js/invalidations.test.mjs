// Invalidation between caches: over a channel between threads, and over buses that fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { channelBus, redisBus } from '@code-mesh/perf';
import { runForJson } from './support/child.mjs';
import { importSource } from './support/source.mjs';
import { until } from './support/until.mjs';

const { Invalidations, Outbox, versions } = await importSource(`
	export { Invalidations } from './js/cache/store/invalidations.ts';
	export { Outbox } from './js/cache/store/outbox.ts';
	export { versions } from './js/cache/store/versions.ts';
`);

/** A cache of nothing but versions. */
function makeTarget(keys = []) {
	const held = new Map(keys.map((key) => [key, versions._next()]));
	return {
		held,
		_versionOf: (key) => held.get(key),
		_drop: (key) => held.delete(key),
		_keys: () => held.keys(),
		_keysOf: () => [],
	};
}

/** What two processes do within the same ms cannot be told apart. */
async function nextMs() {
	const now = Date.now();
	await until(() => Date.now() > now);
}

/** A bus within this thread that fails on command. */
function makeBus() {
	const listeners = new Set();
	const bus = {
		fails: false,
		sent: [],
		publish: async (message) => {
			if (bus.fails) throw new Error('away');
			bus.sent.push(message);
			for (const listener of listeners) listener(message);
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
	return bus;
}

test('two caches on one channel, in one thread and in two', async (t) => {
	const name = `test ${process.pid}`;
	const [first, second] = [makeTarget(['a']), makeTarget(['a', 'b'])];
	const bus = channelBus(name);
	const [one, other] = [new Invalidations(bus, first), new Invalidations(bus, second)];
	await Promise.all([one._ready(), other._ready()]);
	one._publish('delete', ['a']);
	await until(() => !second.held.has('a'));
	assert.ok(first.held.has('a'));
	const worker = new Worker(
		`const { parentPort } = require('node:worker_threads');
		const bus = require('@code-mesh/perf').channelBus('${name}');
		const end = bus.subscribe((message) => parentPort.postMessage(message));
		parentPort.once('message', (message) => { bus.publish(message); end(); });
		parentPort.postMessage('ready');`,
		{ eval: true },
	);
	t.after(() => worker.terminate());
	const heard = [];
	worker.on('message', (message) => heard.push(message));
	await until(() => heard.includes('ready'));
	one._publish('delete', ['x']);
	await until(() => heard.length === 2);
	const message = JSON.parse(heard[1]);
	worker.postMessage(JSON.stringify({ ...message, o: 'a worker', n: ['b'], v: versions._next() }));
	await until(() => !second.held.has('b'));
	await Promise.all([one._close(), other._close()]);
});

test('a channel keeps no process alive', async () => {
	const done = await runForJson(`
		import { channelBus } from '@code-mesh/perf';
		const bus = channelBus();
		bus.subscribe(() => {});
		bus.publish('x');
		console.log('true');
	`);
	assert.equal(done, true);
});

test('a publish that fails is made again, in order, until it is sent', async () => {
	const bus = makeBus();
	const target = makeTarget(['a', 'b']);
	const [one, other] = [new Invalidations(bus, makeTarget()), new Invalidations(bus, target)];
	await Promise.all([one._ready(), other._ready()]);
	bus.fails = true;
	one._publish('delete', ['a']);
	one._publish('delete', ['b']);
	await until(() => one._stats().failed > 1);
	assert.deepEqual([one._stats().pending, one._stats().sent], [2, 0]);
	bus.fails = false;
	await until(() => one._stats().pending === 0);
	assert.deepEqual(
		bus.sent.map((message) => JSON.parse(message).n),
		[['a'], ['b']],
	);
	assert.equal(target.held.size, 0);
});

test('of too many messages that wait, one takes the place of all: the others drop what is older', async () => {
	const bus = makeBus();
	const target = makeTarget(['a', 'b']);
	const [one, other] = [new Invalidations(bus, makeTarget()), new Invalidations(bus, target)];
	await Promise.all([one._ready(), other._ready()]);
	bus.fails = true;
	for (let i = 0; i < 1500; i++) one._publish('delete', [`key ${i}`]);
	assert.ok(one._stats().pending <= 1000);
	assert.ok(one._stats().dropped > 1000);
	await nextMs();
	target.held.set('newer', versions._next());
	bus.fails = false;
	await until(() => one._stats().pending === 0);
	assert.deepEqual([...target.held.keys()], ['newer']);
});

test('a bus that throws at once, or has nobody to subscribe to, harms nobody', async () => {
	const target = makeTarget(['a']);
	const bad = {
		publish() {
			throw new Error('no');
		},
		subscribe() {
			throw new Error('no');
		},
	};
	const invalidations = new Invalidations(bad, target);
	await invalidations._ready();
	assert.equal(invalidations._stats().gaps, 1);
	invalidations._publish('delete', ['a']);
	await until(() => invalidations._stats().failed > 0);
	await invalidations._close();
	assert.throws(() => new Invalidations({}, target), { message: /^bus: expected/ });
	assert.throws(() => redisBus({ publisher: { publish() {} } }), { message: /^subscriber: expected/ });
	assert.throws(() => redisBus({}), { message: /^publisher: expected/ });
	assert.throws(() => redisBus({ publisher: { publish() {}, duplicate() {} }, channel: '' }), {
		message: /^channel: expected/,
	});
});

test('a name longer than any message has the others drop everything', async () => {
	const bus = makeBus();
	const target = makeTarget(['a']);
	const [one, other] = [new Invalidations(bus, makeTarget()), new Invalidations(bus, target)];
	await Promise.all([one._ready(), other._ready()]);
	one._publish('delete', ['x'.repeat(2 ** 20)]);
	await until(() => target.held.size === 0);
	assert.ok(bus.sent.every((message) => message.length < 1000));
});

test('what is remembered of messages is bounded', async () => {
	const invalidations = new Invalidations(makeBus(), makeTarget());
	const keys = Array.from({ length: 10_000 }, (_, at) => `key ${at}`);
	invalidations._publish('delete', keys);
	assert.equal(invalidations._newest.size, 4096);
	assert.equal(invalidations._isOverruled('key 9999', 1), true);
	invalidations._publish('tag', ['tag']);
	assert.equal(invalidations._isOverruled('other', 1, ['tag']), true);
	assert.equal(invalidations._isOverruled('other', versions._next(), ['tag']), false);
	await invalidations._close();
});

test('what two processes did within one ms is dropped, but not the entry that a message tells of', async () => {
	const bus = makeBus();
	const target = makeTarget();
	const other = new Invalidations(bus, target);
	await other._ready();
	const ms = Date.now() * 1024;
	for (const [key, version] of Object.entries({
		before: ms - 1,
		first: ms,
		told: ms + 500,
		last: ms + 1023,
		after: ms + 1024,
	})) {
		target.held.set(key, version);
	}
	bus.publish(JSON.stringify({ m: 1, o: 'another', k: 'delete', n: [...target.held.keys()], v: ms + 500 }));
	assert.deepEqual([...target.held.keys()], ['told', 'after']);
	assert.deepEqual(
		[ms - 1, ms + 499, ms + 500, ms + 501, ms + 1023, ms + 1024].map((version) => other._isOverruled('told', version)),
		[true, true, false, true, true, false],
	);
	// Of its own, a process knows the order.
	const own = versions._next();
	other._publish('delete', ['own'], own);
	assert.deepEqual(
		[own - 1, own, own + 1].map((version) => other._isOverruled('own', version)),
		[true, false, false],
	);
	await other._close();
});

test('a closed outbox sends nothing any more', async () => {
	const bus = makeBus();
	const outbox = new Outbox(bus, 10, () => 'all');
	outbox._add(['a']);
	await until(() => outbox._sent === 1);
	outbox._close();
	outbox._add(['b']);
	assert.deepEqual([outbox._waiting, bus.sent], [[], ['a']]);
});
