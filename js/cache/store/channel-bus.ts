import { unref } from '../../timers.js';
import type { Bus } from './bus.js';

/**
 * A bus over a `BroadcastChannel`: between the tabs, frames and workers of one origin, and between the threads of a Node
 * process. It keeps no process alive.
 *
 * @param name of the channel; caches on the same one hear each other
 * @throws TypeError where the platform has no `BroadcastChannel`
 */
export function channelBus(name = 'code-mesh-perf'): Bus {
	if (typeof BroadcastChannel !== 'function') {
		throw new TypeError('channelBus: expected a platform with BroadcastChannel; give another Bus here');
	}
	let sending: BroadcastChannel | undefined;
	let users = 0;
	const open = () => {
		const channel = new BroadcastChannel(name);
		unref(channel);
		return channel;
	};
	return {
		publish(message) {
			// One for sending alone: a channel does not hear itself, but two caches of one thread are to hear each other.
			sending ??= open();
			sending.postMessage(message);
		},
		subscribe(listener) {
			const receiving = open();
			receiving.onmessage = ({ data }) => listener(data);
			// Node holds a listening channel again.
			unref(receiving);
			users++;
			let isOver = false;
			return () => {
				if (!isOver) {
					isOver = true;
					receiving.close();
					if (!--users) {
						sending?.close();
						sending = undefined;
					}
				}
			};
		},
	};
}
