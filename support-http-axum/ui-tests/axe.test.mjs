// Accessibility rules, in light and dark, wide and narrow; no sideways scroll at 320 px.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { open } from './desk.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @type {string[]} */
let found = [];

async function check(page, name) {
  // Driven from outside: the page's policy holds for what runs in it.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate((await import('node:fs')).readFileSync(axe, 'utf8'));
  const violations = await page.evaluate(async rules => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { runOnly: rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  }, RULES);
  found.push(...violations.map(text => `${name}: ${text}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) found.push(`${name} scrolls sideways`);
}

test('accessibility', async t => {
  const desk = await open(t);
  const { number } = await desk.ticket('Domain transfer stuck');
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [[1440, 900], [390, 844], [320, 640]]) {
      await t.test(`${colorScheme}, ${width} px`, async () => {
        found = [];
        const how = { viewport: { width, height }, colorScheme, hasTouch: width < 800, isMobile: width < 800 };
        const amara = await desk.as('amara', '/support/tickets', how);
        await amara.locator('.row').first().waitFor();
        await amara.waitForFunction(() => !document.querySelector('.stat .sk'));
        await check(amara, 'list');
        if (width > 800) {
          await amara.keyboard.press('x');
          await amara.locator('.bulk').waitFor();
          await check(amara, 'selection');
          await amara.keyboard.press('s');
          await amara.locator('.menu-o').first().waitFor();
          await check(amara, 'menu');
          await amara.keyboard.press('Escape');
          await amara.keyboard.press('Control+k');
          await amara.locator('.pal-o').first().waitFor();
          await check(amara, 'palette');
          await amara.keyboard.press('Escape');
          await amara.keyboard.press('?');
          await amara.locator('.keys').waitFor();
          await check(amara, 'keys');
          await amara.keyboard.press('Escape');
        }
        await amara.getByRole('button', { name: 'New ticket' }).click();
        await amara.getByRole('button', { name: 'Create ticket' }).click();
        await amara.locator('.err').first().waitFor();
        await check(amara, 'new ticket');
        await amara.goto(`${desk.base}/support/tickets/${number}`);
        await amara.locator('.links li').first().waitFor({ state: 'attached' });
        await check(amara, 'ticket');
        if (width < 800) {
          await amara.getByRole('button', { name: 'Properties' }).click();
          await amara.locator('.rail').waitFor();
          await check(amara, 'properties');
        }
        await amara.goto(`${desk.base}/support/tickets?search=nosuchword`);
        await amara.locator('.empty').waitFor();
        await check(amara, 'nothing found');
        await amara.context().close();
        const elena = await desk.as('elena', '/my-tickets/tickets', how);
        await elena.locator('.row').first().waitFor();
        await check(elena, 'a customer’s list');
        await elena.locator('.row-t a').first().click();
        await elena.locator('.post').first().waitFor();
        await check(elena, 'a customer’s ticket');
        await elena.context().close();
        assert.deepEqual(found, []);
      });
    }
  }
  desk.isClean();
});
