/**
 * `npm run test:store -- MODULE [--json]`: whether a store keeps what the third level of the cache asks of one.
 *
 * MODULE is a path, or the name of a package, whose default export is a function that gives a fresh and empty
 * `CacheStore`, or `{ store, end }` where something has to be ended after each check; both may be promises. Each check
 * gets a store of its own. Status 0: it keeps everything; 1: it does not; 2: there was nothing to check.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CHECKS, Skip } from './store-checks.mjs';

/** A check that takes longer has failed, in ms. */
const LIMIT = 30_000;

try {
	const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
	if (positionals.length !== 1) {
		throw new Error(`expected one MODULE, got ${positionals.length}: npm run test:store -- ./my-store.mjs`);
	}
	const results = await run(await factoryOf(positionals[0]));
	process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : table(results));
	// Not only the status: a store that was not ended would keep this process waiting.
	process.exit(results.some(({ result }) => result === 'failed') ? 1 : 0);
} catch (error) {
	process.stderr.write(`test:store: ${error.message}\n`);
	process.exit(2);
}

async function factoryOf(name) {
	const path = resolve(process.env.INIT_CWD ?? '.', name);
	const specifier = existsSync(path) ? pathToFileURL(path).href : name;
	const { default: factory } = await import(specifier).catch((error) => {
		throw new Error(`cannot import ${name}: ${error.message}`);
	});
	if (typeof factory !== 'function') {
		throw new Error(`${name}: expected a function as default export, which gives a store; got ${typeof factory}`);
	}
	return factory;
}

async function run(factory) {
	const results = [];
	for (const { says, check } of CHECKS) {
		const start = performance.now();
		let end = () => {};
		let result = 'passed';
		let detail = '';
		try {
			const made = await within(async () => factory(), 'making the store');
			const store = made?.store && made.end ? made.store : made;
			end = made?.end ?? (() => store.disconnect?.());
			// An `error` event without a listener would end this process.
			store.on?.('error', () => {});
			await within(() => check(store), 'the check');
		} catch (error) {
			result = error instanceof Skip ? 'skipped' : 'failed';
			detail = `${error?.message ?? error}`;
		}
		try {
			await within(async () => end(), 'ending the store');
		} catch (error) {
			if (result !== 'failed') [result, detail] = ['failed', `ending the store: ${error?.message ?? error}`];
		}
		results.push({ check: says, result, detail, ms: Math.round(performance.now() - start) });
	}
	return results;
}

async function within(work, what) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`${what} took longer than ${LIMIT / 1000} s`)), LIMIT);
	});
	try {
		return await Promise.race([work(), late]);
	} finally {
		clearTimeout(timer);
	}
}

function table(results) {
	const widths = ['check', 'result'].map((name) => Math.max(...results.map((row) => row[name].length), name.length));
	const line = (check, result, detail) =>
		`${check.padEnd(widths[0])}  ${result.padEnd(widths[1])}  ${detail}`.trimEnd();
	const rows = results.map(({ check, result, detail, ms }) => line(check, result, detail || `${ms} ms`));
	const failed = results.filter(({ result }) => result === 'failed').length;
	const verdict = failed
		? `${failed} of ${results.length} checks failed`
		: `the store keeps all ${results.length} checks`;
	return `${[line('check', 'result', ''), ...rows, '', `test:store: ${verdict}`].join('\n')}\n`;
}
