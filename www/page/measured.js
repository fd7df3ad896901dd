// What this page measures, in one place.

import { MultiLevelCache, WasmPerformanceMonitor } from '@code-mesh/perf';

export const monitor = new WasmPerformanceMonitor();

/** What was found, by what was searched for: who types and deletes asks for the same again and again. */
export const searches = new MultiLevelCache({ l1Size: 100 });
monitor.observe('searches', () => searches.stats());

/** Handles bound once: the fast way to record. */
const search = monitor.operation('search');
const fetches = {
	ticket: monitor.operation('fetch', { question: 'ticket' }),
	similar: monitor.operation('fetch', { question: 'similar' }),
};

let made = 0;

/** How many measurements were made so far; before the module is loaded, as many wait in the buffer. */
export function measurementsMade() {
	return made;
}

/** Runs a search and records as `search` how long it took. */
export function measureSearch(work) {
	made++;
	return search.time(work);
}

/** Waits for a request and records it as `fetch` under its question; what it throws is counted as an error. */
export async function measureFetch(question, work) {
	try {
		return await fetches[question].timeAsync(work);
	} finally {
		made++;
	}
}

/** Runs `update` and records as `render` the time until the browser has drawn what it changed. */
export function measureRender(update) {
	const timer = monitor.startTimer('render');
	update();
	afterPaint(() => {
		monitor.endTimer('render', timer);
		made++;
	});
}

/** Records as `keystroke` the time from the key to the picture, as the person at the keyboard has it. */
export function measureKeystroke(event) {
	afterPaint(() => {
		monitor.record('keystroke', performance.now() - event.timeStamp);
		made++;
	});
}

/** A task posted from inside a frame runs once that frame has been handed to the screen. */
function afterPaint(callback) {
	requestAnimationFrame(() => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = callback;
		port2.postMessage(undefined);
	});
}
