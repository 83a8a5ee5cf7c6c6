// Accessibility rules, in light and dark, wide and narrow; no sideways scroll at 320 px.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { LOOKS, faults } from './axe.mjs';
import { open } from './desk.mjs';

test('accessibility', async t => {
  const desk = await open(t);
  const { number } = await desk.ticket('Domain transfer stuck');
  for (const { name, width, how } of LOOKS) {
    await t.test(name, async () => {
      /** @type {string[]} */
      const found = [];
      const check = async (page, state) => { found.push(...await faults(page, state)); };
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
  desk.isClean();
});
