#!/usr/bin/env node
// Takes docs/demo.png anew: `scripts/run --tests --build node docs/take-demo-png.mjs`.

import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium, openPage } from '../tests/browser/support/chromium.mjs';
import { startServer } from '../www/server.mjs';

const PICTURE = fileURLToPath(new URL('demo.png', import.meta.url));
const ends = [];

try {
  const { url, close } = await startServer(0);
  ends.push(close);
  const browser = await launchChromium((end) => ends.push(end));
  const { page } = await openPage(browser, { viewport: { width: 1180, height: 900 }, colorScheme: 'light' });
  await page.goto(url);
  await workOn(page);
  await page.screenshot({ path: PICTURE, fullPage: true });
  process.stderr.write(`${PICTURE}: ${(await stat(PICTURE)).size} bytes\n`);
} finally {
  for (const end of ends.reverse()) await end();
}

/** Enough of everything to see a distribution. */
async function workOn(page) {
  for (const text of ['upload slow', 'greta holm', 'keyboard zoom', 'push message', 'invoice rounds']) {
    await page.locator('#query').fill('');
    await page.locator('#query').pressSequentially(text, { delay: 20 });
    await page.locator('#results button').first().click();
    await page.locator('#fetch-many').click();
    await page.locator('#fetch-many:enabled').waitFor();
  }
  await page.locator('#fetch-missing').click();
  await page.locator('#detail').filter({ hasText: 'counted under errors' }).waitFor();
  await page.locator('#results button').nth(1).click();
  await page.locator('#detail h3').waitFor();
  await page.locator('#show').click();
  await page.locator('#pictured').selectOption('fetch');
  await page.locator('#query').focus();
}
