// Real work with the package, the same in every kind of project.

import assert from 'node:assert/strict';

/** What every project runs after it has the names in scope; leaves its result in `result`. */
export const WORK = `
  const monitor = new WasmPerformanceMonitor();
  const read = monitor.operation('work', { tool: 'read' });
  for (let i = 1; i <= 1000; i++) monitor.record('work', i / 10);
  const value = read.time(() => 42);
  monitor.increment('calls', 2);
  await load();
  monitor.increment('calls');
  const { operations, counters, dropped, rejected } = monitor.snapshot();
  const result = { engine: status().engine, value, own: operations['work{}'], labelled: operations['work{tool="read"}'].count, counters, dropped, rejected };
`;

/** Checks what the work left, as an object or as its JSON. */
export function checkWork(result) {
	const { engine, value, own, labelled, counters, dropped, rejected } =
		typeof result === 'string' ? JSON.parse(result) : result;
	assert.equal(engine, 'wasm');
	assert.equal(value, 42);
	assert.equal(own.count, 1000);
	assert.ok(Math.abs(own.p50 - 50) <= 50 * 0.00542, `p50 of 0.1 … 100.0 is ${own.p50}`);
	assert.deepEqual([own.min, own.max], [0.1, 100]);
	assert.equal(labelled, 1);
	assert.deepEqual(counters, { calls: 3 });
	assert.deepEqual([dropped, rejected], [0, 0]);
}
