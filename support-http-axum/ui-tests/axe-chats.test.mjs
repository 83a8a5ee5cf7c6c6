// Accessibility of the pages of chats, in every state, in light and dark, wide and narrow.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { LOOKS, faults } from './axe.mjs';
import { open } from './desk.mjs';

test('accessibility of chats', async t => {
  const desk = await open(t);
  const items = async words => (await desk.call('amara', 'GET', `chat/sessions?search=${words}`)).items[0].id;
  const [priya, marek, aisha] = await Promise.all(['Priya', 'Marek', 'Aisha'].map(items));
  const guest = await desk.guest('Wordy Walter');
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
  for (let n = 1; n <= 40; n++) await guest.say(`line ${n}\nand another line, so that it is tall`);

  for (const { name, width, how } of LOOKS) {
    await t.test(name, async () => {
      /** @type {string[]} */
      const found = [];
      const check = async (page, state) => { found.push(...await faults(page, state)); };
      const amara = await desk.as('amara', '/support/chats', how);
      await amara.locator('.sess-list li').first().waitFor();
      await amara.waitForFunction(() => !document.querySelector('.stats .sk'));
      await check(amara, 'list');
      await amara.locator('.sess input').fill('nosuchword');
      await amara.locator('.sess .empty').waitFor();
      await check(amara, 'nothing found');
      await amara.goto(`${desk.base}/support/chats/${marek}`);
      await amara.locator('.why').first().click();
      await amara.locator('.trace').waitFor();
      await check(amara, 'the bot’s chat, explained');
      await amara.locator('.conv-top').getByRole('button', { name: 'More' }).click();
      await amara.locator('.menu-o').first().waitFor();
      await check(amara, 'menu');
      await amara.keyboard.press('Escape');
      if (width < 800) {
        await amara.locator('.conv-top').getByRole('button', { name: 'More' }).click();
        await amara.locator('.menu-o', { hasText: 'About this visitor' }).click();
        await amara.locator('.rail').waitFor();
        await check(amara, 'visitor');
      }
      await amara.goto(`${desk.base}/support/chats/${priya}`);
      await amara.locator('.brief').waitFor({ state: 'attached' });
      await check(amara, 'a handoff');
      await amara.goto(`${desk.base}/support/chats/${guest.id}`);
      await amara.locator('.bubble').first().waitFor();
      // A log that is being opened goes to its end once more.
      await amara.waitForFunction(() => {
        const log = document.querySelector('.log');
        const isUp = log.scrollTop === 0;
        log.scrollTop = 0;
        return isUp;
      }, undefined, { polling: 100 });
      await guest.say('below');
      await amara.locator('.jump').waitFor();
      await check(amara, 'a pill');
      await guest.typeUntil(amara.locator('.typing-line', { hasText: 'typing' }));
      await amara.route('**/messages', route => (route.request().method() === 'POST' ? route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"status":422,"code":"validation","errors":[{"pointer":"/message","code":"x","detail":"must not be that"}]}' }) : route.fallback()));
      await amara.locator('sd-say textarea').fill('Refused');
      await amara.keyboard.press('Enter');
      await amara.locator('.meta.fail').waitFor();
      await check(amara, 'refused, while the other side types');
      await amara.locator('.meta.fail').getByRole('button', { name: 'Discard' }).click();
      await amara.unroute('**/messages');
      await amara.route('**/messages', route => (route.request().method() === 'POST' ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"status":503,"code":"unavailable"}' }) : route.fallback()));
      await amara.locator('sd-say textarea').fill('Waits');
      await amara.keyboard.press('Enter');
      await amara.locator('.bubble.pending').waitFor();
      await check(amara, 'waiting');
      await amara.unroute('**/messages');
      await amara.goto(`${desk.base}/support/chats/${aisha}`);
      await amara.locator('.composer.over').waitFor();
      await check(amara, 'closed');
      await amara.goto(`${desk.base}/support/chats/01900000-0000-7000-8000-000000000000`);
      await amara.locator('.conv .empty').waitFor();
      await check(amara, 'missing');
      await amara.context().close();

      const elena = await desk.as('elena', '/my-tickets/chats', how);
      await elena.locator('.sess .empty, .sess-list li').first().waitFor();
      await check(elena, 'a customer’s chats');
      await elena.locator('.top').getByRole('button', { name: 'Start a chat' }).click();
      await elena.locator('.bubble').first().waitFor();
      await elena.locator('sd-say textarea').fill('How much do your plans cost?');
      await elena.keyboard.press('Enter');
      await elena.locator('.suggestion').first().waitFor();
      await check(elena, 'a customer’s chat with suggestions');
      await elena.getByRole('button', { name: 'End chat' }).click();
      await elena.locator('.rate').waitFor();
      await check(elena, 'rating');
      await elena.locator('.rate label').nth(4).click();
      await elena.locator('.rate form').waitFor();
      await check(elena, 'rated');
      await elena.context().close();
      assert.deepEqual(found, []);
    });
  }
  desk.expected(404, 422, 503);
  desk.isClean();
});
