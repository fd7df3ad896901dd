// The demo page, used as a person uses it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../../www/server.mjs';
import { launchChromium, openPage } from './support/chromium.mjs';

const SERVE = fileURLToPath(new URL('../../www/serve.mjs', import.meta.url));

const browser = await launchChromium(after);

test('typed, clicked and fetched work stands in the table, counted rightly', async (t) => {
	const { page, requested, problems } = await demo(t);
	const eager = requested.length;
	await page.locator('#query').pressSequentially('invoice rounds');
	await page
		.locator('#found')
		.filter({ hasText: /^\d+ found/ })
		.waitFor();
	const titles = await page.locator('#results button').allInnerTexts();
	assert.ok(titles.length > 0);
	for (const title of titles) assert.match(title, /invoice/i);
	assert.equal((await page.locator('#results mark').count()) >= titles.length, true);

	await page.locator('#results button').first().click();
	await page.locator('#detail h3').waitFor();
	assert.equal(await page.locator('#detail li').count(), 5);
	await fetchMany(page);
	await page.locator('#fetch-missing').click();
	await page.locator('#detail').filter({ hasText: 'counted under errors' }).waitFor();
	assert.equal(await page.locator('#engine').innerText(), 'not loaded');
	assert.deepEqual(
		requested.slice(eager).filter((path) => path.startsWith('/dist/')),
		[],
		'no chunk before the numbers are looked at',
	);

	await page.locator('#show').focus();
	await page.keyboard.press('Enter');
	await page.locator('#rows tr').first().waitFor();
	assert.equal(await page.locator('#engine').innerText(), 'WebAssembly');
	assert.match(await page.locator('#status').innerText(), /^The module was loaded in [\d.]+ ms when you asked/);
	await rowWith(page, 'keystroke', 14);
	const table = await readTable(page);
	// The first, empty search was made when the page opened; a ticket that was opened is rendered too.
	assert.equal(table.search.count, 15);
	// The space after the first word changes nothing: that search had been made.
	assert.match(await page.locator('#facts').innerText(), /Search cache\s+hit ratio 7 % of 15/i);
	assert.equal(table.render.count, 16);
	assert.equal(table['fetch{question="ticket"}'].count, 12);
	assert.equal(table['fetch{question="similar"}'].count, 11);
	assert.deepEqual([table.fetch.count, table.fetch.errors], [23, 1]);

	await page.locator('#query').press('Control+a');
	await page.locator('#query').pressSequentially('sync');
	await rowWith(page, 'keystroke', 18);
	const found = await page.locator('#found').innerText();
	await page.locator('#query').press('Control+a');
	await page.locator('#query').pressSequentially('sync');
	await rowWith(page, 'keystroke', 22);
	await page.locator('#facts').filter({ hasText: 'hit ratio 22 % of 23' }).waitFor();
	assert.equal(await page.locator('#found').innerText(), found, 'what is remembered is the same');
	await fetchMany(page);
	await rowWith(page, 'fetch', 43);
	assert.deepEqual(
		problems.filter((problem) => !problem.includes('404')),
		[],
	);
});

test('the table agrees with the snapshot, and the picture with both', async (t) => {
	const { page } = await demo(t);
	await fetchMany(page);
	await page.locator('#show').click();
	await rowWith(page, 'fetch', 20);
	await page.locator('#pictured').selectOption('fetch');
	const label = await page.locator('#picture').getAttribute('aria-label');
	assert.match(label, /^Distribution of fetch: 20 measurements from .+ to .+, half within /);
	const heights = await page
		.locator('#picture .bar')
		.evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('height'))));
	assert.ok(heights.length > 0 && heights.every((height) => height > 0));
	const { p50, p95, p99, max } = (await readTable(page)).fetch;
	assert.ok(p50 <= p95 && p95 <= p99 && p99 <= max, JSON.stringify({ p50, p95, p99, max }));
	assert.ok(label.includes(`half within ${await page.locator('#rows tr[data-key="fetch"] td').nth(2).innerText()}`));
});

test('it can be paused, and the keyboard reaches everything', async (t) => {
	const { page } = await demo(t);
	await page.locator('#show').click();
	await page.locator('#pause:focus').waitFor();
	await page.keyboard.press('Space');
	assert.equal(await page.locator('#pause').getAttribute('aria-pressed'), 'true');
	const reached = new Set();
	for (let presses = 0; presses < 100 && reached.size < 8; presses++) {
		await page.keyboard.press('Tab');
		reached.add(await page.evaluate(() => document.activeElement.id));
	}
	for (const id of ['query', 'type-for-me', 'fetch-many', 'fetch-missing', 'pause', 'pictured'])
		assert.ok(reached.has(id), `${id} was not reached: ${[...reached]}`);
});

