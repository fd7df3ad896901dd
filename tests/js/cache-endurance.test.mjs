// Memory stays flat over very many operations; CODE_MESH_LONG=1 makes it ten times as many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runForJson } from './support/child.mjs';

const OPERATIONS = process.env.CODE_MESH_LONG === '1' ? 10_000_000 : 1_000_000;

for (const [title, options] of [
	['entries', '{ l1Size: 5000 }'],
	[
		'two levels, bytes and times',
		'{ l1Size: 1000, l2Size: 4000, l1Bytes: 200_000, l2Bytes: 400_000, ttl: 50, idleTtl: 40 }',
	],
]) {
	test(`${title}: ${OPERATIONS.toLocaleString('en')} operations`, async () => {
		const { samples, stats } = await runForJson(
			`import { load, MultiLevelCache, status } from '@code-mesh/perf';
			import { generator } from './benches/js/data.mjs';
			await load();
			const random = generator(1);
			const cache = new MultiLevelCache(${options});
			const samples = [];
			for (let step = 0; step < ${OPERATIONS}; step++) {
				const key = Math.floor(random() ** 3 * 50_000);
				const kind = random();
				if (kind < 0.5) cache.get(key);
				else if (kind < 0.9) cache.set(kind < 0.6 ? 'key ' + key : key, { key, text: 'x'.repeat(key % 50) }, kind < 0.55 ? { tags: ['t' + (key % 100)] } : undefined);
				else cache.delete(key);
				if (step % 100_000 === 0) cache.deleteTag('t' + (step % 7));
				if (step % 10_000 === 0) await new Promise((resolve) => setTimeout(resolve));
				if ((step + 1) % ${OPERATIONS / 10} === 0) {
					await new Promise((resolve) => setTimeout(resolve));
					gc();
					samples.push([status().memoryBytes, process.memoryUsage().heapUsed, process.memoryUsage().arrayBuffers]);
				}
			}
			console.log(JSON.stringify({ samples, stats: cache.stats() }));
			cache.dispose();`,
			{ flags: ['--expose-gc'] },
		);
		assert.equal(stats.policy, 'w-tinylfu');
		assert.ok(stats.evictions.size > OPERATIONS / 100, JSON.stringify(stats.evictions));
		const [early, late] = [samples.slice(2, 5), samples.slice(-3)];
		for (const [column, name, slack] of [
			[0, 'memory of the module', 0],
			[1, 'heap', 1_500_000],
			[2, 'array buffers', 200_000],
		]) {
			const most = (some) => Math.max(...some.map((sample) => sample[column]));
			assert.ok(most(late) <= most(early) + slack, `${name}: ${samples.map((sample) => sample[column])}`);
		}
	});
}
