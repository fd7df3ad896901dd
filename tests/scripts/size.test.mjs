/** The size gate: passes and fails by the budget file it is given, and says by how much. Needs pkg/ and dist/. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'size-'));
const { budgets } = JSON.parse(readFileSync(join(ROOT, 'size-budget.json'), 'utf8'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('everything within a generous budget: status 0, one JSON document with raw, gzip and brotli', () => {
	const { status, stdout } = size(
		mapValues(budgets, () => 1000),
		'--json',
	);
	const report = JSON.parse(stdout);
	assert.equal(status, 0);
	assert.equal(report.holds, true);
	const module = report.rows.find(({ id }) => id === 'module');
	assert.ok(module.raw > module.gzip && module.gzip > module.brotli && module.brotli > 1024);
	const together = ['eager', 'engine', 'module-chunk'].map((name) => report.rows.find(({ id }) => id === name).brotli);
	const first = report.rows.find(({ id }) => id === 'first-snapshot');
	assert.equal(
		first.brotli,
		together.reduce((a, b) => a + b),
	);
});

test('over budget: status 1 and a line that names which and by how much', () => {
	const { status, stdout } = size({ ...mapValues(budgets, () => 1000), eager: 1 });
	assert.equal(status, 1);
	assert.match(stdout, /^size: eager is over its budget of 1 KB by \d+ bytes$/m);
	assert.doesNotMatch(stdout, /module is over/);
});

test('a ratio over its budget is named too', () => {
	const { status, stdout } = size({ ...mapValues(budgets, () => 1000), 'chunk-ratio': 1 });
	assert.equal(status, 1);
	assert.match(stdout, /^size: chunk-ratio is over its budget: 1\.\d+ x instead of 1 x$/m);
});

test('what has no budget, or a budget without a figure, is an error and not a pass', () => {
	const { eager: _, ...missing } = budgets;
	assert.equal(size(missing).status, 2);
	assert.match(size({ ...budgets, typo: 1 }).stderr, /names typo, which is not measured/);
});

function size(chosen, ...args) {
	const file = join(folder, 'budget.json');
	writeFileSync(file, JSON.stringify({ budgets: chosen }));
	return spawnSync(process.execPath, ['scripts/size.mjs', '--budget', file, ...args], { cwd: ROOT, encoding: 'utf8' });
}

function mapValues(object, change) {
	return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
