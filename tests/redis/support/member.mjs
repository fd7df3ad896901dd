// A process whose little cache follows others over Redis; its parent says what it does. Arguments: URL of Redis, URL of
// the sources.
import { redisBus } from '@code-mesh/perf';
import KeyvRedis from '@keyv/redis';

const [url, source] = process.argv.slice(2);
const { Invalidations, versions } = await import(source);

const held = new Map();
const target = {
	_versionOf: (key) => held.get(key)?.version,
	_drop: (key, how) => (how === 'delete' ? held.delete(key) : Object.assign(held.get(key), { expired: true })),
	_keys: () => held.keys(),
	_keysOf: (tag) => [...held].filter(([, { tags }]) => tags?.includes(tag)).map(([key]) => key),
};
const redis = new KeyvRedis(url);
const real = redisBus({ publisher: redis.client });
/** Messages that are kept back on their way. */
let late;
const bus = {
	publish: (message) => (late ? void late.push(message) : real.publish(message)),
	subscribe: (listener, onGap) => real.subscribe(listener, onGap),
};
const invalidations = new Invalidations(bus, target);
await invalidations._ready();

const commands = {
	set: (key, tags) => {
		const version = versions._next();
		held.set(key, { version, tags });
		return version;
	},
	publish: (kind, names, version) => invalidations._publish(kind, names, version),
	hold: () => {
		late = [];
	},
	release: async () => {
		const messages = late;
		late = undefined;
		for (const message of messages) await real.publish(message);
	},
	garbage: (message) => real.publish(message),
	state: () => ({ held: Object.fromEntries(held), stats: invalidations._stats() }),
	overruled: (key, version) => invalidations._isOverruled(key, version),
	close: async () => {
		await invalidations._close();
		await redis.disconnect();
		process.disconnect();
	},
};
process.on('message', async ({ id, name, args }) => {
	const result = await commands[name](...args);
	if (process.connected) process.send({ id, result });
});
process.send({ ready: true });
