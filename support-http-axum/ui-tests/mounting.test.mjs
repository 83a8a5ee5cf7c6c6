// The pages behind a proxy that rewrites paths, as a host may have one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { open } from './desk.mjs';

test('the pages work behind a proxy that rewrites paths', async t => {
  const desk = await open(t);
  const server = new URL(desk.base);
  // `/acme/help/desk/…` is the server's `/support/…`, and its neighbors keep their place beside it.
  const proxy = createServer((incoming, answer) => {
    const path = (incoming.url ?? '').replace(/^\/acme\/help\/desk(?=\/|$)/, '/support').replace(/^\/acme\/help\/api\/v1(?=\/)/, '/api/v1');
    if (!/^\/(support|api\/v1)/.test(path) || path === incoming.url) return answer.writeHead(404).end();
    const passed = request(new URL(path, server), { method: incoming.method, headers: { ...incoming.headers, host: server.host } }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => { proxy.close(); proxy.closeAllConnections(); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  await desk.call('amara', 'GET', 'support/agents');
  const page = await desk.page();
  await page.goto(`http://127.0.0.1:${port}/acme/help/desk/tickets#token=${desk.tokens.get('amara')}`);
  await page.locator('.row').first().waitFor();
  assert.equal(await page.locator('.row').count(), 12);
  await page.locator('.row-t a').first().click();
  await page.waitForURL('**/acme/help/desk/tickets/TKT-*');
  await page.reload();
  await page.locator('.post').first().waitFor();
  await page.goto(`http://127.0.0.1:${port}/acme/help/desk/chats`);
  await page.locator('.sess-list a', { hasText: 'Priya Raman' }).click();
  await page.waitForURL('**/acme/help/desk/chats/*');
  await page.reload();
  await page.locator('.bubble', { hasText: 'A shop with about 400 products' }).waitFor();
  await page.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.app')).display), 'grid', 'the styles are there');
  desk.wrong = desk.wrong.filter(text => !text.includes(`a request left: http://127.0.0.1:${port}`));
  desk.isClean();
});
