// Ten thousand tickets: the list stays smooth, and few of its rows are in the page. Times are printed; what is asserted
// does not depend on the machine.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const TOTAL = 10_000;

/** What a desk of that size answers, without one: pages of a hundred by a cursor that is a number. */
function answer(route) {
  const url = new URL(route.request().url());
  const status = url.searchParams.get('status');
  const limit = Number(url.searchParams.get('limit'));
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const total = status === 'open' ? TOTAL : 0;
  const items = Array.from({ length: Math.min(limit, total - from) }, (_, at) => {
    const n = from + at;
    return {
      id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`, number: `TKT-20260101-${String(n).padStart(5, '0')}`, subject: `Ticket number ${n}`, description: 'Some words that describe what is needed here.',
      status, priority: ['low', 'medium', 'high', 'urgent'][n % 4], category: 'billing', tags: n % 3 ? [] : ['vip'], requester: { id: 'elena', name: 'Elena', email: null }, assigned_to: null, assigned_name: null,
      reply_count: 0, waiting_since: null, chat_session_id: null, follow_up_of: null, version: 1, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z',
    };
  });
  const next = from + items.length;
  return route.fulfill({ json: { items, next_cursor: next < total ? String(next) : null } });
}

test('a list of ten thousand tickets', async t => {
  const desk = await open(t);
  const page = await desk.page({ viewport: { width: 1440, height: 900 } });
  await page.route('**/api/v1/support/tickets?*', answer);
  await desk.call('amara', 'GET', 'support/agents');
  await page.goto(`${desk.base}/support/tickets#token=${desk.tokens.get('amara')}`);
  await page.locator('.row').first().waitFor();

  const nodes = () => page.evaluate(() => document.querySelector('sd-grid').querySelectorAll('*').length);
  assert.ok(await nodes() <= 1_000, `${await nodes()} nodes`);

  const frames = await page.evaluate(async () => {
    const grid = document.querySelector('sd-grid');
    const times = [];
    for (let at = 0, last = performance.now(); at < 240; at++) {
      grid.scrollTop += 40;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b);
  });
  t.diagnostic(`scrolling: p50 ${frames[120].toFixed(1)} ms, p95 ${frames[228].toFixed(1)} ms, longest ${frames.at(-1).toFixed(1)} ms`);
  assert.ok(await nodes() <= 1_000, `${await nodes()} nodes after scrolling`);

  await page.locator('.row').first().click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+a');
  await page.locator('.bulk b', { hasText: 'All 10,000 selected' }).waitFor({ timeout: 60_000 });
  assert.equal(await page.locator('[role="grid"]').getAttribute('aria-rowcount'), String(TOTAL));
  await page.keyboard.press('Escape');
  const jump = await page.evaluate(async () => {
    const grid = document.querySelector('sd-grid');
    const start = performance.now();
    grid.scrollTop = 5_000 * 48;
    let row;
    do await new Promise(requestAnimationFrame); while (!(row = document.elementFromPoint(700, 600).closest('.row')));
    return { ms: performance.now() - start, first: row.getAttribute('aria-rowindex') };
  });
  t.diagnostic(`jump to row 5,000: ${jump.ms.toFixed(1)} ms`);
  assert.ok(Math.abs(Number(jump.first) - 5_005) < 15, `row ${jump.first} is in sight`);

  await page.keyboard.press('End');
  await page.locator(`.row.cursor[aria-rowindex="${TOTAL}"]`).waitFor();
  const cursor = await page.evaluate(async () => {
    const start = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true, composed: true }));
    const grid = document.querySelector('sd-grid');
    while (!grid.querySelector('.row.cursor[aria-rowindex="9999"]')) await new Promise(requestAnimationFrame);
    return performance.now() - start;
  });
  t.diagnostic(`key to moved cursor: ${cursor.toFixed(1)} ms`);
  assert.ok(await nodes() <= 1_000);
  assert.equal(await page.locator('.row[tabindex="0"]').count(), 1, 'one stop for Tab');
  desk.isClean();
});
