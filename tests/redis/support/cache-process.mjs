// A process with a cache over Redis, as a user would make one; its parent says what it does. Argument: URL of Redis.
import { MultiLevelCache, redisBus } from '@code-mesh/perf';
import KeyvRedis from '@keyv/redis';

const redis = new KeyvRedis(process.argv[2]);
const cache = new MultiLevelCache({
	l1Size: 100,
	store: redis,
	storeOptions: { timeout: 200, breaker: { failures: 3, cooldownMs: 50 } },
	bus: redisBus({ publisher: await redis.getClient() }),
});

const commands = {
	set: (key, value, options) => cache.setMany([[key, value]], options),
	get: (key) => cache.get(key) ?? null,
	lookup: (key, loaded) => cache.lookup(key, () => loaded),
	delete: (key) => {
		cache.delete(key);
		return cache.flush();
	},
	deleteTag: (tag) => {
		cache.deleteTag(tag);
		return cache.flush();
	},
	clear: () => {
		cache.clear();
		return cache.flush();
	},
	stats: () => cache.stats(),
	close: async () => {
		await cache.close();
		await redis.disconnect();
		process.disconnect();
	},
};
process.on('message', async ({ id, name, args }) => {
	const result = await commands[name](...args);
	if (process.connected) process.send({ id, result });
});
// The code of the third level comes with the first thing that asks for it.
await cache.flush();
process.send({ ready: true });
