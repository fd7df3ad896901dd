// The machine's own Chromium, driven by playwright.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** As root there is no sandbox; the others keep the browser from talking to anybody but the test's own server. */
export const FLAGS = [
	'--headless=new',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

const USUAL_PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Starts a browser; `after` is where its end is registered, for example `after` of node:test at the top of a file. */
export async function launchChromium(after) {
	const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
	after(() => browser.close());
	return browser;
}

/** Where set-up found a Chrome or Chromium. */
export function chromiumPath() {
	const path = process.env.CODE_MESH_CHROME || USUAL_PLACES.find((place) => existsSync(place));
	if (path === undefined)
		throw new Error('No Chrome or Chromium: run scripts/setup --tests, or name one in CODE_MESH_CHROME');
	return path;
}

/** Opens a page and keeps what went wrong in it: uncaught errors and messages of level error. */
export async function openPage(browser, options = {}) {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	const problems = [];
	page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
	page.on('console', (message) => {
		if (message.type() === 'error') problems.push(`console: ${message.text()}`);
	});
	return { page, context, problems };
}
