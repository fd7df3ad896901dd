// `npm run test:store`: it believes good stores, and finds what is wrong with bad ones.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRedis } from '../redis/support/redis-server.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPT = join(ROOT, 'scripts/store-compliance.mjs');
// In the checkout, so that the stores find their packages.
await mkdir(join(ROOT, '.build'), { recursive: true });
const folder = await mkdtemp(join(ROOT, '.build', 'test-stores-'));
after(() => rm(folder, { recursive: true, force: true }));

test('a Keyv keeps everything', async () => {
	const { code, results } = await check("import Keyv from 'keyv'; export default () => new Keyv();");
	assert.equal(code, 0);
	assert.ok(results.every(({ result }) => result === 'passed'));
});

test('so does Redis, by the adapter alone and inside a Keyv', async (t) => {
	const redis = await startRedis((end) => t.after(end));
	for (const make of [
		`new KeyvRedis('${redis.url}', { namespace: 'test' })`,
		`new Keyv(new KeyvRedis('${redis.url}'))`,
	]) {
		const { code, results } = await check(`
			import KeyvRedis from '@keyv/redis';
			import Keyv from 'keyv';
			export default async () => {
				const store = ${make};
				await store.clear();
				return store;
			};
		`);
		assert.deepEqual([code, results.filter(({ result }) => result !== 'passed')], [0, []]);
	}
});

test('what a bad store does wrong is named', async () => {
	const good = `class Good {
		map = new Map();
		get(key) {
			const entry = this.map.get(key);
			return entry && entry.end > Date.now() ? entry.value : undefined;
		}
		set(key, value, ttl = Infinity) { this.map.set(key, { value, end: Date.now() + ttl }); }
		delete(key) { this.map.delete(key); }
		clear() { this.map.clear(); }
	}`;
	const perfect = await check(`${good} export default () => ({ store: new Good(), end() {} });`);
	assert.deepEqual([perfect.code, failed(perfect)], [0, []]);
	for (const [member, says] of [
		['get(key) { return key === "absent" ? "" : super.get(key); }', 'an absent key is undefined or null'],
		['delete() {}', 'a deleted key is gone, and may be set again'],
		[
			'set(key, value, ttl) { super.set(key.toLowerCase().slice(0, 20), value, ttl); } get(key) { return super.get(key.toLowerCase().slice(0, 20)); }',
			'keys of every kind stay apart',
		],
		[
			'get(key) { return super.get(key)?.slice(0, 99999); }',
			'texts come back unchanged: empty, in every script, large',
		],
		['clear() { this.map.delete("a"); }', 'clear leaves nothing, and the store usable'],
		['has() { return true; }', 'has'],
		[
			'getMany(keys) { return [...new Set(keys)].map((key) => this.get(key)); }',
			'getMany answers in the order of the keys',
		],
		[
			'setMany(entries) { for (const { key, value, ttl } of entries.slice(0, 1000)) this.set(key, value, ttl); }',
			'setMany keeps all, each for its time',
		],
	]) {
		const checked = await check(`${good} class Bad extends Good { ${member} } export default () => new Bad();`);
		assert.equal(checked.code, 1, says);
		assert.ok(failed(checked).includes(says), `${says}: found ${failed(checked)}`);
	}
});

test('what is no module of a store ends with status 2 and says why', async () => {
	for (const [text, says] of [
		['export default 7;', /expected a function as default export/],
		['throw new Error("broken");', /cannot import .*: broken/],
	]) {
		const { code, stderr } = await check(text);
		assert.equal(code, 2);
		assert.match(stderr, says);
	}
	const { code, stderr } = await runScript([]);
	assert.deepEqual([code, /expected one MODULE/.test(stderr)], [2, true]);
});

let count = 0;

async function check(text) {
	const file = join(folder, `store-${++count}.mjs`);
	await writeFile(file, text);
	const { code, stdout, stderr } = await runScript([file, '--json']);
	return { code, stderr, results: code === 2 ? [] : JSON.parse(stdout) };
}

function runScript(args) {
	return new Promise((resolve) => {
		execFile(process.execPath, [SCRIPT, ...args], (error, stdout, stderr) => {
			resolve({ code: error ? error.code : 0, stdout, stderr });
		});
	});
}

function failed({ results }) {
	return results.filter(({ result }) => result === 'failed').map(({ check: says }) => says);
}
