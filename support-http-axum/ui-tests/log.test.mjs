// A conversation to read: where it opens, what follows, what stays, and how much of it is drawn.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

/** Puts a log on the page, which the test feeds: in the page itself, or in a shadow root as the widget has one. */
const put = (page, inShadow) => page.evaluate(inShadow => {
  const host = document.createElement('div');
  host.setAttribute('id', 'held');
  Object.assign(host.style, { position: 'fixed', inset: '0', zIndex: '50', display: 'flex', flexDirection: 'column', background: 'white' });
  document.body.append(host);
  let root = host;
  if (inShadow) {
    root = host.attachShadow({ mode: 'open' });
    const css = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]).map(rule => rule.cssText).join('\n');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  }
  const events = [];
  const renew = () => {
    root.querySelector('sd-log')?.remove();
    window.log = document.createElement('sd-log');
    for (const name of ['seen', 'missed', 'older', 'retry', 'drop']) window.log.addEventListener(name, event => events.push([name, event.detail]));
    root.append(window.log);
  };
  renew();
  const at = seq => new Date(2026, 0, 5, 12, 0, Number.isFinite(seq) ? seq * 20 : 0).toISOString();
  const entry = (seq, more = {}) => ({ key: `k${seq}`, seq, isOwn: seq % 3 === 0, isMine: seq % 3 === 0, kind: seq % 3 === 0 ? 'admin' : 'user', name: seq % 3 === 0 ? 'Amara' : 'Elena', sender: null, text: `Message ${seq}, long enough to be read and to say a little`, at: at(seq), state: seq % 3 === 0 ? 'sent' : '', message: null, ...more });
  Object.assign(window, { renew, events, entry, many: (from, to) => Array.from({ length: to - from + 1 }, (_, n) => entry(from + n)), show: async by => { Object.assign(window.log, by); await window.log.updateComplete; await new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); }); } });
}, inShadow);

const view = page => page.evaluate(() => {
  const box = log.querySelector('.log');
  return { rest: Math.round(box.scrollHeight - box.clientHeight - box.scrollTop), top: Math.round(box.scrollTop), pill: log.querySelector('.jump')?.textContent ?? '', nodes: log.querySelectorAll('*').length, bubbles: log.querySelectorAll('.bubble').length };
});

/** Where a message stands on the screen. */
const placeOf = (page, key) => page.evaluate(key => Math.round(log.querySelector(`[data-key="${key}"]`)?.getBoundingClientRect().top ?? NaN), key);

for (const inShadow of [false, true]) {
  test(`a conversation to read, ${inShadow ? 'in a shadow root' : 'in the page'}`, async t => {
    const desk = await open(t);
    const page = await desk.as('amara', '/support/chats');
    await put(page, inShadow);

    await t.test('opens at its end when nothing is new, and follows what comes there', async () => {
      await page.evaluate(() => show({ complete: true, entries: many(1, 80) }));
      assert.equal((await view(page)).rest, 0);
      await page.evaluate(() => show({ entries: many(1, 82) }));
      assert.deepEqual([(await view(page)).rest, (await view(page)).pill], [0, '']);
      await page.locator('sd-log [role="status"]', { hasText: /Elena: Message 82|2 new messages/ }).waitFor({ state: 'attached' });
    });

    await t.test('what is in view is read, after half a second', async () => {
      await page.waitForFunction(() => events.some(([name, seq]) => name === 'seen' && seq === 82));
    });

    await t.test('an image that loads late does not push the end out of view', async () => {
      await page.evaluate(() => { const late = document.createElement('div'); late.style.setProperty('height', '240px'); log.querySelector('.bubble:last-of-type').append(late); });
      await page.waitForFunction(() => { const box = log.querySelector('.log'); return box.scrollHeight - box.clientHeight - box.scrollTop < 2; });
      await page.evaluate(() => { const late = [...log.querySelectorAll('.bubble div')]; for (const one of late) one.remove(); });
    });

    await t.test('above the end nothing moves, and a pill says what came', async () => {
      await page.evaluate(() => { log.querySelector('.log').scrollTop -= 700; });
      await page.waitForTimeout(50);
      const before = await placeOf(page, 'k60');
      await page.evaluate(() => show({ entries: many(1, 85) }));
      assert.equal(await placeOf(page, 'k60'), before);
      assert.match((await view(page)).pill, /2 new messages/);
      await page.locator('.jump').click();
      await page.waitForFunction(() => !log.querySelector('.jump'));
      assert.equal((await view(page)).rest, 0);
    });

    await t.test('sending goes to the end', async () => {
      await page.evaluate(() => { log.querySelector('.log').scrollTop = 900; });
      await page.waitForTimeout(50);
      await page.evaluate(() => show({ entries: [...many(1, 85), entry(Infinity, { key: 'own:x', isOwn: true, isMine: true, kind: 'admin', state: 'sending', at: new Date().toISOString(), text: 'Mine' })] }));
      assert.equal((await view(page)).rest, 0);
      await page.locator('.meta', { hasText: 'Sending' }).waitFor();
    });

    await t.test('older messages come above what one reads, which stays where it is', async () => {
      await page.evaluate(() => show({ complete: false, entries: many(101, 200) }));
      await page.evaluate(() => { events.length = 0; log.querySelector('.log').scrollTop = 300; });
      await page.waitForFunction(() => events.some(([name]) => name === 'older'));
      const key = await page.evaluate(() => log.hold().key);
      const before = await placeOf(page, key);
      await page.evaluate(() => show({ entries: many(1, 200), complete: true }));
      assert.ok(Math.abs(await placeOf(page, key) - before) <= 1);
    });

    await t.test('of 5,000 messages 300 are drawn at most, wherever one scrolls', async () => {
      const took = await page.evaluate(async () => { const entries = many(1, 5000); renew(); const began = performance.now(); Object.assign(log, { complete: true, entries }); await log.updateComplete; log.querySelector('.log').getBoundingClientRect(); return performance.now() - began; });
      assert.ok(took < 100, `first drawn in ${took} ms`);
      const seen = new Set();
      for (let at = 0; at < 60; at++) {
        await page.evaluate(() => { log.querySelector('.log').scrollTop -= 2_500; });
        await page.waitForTimeout(20);
        const { bubbles, nodes } = await view(page);
        assert.ok(bubbles <= 300 && nodes <= 3000, `${bubbles} bubbles, ${nodes} nodes`);
        seen.add(await page.evaluate(() => log.hold()?.key));
      }
      assert.ok(seen.size > 50, 'it scrolls on');
      assert.match((await view(page)).pill, /Latest messages/);
      for (let at = 0; at < 70; at++) {
        await page.evaluate(() => { log.querySelector('.log').scrollTop += 2_500; });
        await page.waitForTimeout(20);
      }
      assert.equal((await view(page)).rest, 0);
      assert.equal(await page.evaluate(() => [...log.querySelectorAll('[data-seq]')].at(-1).dataset.seq), '5000');
    });

    await t.test('it opens at what is new, below a divider', async () => {
      await page.evaluate(async () => { renew(); await show({ complete: true, divider: { seq: 40, count: 61 }, entries: many(1, 100) }); });
      const divider = await page.evaluate(() => log.querySelector('.unread').getBoundingClientRect().top - log.querySelector('.log').getBoundingClientRect().top);
      assert.ok(divider > 0 && divider < 60, `${divider}`);
      assert.equal(await page.locator('.unread').innerText(), '61 new');
    });
    desk.isClean();
  });
}
