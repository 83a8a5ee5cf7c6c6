// Languages: German, texts that are 40 % longer, and from right to left.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';
import { pseudo } from './pseudo.mjs';

/** What does not fit where it stands. */
const spilled = page => page.evaluate(() => {
  const wide = [document.documentElement, ...document.querySelectorAll('.side, .top, .crumb, .rail, .compose, .sess, .sess-top, .conv, .conv-top, .log, dialog[open]')].filter(box => box.clientWidth > 1 && box.scrollWidth > box.clientWidth + 1);
  return wide.map(box => `${box.tagName}.${box.className}`);
});

test('languages', async t => {
  const desk = await open(t);

  await t.test('German is spoken to those who read it, in its own plurals and dates', async () => {
    const page = await desk.as('amara', '/support/tickets', { locale: 'de-DE' });
    await page.locator('.row').first().waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await page.getByRole('button', { name: 'Neues Ticket' }).waitFor();
    await page.locator('.top p', { hasText: '12 brauchen Aufmerksamkeit' }).waitFor();
    assert.deepEqual(await spilled(page), []);
    await page.getByRole('button', { name: 'Einstellungen' }).first().click();
    await page.locator('.menu-o', { hasText: 'English' }).click();
    await page.getByRole('button', { name: 'New ticket' }).waitFor();
    await page.context().close();
  });

  for (const width of [1440, 320]) {
    for (const direction of ['ltr', 'rtl']) {
      await t.test(`longer texts fit, ${direction}, ${width} px`, async () => {
        const page = await desk.page({ viewport: { width, height: 800 }, isMobile: width < 800, hasTouch: width < 800 });
        const catalog = await pseudo();
        await page.route('**/locales/en.json', route => route.fulfill({ json: catalog }));
        await page.goto(`${desk.base}/demo/login?return=/support/tickets`);
        await page.click('button[value="amara"]');
        await page.locator('.row').first().waitFor();
        await page.evaluate(dir => { document.documentElement.dir = dir; }, direction);
        assert.deepEqual(await spilled(page), [], 'list');
        const plain = await page.evaluate(() => [...document.querySelectorAll('.side, .top, .bar, .stats')].flatMap(box => box.innerText.split('\n')).filter(text => /[a-z]{3,}/.test(text) && !text.includes('⟦') && !/Northlane|Amara|Ctrl/.test(text)));
        assert.deepEqual(plain, [], 'every text is from the catalog');
        await page.locator('.row-t a').first().click();
        await page.locator('.post').first().waitFor();
        await page.evaluate(dir => { document.documentElement.dir = dir; }, direction);
        assert.deepEqual(await spilled(page), [], 'ticket');
        await page.goto(`${desk.base}/support/chats`);
        await page.locator('.sess-list li').first().waitFor();
        await page.evaluate(dir => { document.documentElement.dir = dir; }, direction);
        assert.deepEqual(await spilled(page), [], 'chats');
        const bare = await page.evaluate(() => [...document.querySelectorAll('.top, .sess-top, .stats')].flatMap(box => box.innerText.split('\n')).filter(text => /[a-z]{3,}/.test(text) && !text.includes('⟦')));
        assert.deepEqual(bare, [], 'every text is from the catalog');
        await page.locator('.sess-list a', { hasText: 'Marek' }).click();
        await page.locator('.msg.bot .bubble').first().waitFor();
        assert.deepEqual(await spilled(page), [], 'a chat');
        const place = await page.evaluate(() => { const of = name => document.querySelector(name).getBoundingClientRect(); return { bubble: of('.msg:not(.me) .bubble').left, log: of('.log-in').left, width: of('.log-in').width, own: of('.msg:not(.me) .bubble').right }; });
        assert.ok(direction === 'rtl' ? place.log + place.width - place.own < 60 : place.bubble - place.log < 60, 'the other side is where reading begins');
        await page.context().close();
      });
    }
  }
  desk.isClean();
});
