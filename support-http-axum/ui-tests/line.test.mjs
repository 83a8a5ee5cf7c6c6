// The live line, against a stream as the API's contract describes it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { open } from './desk.mjs';

/** Passes everything on to the desk, but for the stream, which the test holds in its hand. */
async function withLine(t, desk) {
  const server = new URL(desk.base);
  const line = { asked: [], answer: undefined, refuse: 0 };
  const proxy = createServer((incoming, answer) => {
    if (incoming.url === '/api/v1/support/events') {
      line.asked.push(incoming.headers);
      if (line.refuse) return answer.writeHead(line.refuse).end();
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(': ping\n\n');
      line.answer = answer;
      return;
    }
    const passed = request(new URL(incoming.url ?? '/', server), { method: incoming.method, headers: { ...incoming.headers, host: server.host } }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    incoming.pipe(passed);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => { proxy.close(); proxy.closeAllConnections(); });
  desk.base = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (proxy.address()).port}`;
  return line;
}

test('the live line', async t => {
  const desk = await open(t);
  const line = await withLine(t, desk);
  const page = await desk.as('amara', '/support/tickets');
  await page.locator('.row').first().waitFor();
  await page.locator('.side-foot small', { hasText: 'Live' }).waitFor();
  assert.match(line.asked[0].authorization, /^Bearer /);

  await t.test('shows what changed without being asked', async () => {
    const ticket = await desk.ticket('Charged twice');
    const changed = await desk.call('jonas', 'PATCH', `support/tickets/${ticket.id}`, { subject: 'Charged once' });
    line.answer.write(`id: 41\nevent: ticket_updated\ndata: ${JSON.stringify(changed)}\n\n`);
    await page.locator('.row-t a', { hasText: 'Charged once' }).waitFor();
  });

  await t.test('a line that broke comes back where it broke', async () => {
    line.answer.destroy();
    await page.waitForFunction(() => document.querySelector('.side-foot small')?.textContent !== 'Live').catch(() => {});
    await page.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
    assert.equal(line.asked.at(-1)['last-event-id'], '41');
  });

  await t.test('a line that stays away is told of, and can be tried at once', async () => {
    line.refuse = 503;
    line.answer.destroy();
    await page.locator('.strip', { hasText: 'What you see may be a little old.' }).waitFor();
    const tries = line.asked.length;
    await page.getByRole('button', { name: 'Now' }).click();
    await page.waitForTimeout(100);
    assert.ok(line.asked.length > tries, 'it is tried at once');
    line.refuse = 0;
    await page.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
    await page.locator('.strip', { hasText: 'Back online.' }).waitFor();
    await page.locator('.strip').waitFor({ state: 'detached' });
  });

  await t.test('a session that ended ends it', async () => {
    line.refuse = 401;
    line.answer.destroy();
    await page.locator('.side-foot small', { hasText: 'Not live' }).waitFor();
  });
});
