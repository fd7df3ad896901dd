import type { Bus } from './bus.js';

/** What is used of a client of node-redis (`redis`, `@redis/client`), which also a `KeyvRedis` has as `client`. */
export interface RedisClient {
	readonly isOpen: boolean;
	connect(): unknown;
	publish(channel: string, message: string): unknown;
	subscribe(channel: string, listener: (message: string) => void): unknown;
	/** With the listener given to `subscribe`; `never`, because the types of clusters ask for one of any message. */
	unsubscribe(channel: string, listener: never): unknown;
	duplicate?(): unknown;
	on(event: string, listener: (...details: unknown[]) => void): unknown;
	off(event: string, listener: (...details: unknown[]) => void): unknown;
}

/** Options of {@link redisBus}. */
export interface RedisBusOptions {
	/** The client that sends, for example `keyvRedis.client`. It is connected where it is not. */
	readonly publisher: RedisClient;
	/**
	 * The client that listens; Redis wants one of its own for that.
	 * @default a duplicate of `publisher`, made by each `subscribe` and ended by its end
	 */
	readonly subscriber?: RedisClient;
	/**
	 * The name of the channel; caches on the same one hear each other.
	 * @default 'code-mesh-perf'
	 */
	readonly channel?: string;
}

/**
 * A bus over the pub/sub of Redis. Redis does not keep messages for who is away: after its connection was lost, a cache
 * drops what it holds.
 */
export function redisBus({ publisher, subscriber, channel = 'code-mesh-perf' }: RedisBusOptions): Bus {
	if (typeof publisher?.publish !== 'function') {
		throw new TypeError('publisher: expected a client of node-redis, for example new KeyvRedis(url).client');
	}
	if (typeof channel !== 'string' || !channel) {
		throw new TypeError(`channel: expected a name, got ${JSON.stringify(channel)}`);
	}
	if (!subscriber && !publisher.duplicate) {
		throw new TypeError(
			'subscriber: expected a second client, because this publisher cannot make a duplicate of itself',
		);
	}
	let silenced = false;
	return {
		async publish(message) {
			if (!silenced) {
				silenced = true;
				silence(publisher);
			}
			await connected(publisher);
			await publisher.publish(channel, message);
		},
		async subscribe(listener, onGap) {
			const client = subscriber ?? (publisher.duplicate?.() as RedisClient);
			silence(client);
			let isListening = false;
			let isTroubled = false;
			const onTrouble = () => {
				isTroubled = true;
			};
			const onReady = () => {
				if (isListening && isTroubled) {
					isTroubled = false;
					onGap?.();
				}
			};
			client.on('error', onTrouble);
			client.on('reconnecting', onTrouble);
			client.on('ready', onReady);
			// A function of its own, because clients know listeners by identity.
			const hear = (message: string) => listener(message);
			const end = async () => {
				client.off('error', onTrouble);
				client.off('reconnecting', onTrouble);
				client.off('ready', onReady);
				if (subscriber) {
					await client.unsubscribe(channel, hear as never);
				} else if (client.isOpen) {
					(client as { destroy?(): void }).destroy?.();
				}
			};
			try {
				await connected(client);
				await client.subscribe(channel, hear);
			} catch (error) {
				await end();
				throw error;
			}
			isListening = true;
			// Where it took several tries to get here, messages were missed as well.
			onReady();
			return end;
		},
	};
}

/** An `error` event without a listener would end the process. The others of the client hear it all the same. */
function silence(client: RedisClient): void {
	client.on('error', () => {});
}

async function connected(client: RedisClient): Promise<void> {
	if (!client.isOpen) {
		await client.connect();
	}
}
