// A chat of five thousand messages: quick to open, and few of them are in the page. Times are printed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const TOTAL = 5_000;

/** What a chat of that length answers, without one. @param {string} id */
const answer = id => route => {
  const query = new URL(route.request().url()).searchParams;
  const limit = Number(query.get('limit'));
  const before = Number(query.get('before_seq') ?? TOTAL + 1);
  const first = query.has('after_seq') ? Number(query.get('after_seq')) + 1 : Math.max(1, before - limit);
  const last = query.has('after_seq') ? Math.min(TOTAL, first + limit - 1) : before - 1;
  const items = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const seq = first + at;
    const kind = seq % 5 === 0 ? 'admin' : 'user';
    return { id: `m${seq}`, session_id: id, seq, sender_type: kind, sender_id: null, sender_name: kind === 'user' ? 'Long Leo' : 'Amara Osei', message: `Message ${seq} of a chat that went on for weeks`, metadata: {}, suggestions: [], is_read: true, read_at: null, client_message_id: null, created_at: new Date(Date.UTC(2026, 0, 1) + seq * 240_000).toISOString() };
  });
  return route.fulfill({ json: { items, next_cursor: null } });
};

test('a chat of five thousand messages', async t => {
  const desk = await open(t);
  const guest = await desk.guest('Long Leo');
  const page = await desk.page();
  await page.route('**/messages?*', answer(guest.id));
  await page.route('**/read', route => route.fulfill({ status: 204 }));
  await desk.call('amara', 'GET', 'support/agents');
  await page.goto(`${desk.base}/support/chats#token=${desk.tokens.get('amara')}`);
  const row = page.locator('.sess-list a', { hasText: 'Long Leo' });
  await row.waitFor();
  const opened = await row.evaluate(async link => {
    const began = performance.now();
    link.click();
    do await new Promise(requestAnimationFrame); while (!document.querySelector('.log')?.textContent?.includes('Message 5000'));
    return performance.now() - began;
  });
  t.diagnostic(`opened in ${opened.toFixed(1)} ms, its first page from the server`);

  const nodes = () => page.evaluate(() => document.querySelectorAll('sd-log *').length);
  let most = await nodes();
  const held = new Set();
  for (let turn = 0; turn < 400; turn++) {
    const at = await page.evaluate(async () => {
      const log = document.querySelector('.log');
      log.scrollTop = Math.min(log.scrollTop, 200);
      await new Promise(done => { requestAnimationFrame(() => setTimeout(done, 5)); });
      return Number([...log.querySelectorAll('[data-seq]')][0]?.dataset.seq);
    });
    held.add(at);
    most = Math.max(most, await nodes());
    if (at === 1) break;
  }
  assert.ok(held.has(1), `the first message was reached, not only ${Math.min(...held)}`);
  assert.ok(most <= 3_000, `${most} nodes`);
  t.diagnostic(`${most} nodes at most`);
  const sent = await page.evaluate(async () => {
    const field = document.querySelector('sd-say textarea');
    field.value = 'To the end';
    field.dispatchEvent(new Event('input'));
    const began = performance.now();
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    do await new Promise(requestAnimationFrame); while (!document.querySelector('.log')?.textContent?.includes('To the end'));
    return performance.now() - began;
  });
  t.diagnostic(`sent and painted in ${sent.toFixed(1)} ms`);
  assert.ok(await page.evaluate(() => { const log = document.querySelector('.log'); return log.scrollHeight - log.clientHeight - log.scrollTop < 2; }), 'sending goes to the end');
  desk.isClean();
});
