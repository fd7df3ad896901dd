/** The command line, the arithmetic and the reports of the benchmark; one real case shows that they hang together. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseArgs } from '../../benches/js/args.mjs';
import { CASES } from '../../benches/js/cases/index.mjs';
import { latencies } from '../../benches/js/data.mjs';
import { interleave, quantileOf, ratioOf } from '../../benches/js/harness.mjs';
import { replaceTable } from '../../benches/js/readme-table.mjs';
import { renderTable } from '../../benches/js/table.mjs';

const MAIN = fileURLToPath(new URL('../../benches/js/main.mjs', import.meta.url));
const IDS = [
	'record-handle',
	'record-name',
	'timer-pair',
	'disabled',
	'snapshot-100',
	'bytes-per-series',
	'cold-load',
	'cache-get',
	'cache-set-evict',
	'cache-get-or-set',
	'cache-long-key',
	'cache-bytes',
	'cache-warm-bytes',
	'buffer-lease',
	'buffer-lease-zeroed',
	'object-lease',
];

test('the ids are those that goals are written down for', () => {
	assert.deepEqual(
		CASES.map(({ id }) => id),
		IDS,
	);
});

test('arguments', () => {
	assert.deepEqual(parseArgs([]), { ids: IDS, plan: 'full', json: undefined });
	assert.deepEqual(parseArgs(['--json', '--quick']), { ids: IDS, plan: 'quick', json: '-' });
	assert.deepEqual(parseArgs(['--json', 'out.json', '--only', 'disabled']), {
		ids: ['disabled'],
		plan: 'full',
		json: 'out.json',
	});
	assert.deepEqual(parseArgs(['--only=disabled,cold-load', '--json=x']), {
		ids: ['disabled', 'cold-load'],
		plan: 'full',
		json: 'x',
	});
	for (const wrong of [['--only', 'nothing'], ['--only'], ['--fast'], ['stray']])
		assert.throws(() => parseArgs(wrong), /usage/);
});

test('an unknown case: status 2, the ids on standard error, nothing on standard output', () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, '--only', 'nothing'], { encoding: 'utf8' });
	assert.equal(status, 2);
	assert.equal(stdout, '');
	for (const id of IDS) assert.ok(stderr.includes(id));
});

test('quantiles are values that were measured, ratios are taken round by round', () => {
	assert.equal(quantileOf([3, 1, 2], 0.5), 2);
	assert.equal(quantileOf([3, 1, 2], 1), 3);
	assert.equal(quantileOf([7], 0.1), 7);
	// Both lanes twice as slow in the second round: the ratio does not move.
	assert.deepEqual(ratioOf([10, 20], [20, 40]), { median: 0.5, low: 0.5, high: 0.5 });
});

test('every contender gets one batch a round, synchronous or not, and the order alternates', async () => {
	const order = [];
	const contender = (name, run) => ({
		name,
		run(n) {
			order.push(name);
			return run(n);
		},
	});
	const times = await interleave([contender('a', (n) => spin(n)), contender('b', async (n) => spin(n))], {
		rounds: 4,
		batchMs: 0.05,
		warmMs: 0,
	});
	assert.equal(times.a.length, 4);
	assert.equal(times.b.length, 4);
	assert.deepEqual(order.slice(-8), ['a', 'b', 'b', 'a', 'b', 'a', 'a', 'b']);
});

test('latencies are what they are said to be, and the same each time', () => {
	const values = latencies(100_000, 3);
	assert.deepEqual(values.slice(0, 9), latencies(9, 3));
	assert.ok(Math.abs(quantileOf(values, 0.5) - 5) < 0.05);
	assert.ok(Math.abs(quantileOf(values, 0.8413) - 5 * Math.exp(0.6)) < 0.15);
});

test('the table begins with what misses its goal, and the README gets one between its markers', () => {
	const report = { environment: ENVIRONMENT, cases: [caseOf('fine', true), caseOf('late', false)] };
	const table = renderTable(report);
	assert.ok(table.indexOf('late') < table.indexOf('fine'));
	const readme = 'a\n<!-- bench:start -->\nformer\n<!-- bench:end -->\nb\n';
	const replaced = replaceTable(readme, report);
	assert.match(replaced, /^a\n<!-- bench:start -->\n\| case [\s\S]*\n<!-- bench:end -->\nb\n$/);
	assert.doesNotMatch(replaced, /former/);
	assert.equal(replaceTable(replaced, report), replaced);
	assert.throws(() => replaceTable('nothing', report), /bench:start/);
});

test('a measured case: status 0, one JSON document on standard output and nothing else', () => {
	const args = [MAIN, '--quick', '--only', 'disabled', '--json'];
	const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
	assert.equal(status, 0);
	const { environment, cases } = JSON.parse(stdout);
	assert.ok(
		environment.node && environment.cpu && environment.cores && environment.date && environment.peers['prom-client'],
	);
	assert.equal(cases.length, 1);
	const [{ id, unit, ours, peers, ratios, goal, holds }] = cases;
	assert.deepEqual(
		[id, unit, typeof ours, typeof goal, typeof holds],
		['disabled', 'ns', 'number', 'string', 'boolean'],
	);
	assert.ok(Object.keys(peers).length > 0);
	for (const ratio of Object.values(ratios)) assert.ok(ratio.low <= ratio.median && ratio.median <= ratio.high);
});

const ENVIRONMENT = {
	node: 'v20',
	platform: 'linux x64',
	cpu: 'cpu',
	cores: 2,
	date: '2026-01-01T00:00:00.000Z',
	peers: { peer: '1.0.0' },
	load: [0, 0, 0],
};

function caseOf(id, holds) {
	const ratios = { peer: { median: 0.5, low: 0.4, high: 0.6 } };
	return { id, unit: 'ns', ours: 1, peers: { peer: 2 }, ratios, goal: '<= 1 ns', holds };
}

function spin(n) {
	let total = 0;
	for (let i = 0; i < n; i += 1) total += Math.sqrt(i);
	return total;
}
