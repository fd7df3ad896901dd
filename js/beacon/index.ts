import type { BeaconOptions, WasmPerformanceMonitor } from '../monitor.js';
import type { Reader } from '../reader.js';
import { parts } from './parts.js';
import { sendWaiting } from './waiting.js';

/** What is known of one address: it outlives a stop, so that nothing is sent twice after another start. */
interface Address {
	/** Sees what was not sent. */
	readonly reader: Reader;
	/** What was read but refused by the browser, to go with the next one. */
	readonly kept: WasmPerformanceMonitor;
}

const addresses = new WeakMap<WasmPerformanceMonitor, Map<string, Address>>();

/** Sends what is new whenever the page is hidden or left; returns what stops it. */
export function beacon(monitor: WasmPerformanceMonitor, url: string | URL, options: BeaconOptions = {}): () => void {
	const address = new URL(url, location.href).href;
	const { maxBytes = 60_000 } = options;
	const known = addressOf(monitor, address);
	const send = (body: string) => navigator.sendBeacon(address, body);
	const onHide = () => {
		if (document.visibilityState === 'hidden') {
			sendNews(monitor, known, maxBytes, send);
		}
	};
	// Never `unload`: it keeps pages out of the back/forward cache, and phones do not fire it.
	const onPageHide = () => sendNews(monitor, known, maxBytes, send);
	document.addEventListener('visibilitychange', onHide);
	addEventListener('pagehide', onPageHide);
	return () => {
		document.removeEventListener('visibilitychange', onHide);
		removeEventListener('pagehide', onPageHide);
	};
}

function addressOf(monitor: WasmPerformanceMonitor, url: string): Address {
	const known = addresses.get(monitor) ?? new Map<string, Address>();
	addresses.set(monitor, known);
	let address = known.get(url);
	if (!address) {
		const kept = new (monitor.constructor as typeof WasmPerformanceMonitor)();
		const loaded = monitor._engine();
		// What came before this moment is news as well.
		if (loaded) {
			kept.merge(monitor.snapshot());
		}
		const reader = monitor.reader();
		if (!loaded) {
			reader._from = reader._rejected = reader._dropped = 0;
		}
		address = { reader, kept };
		known.set(url, address);
	}
	return address;
}

function sendNews(
	monitor: WasmPerformanceMonitor,
	{ reader, kept }: Address,
	maxBytes: number,
	send: (body: string) => boolean,
): void {
	if (!monitor._engine()) {
		sendWaiting(monitor, reader, maxBytes, send);
		return;
	}
	kept.merge(reader.snapshot());
	const unsent = parts(kept.snapshot(), maxBytes).filter((part) => !send(JSON.stringify(part)));
	kept.reset();
	for (const part of unsent) {
		kept.merge(part);
	}
}
