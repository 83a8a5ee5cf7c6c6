// Languages: German, Arabic from right to left, and texts that are 40 % longer.
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

  /** What is not from the catalog, by the places that hold nothing else. @param {import('playwright-core').Page} page @param {string} places */
  const foreign = (page, places) => page.evaluate(places => [...document.querySelectorAll(places)].flatMap(box => box.innerText.split('\n')).filter(text => /[a-z]{3,}/.test(text) && !text.includes('⟦') && !/Northlane|Amara|Ctrl/.test(text)), places);

  /** Goes through the pages. @param {import('playwright-core').Page} page @param {'ltr' | 'rtl'} direction */
  async function walk(page, direction) {
    await page.goto(`${desk.base}/demo/login?return=/support/tickets`);
    await page.click('button[value="amara"]');
    await page.locator('.row').first().waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.dir), direction);
    assert.deepEqual(await spilled(page), [], 'list');
    assert.deepEqual(await foreign(page, '.side, .top, .bar, .stats'), [], 'every text is from the catalog');
    await page.locator('.row-t a').first().click();
    await page.locator('.post').first().waitFor();
    assert.deepEqual(await spilled(page), [], 'ticket');
    await page.goto(`${desk.base}/support/chats`);
    await page.locator('.sess-list li').first().waitFor();
    assert.deepEqual(await spilled(page), [], 'chats');
    assert.deepEqual(await foreign(page, '.top, .sess-top, .stats'), [], 'every text is from the catalog');
    await page.locator('.sess-list a', { hasText: 'Marek' }).click();
    await page.locator('.msg.bot .bubble').first().waitFor();
    assert.deepEqual(await spilled(page), [], 'a chat');
    const place = await page.evaluate(() => { const of = name => document.querySelector(name).getBoundingClientRect(); return { bubble: of('.msg:not(.me) .bubble').left, log: of('.log-in').left, width: of('.log-in').width, own: of('.msg:not(.me) .bubble').right }; });
    assert.ok(direction === 'rtl' ? place.log + place.width - place.own < 60 : place.bubble - place.log < 60, 'the other side is where reading begins');
  }

  for (const width of [1440, 320]) {
    const how = { viewport: { width, height: 800 }, isMobile: width < 800, hasTouch: width < 800 };

    await t.test(`longer texts fit, ${width} px`, async () => {
      const page = await desk.page(how);
      const catalog = await pseudo();
      await page.route('**/locales/en.json', route => route.fulfill({ json: catalog }));
      await walk(page, 'ltr');
      await page.context().close();
    });

    await t.test(`Arabic fits, from right to left, ${width} px`, async () => {
      const page = await desk.page({ ...how, locale: 'ar' });
      await walk(page, 'rtl');
      await page.goto(`${desk.base}/support/tickets`);
      // More than ten, and fewer than a hundred, have a form of their own.
      const many = await page.evaluate(() => new Intl.NumberFormat('ar').format(12));
      await page.locator('.top p', { hasText: `${many} تذكرة تحتاج إلى انتباه` }).waitFor({ state: 'attached' });
      await page.context().close();
    });
  }

  await t.test('Arabic counts in six ways', async () => {
    const page = await desk.as('amara', '/support/tickets', { locale: 'ar' });
    const said = await page.evaluate(async address => {
      const { t } = await import(address);
      return [0, 1, 2, 3, 11, 100].map(n => t('messages.new', { n }));
    }, await page.evaluate(() => document.querySelector('link[href$="/lib/i18n.js"]').href));
    const shown = [3, 11, 100].map(n => new Intl.NumberFormat('ar').format(n));
    assert.deepEqual(said, ['لا رسائل جديدة', 'رسالة جديدة', 'رسالتان جديدتان', `${shown[0]} رسائل جديدة`, `${shown[1]} رسالة جديدة`, `${shown[2]} رسالة جديدة`]);
    await page.context().close();
  });
  desk.isClean();
});