test('nothing goes to another server, and the page fits a phone', async (t) => {
	const { page, requested, foreign, problems } = await demo(t, {
		viewport: { width: 360, height: 740 },
		isMobile: true,
		hasTouch: true,
	});
	await page.locator('#show').tap();
	await page.locator('#rows tr').first().waitFor();
	await page.locator('#pictured').selectOption('search');
	assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
	assert.ok(requested.length > 0);
	assert.deepEqual(foreign, []);
	assert.deepEqual(problems, []);
});

test('every control has a name', async (t) => {
	const { page } = await demo(t);
	const nameless = await page.evaluate(() =>
		[...document.querySelectorAll('button, input, select, [role=region], [role=img]')]
			.filter((element) => element.checkVisibility())
			.filter((element) => !(element.innerText || element.labels?.length || element.getAttribute('aria-label')))
			.map((element) => element.outerHTML),
	);
	assert.deepEqual(nameless, []);
});

test('the server gives its own files only, under a strict policy', async (t) => {
	const { url, close } = await startServer(0);
	t.after(close);
	const index = await fetch(url);
	const policy = index.headers.get('content-security-policy');
	assert.match(policy, /script-src 'self' 'wasm-unsafe-eval' 'sha256-[\w+/=]+';/);
	assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
	assert.equal(index.headers.get('cache-control'), 'no-store');
	for (const path of [
		'server.mjs',
		'%2e%2e/package.json',
		'..%2fpackage.json',
		'dist/..%2f..%2fpackage.json',
		'dist/%00.js',
		'%zz.js',
		'nowhere.js',
		'page',
		'dist/',
	]) {
		assert.equal((await fetch(url + path)).status, 404, path);
	}
	assert.equal((await fetch(url, { method: 'POST' })).status, 405);
	const script = await fetch(`${url}page/main.js`, { method: 'HEAD' });
	assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript; charset=utf-8']);
});

test('the command prints its address and ends at Ctrl-C', async (t) => {
	const child = spawn(process.execPath, [SERVE], { stdio: ['ignore', 'pipe', 'inherit'] });
	t.after(() => child.kill('SIGKILL'));
	const said = await new Promise((resolve) => child.stdout.setEncoding('utf8').once('data', resolve));
	const [, url] = said.match(/^Demo page: (http:\/\/127\.0\.0\.1:\d+\/)$/m);
	assert.equal((await fetch(url)).status, 200);
	const ended = new Promise((resolve) => child.once('exit', (status) => resolve(status)));
	child.kill('SIGINT');
	assert.equal(await ended, 0);
});

test('the command refuses what it cannot do in one line', async () => {
	for (const [args, expected] of [
		[['--port', 'http'], /^Not a port: http; expected a number from 0 to 65535\n$/],
		[['--port', '70000'], /^Not a port: 70000/],
		[['--prot', '1'], /^Unknown option '--prot'/],
	]) {
		const child = spawn(process.execPath, [SERVE, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
		let stderr = '';
		child.stderr.setEncoding('utf8').on('data', (text) => {
			stderr += text;
		});
		const status = await new Promise((resolve) => child.once('close', resolve));
		assert.equal(status, 2);
		assert.match(stderr, expected);
		assert.equal(stderr.split('\n').length, 2);
	}
});

async function demo(t, options) {
	const { url, close } = await startServer(0);
	t.after(close);
	const { page, context, problems } = await openPage(browser, options);
	t.after(() => context.close());
	const requested = [];
	const foreign = [];
	page.on('request', (request) => {
		if (request.url().startsWith(url)) requested.push(new URL(request.url()).pathname);
		else if (!request.url().startsWith('data:')) foreign.push(request.url());
	});
	await page.goto(url);
	await page.locator('#results button').first().waitFor();
	return { page, requested, foreign, problems };
}

async function fetchMany(page) {
	await page.locator('#fetch-many').click();
	await page.locator('#fetch-many:enabled').waitFor();
}

/** Waits until the live table shows the count for the operation. */
async function rowWith(page, key, count) {
	await page.waitForFunction(
		([key, count]) => document.querySelector(`#rows tr[data-key="${key}"]`)?.cells[1].textContent === String(count),
		[key, count],
	);
}

/** The table as numbers, durations in ms. */
async function readTable(page) {
	return page.locator('#rows tr').evaluateAll((rows) => {
		const units = { ns: 1e-6, µs: 1e-3, ms: 1, s: 1000 };
		const ms = (cell) => {
			const [number, unit] = cell.textContent.split(' ');
			return Number(number) * (unit ? units[unit] : 1);
		};
		return Object.fromEntries(
			rows.map((row) => {
				const [, count, , p50, p95, p99, max, errors] = row.cells;
				return [
					row.dataset.key,
					{
						count: Number(count.textContent),
						p50: ms(p50),
						p95: ms(p95),
						p99: ms(p99),
						max: ms(max),
						errors: Number(errors.textContent),
					},
				];
			}),
		);
	});
}
