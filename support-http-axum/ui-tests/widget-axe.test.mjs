// Accessibility rules in each state of the widget, in light and dark, wide and narrow; texts that are longer.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { LOOKS, faults } from './axe.mjs';
import { embed, field, kept, say } from './site.mjs';
import { pseudo } from './pseudo.mjs';

/** What does not fit where it stands. */
const spilled = page => page.evaluate(() => {
  const root = document.querySelector('support-widget').shadowRoot;
  const boxes = [...root.querySelectorAll('.panel, .head, .sheet, .log, .w-compose, .ended, .ask, .banner')];
  return [document.documentElement, ...boxes].filter(box => box.scrollWidth > box.clientWidth + 1).map(box => box.className || box.tagName);
});

test('accessibility of the widget', async t => {
  const { desk, put, wire } = await embed(t);
  const address = put('/', { head: '<meta name="color-scheme" content="light dark">', body: '<main><h1>A site</h1><p>Words</p></main>' });
  for (const { name, how } of LOOKS) {
    await t.test(name, async () => {
      /** @type {string[]} */
      const found = [];
      const page = await desk.page(how);
      const check = async state => {
        await page.waitForTimeout(60);
        found.push(...await faults(page, state), ...(await spilled(page)).map(box => `${state}: ${box}`));
      };
      await page.goto(address);
      await page.locator('.launcher').waitFor();
      await page.evaluate(() => { document.querySelector('support-widget').dataset.greeting = 'Hello'; });
      await check('closed');
      await page.locator('.launcher').click();
      await page.locator('.sheet').waitFor();
      await check('form');
      await page.getByRole('button', { name: 'Start chat' }).click();
      await check('errors');
      for (const [label, value] of Object.entries({ Name: 'Tomás Herrera', Email: 'tomas@herrera.example', Phone: '+34 600 123 456' })) await page.getByLabel(label).fill(value);
      await page.getByRole('button', { name: 'Start chat' }).click();
      await page.locator('.suggestion').first().waitFor();
      await check('greeting');
      await say(page, 'How much do your plans cost, and what is in them?');
      await page.locator('.msg.bot').nth(1).waitFor();
      await check('answer');
      const { id } = await kept(page);
      await desk.call('amara', 'POST', `chat/sessions/${id}/assign`, { assigned_to: 'me' });
      await page.locator('.head h2', { hasText: 'Amara' }).waitFor();
      await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: 'Hello, see https://example.org/help' });
      await page.locator('.bubble', { hasText: 'example.org' }).waitFor();
      // What comes at once after a message is taken for what was typed before it.
      await page.waitForTimeout(1_100);
      await desk.call('amara', 'POST', `chat/sessions/${id}/typing`, { typing: true });
      await page.locator('.is-typing').waitFor();
      await check('person');
      wire.refuse = path => (path.endsWith('/messages') ? 422 : 0);
      await say(page, 'Refused');
      await page.locator('.meta.fail').waitFor();
      await check('refused');
      wire.refuse = null;
      wire.cut();
      await page.locator('.banner').waitFor();
      await check('no line');
      wire.mend();
      // It may have come back by itself by then.
      await page.getByRole('button', { name: 'Now' }).click({ timeout: 1_000 }).catch(() => {});
      await page.locator('.banner', { hasText: 'Connecting' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Discard' }).click();
      await field(page).fill('half a thought');
      await page.getByRole('button', { name: 'End chat' }).click();
      await check('question');
      await page.locator('.ask').getByRole('button', { name: 'End chat' }).click();
      await page.locator('.ended').waitFor();
      await check('rating');
      await page.locator('.rate-in label').nth(3).click();
      await page.getByRole('button', { name: 'Add comment' }).waitFor();
      await check('rated');
      await page.getByRole('button', { name: 'Add comment' }).click();
      await check('thanks');
      await page.context().close();
      assert.deepEqual(found, []);
    });
  }
  desk.wrong = desk.wrong.filter(text => !/ERR_|status of 422/.test(text));
  desk.isClean();
});

test('longer texts and Arabic fit, and every text is from the catalog', async t => {
  const { desk, put } = await embed(t);
  const catalog = await pseudo();
  for (const [width, html] of [[1440, '<html lang="en">'], [320, '<html lang="en">'], [1440, '<html lang="ar" dir="rtl">'], [320, '<html lang="ar" dir="rtl">']]) {
    const page = await desk.page({ viewport: { width, height: 700 }, isMobile: width < 800, hasTouch: width < 800 });
    await page.route('**/joined/en.json', route => route.fulfill({ headers: { 'access-control-allow-origin': '*' }, json: catalog }));
    await page.goto(put('/texts', { html }));
    await page.locator('.launcher').click();
    await page.locator('.sheet').waitFor();
    await page.locator('.sheet .btn').click();
    const plain = () => page.evaluate(() => {
      const panel = document.querySelector('support-widget').shadowRoot.querySelector('.panel');
      const own = [...panel.querySelectorAll('[aria-label], [placeholder]')].flatMap(node => [node.ariaLabel, node.placeholder]).filter(Boolean);
      // What people and the bot say is theirs, and days are the browser's.
      const others = [...panel.querySelectorAll('.bubble, .suggestion, time')].map(node => node.innerText).join('\n');
      return [...panel.innerText.split('\n'), ...own].filter(text => /[a-z]{3,}/.test(text) && !text.includes('⟦') && !text.includes('Northlane') && !others.includes(text));
    });
    assert.deepEqual([await spilled(page), await plain()], [[], []], 'form');
    for (const [name, value] of Object.entries({ email: 'a@b.example', phone: '+34 600 123 456' })) await page.locator(`.sheet [name="${name}"]`).fill(value);
    await page.locator('.sheet .btn').click();
    await page.locator('.suggestion').first().waitFor();
    assert.deepEqual([await spilled(page), await plain()], [[], []], 'talk');
    await page.context().close();
  }
  desk.isClean();
});
