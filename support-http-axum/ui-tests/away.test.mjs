// An agent who touches nothing is away after a while, in whichever tabs they are.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

test('an agent is away after five minutes without a touch, and there again with the next one', async t => {
  const desk = await open(t);
  const page = await desk.page();
  await page.clock.install();
  await page.goto(`${desk.base}/demo/login?return=/support/chats`);
  await page.click('button[value="amara"]');
  await page.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
  await page.locator('.side-foot .pres:not(.pres-away)').waitFor({ state: 'attached' });
  /** Minute by minute, so that what is asked of the server meanwhile is answered. */
  const pass = async minutes => {
    for (let minute = 0; minute < minutes; minute++) {
      await page.clock.runFor(60_000);
      await page.waitForTimeout(150);
    }
  };
  const availability = async () => (await desk.call('jonas', 'GET', 'support/agents')).items.find(({ id }) => id === 'amara').availability;
  assert.equal(await availability(), 'online');

  await t.test('not while another tab is used', async () => {
    await pass(4);
    // Another tab writes down that somebody is there.
    await page.evaluate(() => localStorage.setItem(Object.keys(localStorage).find(key => key.startsWith('support:touched:')), String(Date.now())));
    await pass(2);
    assert.equal(await availability(), 'online');
  });

  await t.test('after five minutes', async () => {
    await pass(4);
    await page.locator('.side-foot .pres.away').waitFor({ state: 'attached' });
    assert.equal(await availability(), 'away');
  });

  await t.test('until the next touch', async () => {
    await page.mouse.move(300, 300);
    await page.mouse.move(320, 320);
    await page.locator('.side-foot .pres:not(.pres-away)').waitFor({ state: 'attached' });
    assert.equal(await availability(), 'online');
  });
  desk.isClean();
});
