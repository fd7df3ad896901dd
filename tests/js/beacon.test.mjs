// Beacons, with a page of straw in Node: what is sent, when, and that it adds up on the other side.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { WasmPerformanceMonitor as Monitor } from '@code-mesh/perf';
import { beaconHandler } from '@code-mesh/perf/node';
import { runForJson } from './support/child.mjs';

/** A page that is hidden on command; what it sends is kept, or refused while `refuse` is set. */
const page = `
	import { WasmPerformanceMonitor, MetricsCollector, load } from '@code-mesh/perf';
	const sent = []; const urls = new Set(); let refuse = false;
	globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
	const window = new EventTarget();
	globalThis.addEventListener = window.addEventListener.bind(window);
	globalThis.removeEventListener = window.removeEventListener.bind(window);
	globalThis.location = { href: 'https://example.com/app/' };
	Object.defineProperty(globalThis, 'navigator', { value: { sendBeacon(url, body) { if (refuse) return false; urls.add(url); sent.push(body); return true; } }, configurable: true });
	const hide = () => { document.visibilityState = 'hidden'; document.dispatchEvent(new Event('visibilitychange')); };
	const show = () => { document.visibilityState = 'visible'; document.dispatchEvent(new Event('visibilitychange')); };
	const leave = () => { hide(); window.dispatchEvent(new Event('pagehide')); };
	const started = () => new Promise((resolve) => setTimeout(resolve, 60));
	const print = (value) => console.log(JSON.stringify(value));
`;

/** Posts bodies to a real handler; gives the snapshot on the other side. */
async function received(bodies) {
	const monitor = new Monitor();
	const server = createServer(beaconHandler(monitor));
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	try {
		for (const body of bodies) {
			const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', body });
			assert.equal(response.status, 204, await response.text());
		}
	} finally {
		server.close();
	}
	return monitor.snapshotAsync();
}

test('a page that never loaded the core sends its records, once', async () => {
	const { sent, urls, loaded } = await runForJson(`${page}
		import { status } from '@code-mesh/perf';
		const monitor = new WasmPerformanceMonitor();
		const metrics = new MetricsCollector(monitor);
		monitor.record('early', 1);
		monitor.beacon('../perf');
		await started();
		monitor.operation('view', { route: '/users/{id}' }).record(5);
		monitor.operation('view', { route: '/users/{id}' }).start().fail();
		monitor.operation('slow').recordWithExpectedInterval(100, 10);
		metrics.histogram('size', { a: 'b' }, { unit: 'bytes' }).record(2048);
		monitor.increment('clicks', 3);
		monitor.gauge('g', 1);
		monitor.gauge('g', 2);
		monitor.record('bad', NaN);
		monitor.record('', 1);
		show();
		leave();
		leave();
		monitor.record('later', 7);
		show();
		leave();
		print({ sent, urls: [...urls], loaded: status().engine });
	`);
	assert.equal(loaded, 'none');
	assert.deepEqual(urls, ['https://example.com/perf']);
	assert.equal(sent.length, 2);
	const { operations, histograms, counters, gauges, rejected } = await received(sent);
	assert.deepEqual(Object.keys(operations).sort(), ['early', 'later', 'slow', 'view', 'view{route="/users/{id}"}']);
	assert.deepEqual([operations.view.count, operations.view.errors, operations.slow.count], [2, 1, 10]);
	assert.deepEqual([histograms['size{a="b"}'].max, histograms.size.unit], [2048, 'bytes']);
	assert.deepEqual([counters, gauges, rejected], [{ clicks: 3 }, { g: 2 }, 2]);
});

test('what was sent before the load is not sent again after it', async () => {
	const { sent, own } = await runForJson(`${page}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		monitor.record('bad', NaN);
		monitor.beacon('https://example.com/perf');
		await started();
		leave();
		show();
		monitor.record('x', 2);
		await load();
		monitor.record('x', 3);
		leave();
		leave();
		show();
		monitor.record('x', 4);
		leave();
		print({ sent, own: monitor.snapshot() });
	`);
	assert.equal(sent.length, 3);
	const total = await received(sent);
	assert.equal(total.operations.x.count, 4);
	assert.deepEqual(total.operations.x.buckets, own.operations.x.buckets);
	assert.deepEqual([total.rejected, own.rejected], [1, 1]);
});

test('a beacon begun after the load sends what came before it too', async () => {
	const { sent } = await runForJson(`${page}
		const monitor = new WasmPerformanceMonitor();
		monitor.record('x', 1);
		await load();
		monitor.record('x', 2);
		monitor.snapshot();
		monitor.beacon('/perf');
		await started();
		monitor.record('x', 3);
		leave();
		print({ sent });
	`);
	assert.equal((await received(sent)).operations.x.count, 3);
});

test('what the browser refuses goes with the next one', async () => {
	for (const setUp of ['', 'await load();']) {
		const { sent } = await runForJson(`${page}
			const monitor = new WasmPerformanceMonitor();
			${setUp}
			monitor.beacon('/perf');
			await started();
			for (let round = 0; round < 4; round++) {
				refuse = round < 3;
				monitor.record('x', round);
				monitor.increment('c', 0.1, { round: round % 2 });
				leave();
				show();
			}
			print({ sent });
		`);
		assert.equal(sent.length, 1);
		const { operations, counters } = await received(sent);
		assert.deepEqual([operations.x.count, operations.x.max, counters.c], [4, 3, 0.4]);
	}
});

test('many series and records are sent in portions below 64 KB', async () => {
	for (const setUp of ['', 'await load();']) {
		const { sent, own } = await runForJson(`${page}
			const monitor = new WasmPerformanceMonitor();
			${setUp}
			for (let i = 0; i < 6000; i++) {
				monitor.operation('åäö-' + (i % 40), { tool: '✓' + (i % 3) }).record(i / 7);
				monitor.increment('calls', 1, { part: i % 5 });
			}
			monitor.beacon('/perf');
			await started();
			leave();
			await load();
			print({ sent, own: monitor.snapshot() });
		`);
		assert.ok(sent.length > 1);
		assert.ok(sent.every((body) => new TextEncoder().encode(body).length < 64_000));
		const total = await received(sent);
		assert.deepEqual(total.counters, own.counters);
		assert.deepEqual(Object.keys(total.operations).sort(), Object.keys(own.operations).sort());
		for (const [key, operation] of Object.entries(own.operations)) {
			assert.deepEqual(total.operations[key].sumExact, operation.sumExact, key);
		}
	}
});

test('stop stops it, another start goes on; outside a page nothing happens', async () => {
	const { sent, outside } = await runForJson(`${page}
		const monitor = new WasmPerformanceMonitor();
		const stop = monitor.beacon('/perf');
		stop();
		await started();
		monitor.record('x', 1);
		leave();
		const none = sent.length;
		const again = monitor.beacon('/perf');
		await started();
		leave();
		const one = sent.length;
		again();
		monitor.record('x', 2);
		leave();
		monitor.beacon('/perf');
		await started();
		leave();
		delete globalThis.document;
		const stopOutside = monitor.beacon('/perf');
		stopOutside();
		print({ sent, outside: [none, one, typeof stopOutside] });
	`);
	assert.deepEqual(outside, [0, 1, 'function']);
	assert.equal(sent.length, 2);
	assert.equal((await received(sent)).operations.x.count, 2);
});
