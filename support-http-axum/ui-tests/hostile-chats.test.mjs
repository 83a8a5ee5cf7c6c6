// Text that tries to be more than text, in every field of chats that takes any, and in names, shown to everybody.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { SECRET, open } from './desk.mjs';
import { PAYLOADS, look, oneLine } from './payloads.mjs';

/** A token of somebody whose name the host never checked. @param {Record<string, unknown>} claims */
function token(claims) {
  const part = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3_600, ...claims })}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

test('text is text, in every field of chats, to everybody', async t => {
  const desk = await open(t);
  const call = async (bearer, method, path, body) => {
    const response = await fetch(`${desk.base}/api/v1/${path}`, { method, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return response.ok ? response.json() : null;
  };
  const taken = [];
  for (const payload of PAYLOADS) {
    const name = oneLine(payload).slice(0, 120);
    // Names of people whom the host knows come with their token, and the desk shows them as they are.
    const customer = token({ sub: `customer-${taken.length}`, name, email: 'x@customers.example' });
    const agent = token({ sub: 'evil-agent', name, is_admin: true });
    const chat = await call(customer, 'POST', 'chat/sessions', { subject: oneLine(payload).slice(0, 255), metadata: { page: payload } });
    assert.ok(chat, payload);
    await call(customer, 'POST', `chat/sessions/${chat.id}/handoff`, {});
    await call(customer, 'POST', `chat/sessions/${chat.id}/messages`, { message: payload });
    assert.ok(await call(agent, 'POST', `chat/sessions/${chat.id}/messages`, { message: `${payload}\n\nhttps://a.example/?q=${payload}` }), payload);
    taken.push({ id: chat.id, name, customer });
    // Guests call themselves what they like, as far as the desk takes it.
    await desk.guest(name).catch(() => {});
  }
  for (const { id, customer } of taken.slice(0, 12)) {
    await call(customer, 'POST', `chat/sessions/${id}/close`, {});
    await call(customer, 'POST', `chat/sessions/${id}/rate`, { rating: 1, feedback: PAYLOADS.join(' ').slice(0, 2_000) });
  }

  const amara = await desk.as('amara', '/support/chats');
  await amara.locator('.sess-list li').first().waitFor();
  await look(amara);
  for (const { id, name } of taken) {
    await amara.evaluate(address => { history.pushState(null, '', address); dispatchEvent(new Event('support:route')); }, `/support/chats/${id}`);
    await amara.waitForFunction(id => document.querySelector('sd-chat')?.session?.id === id && document.querySelectorAll('sd-log .msg.me .bubble').length >= 1, id);
    await look(amara);
    assert.equal(await amara.locator('.conv-top h2').evaluate(heading => heading.textContent), name, 'a name is shown as it is');
  }
  for (const { id, customer } of taken.filter((_, at) => at % 4 === 0)) {
    const page = await desk.page();
    await page.goto(`${desk.base}/my-tickets/chats/${id}#token=${customer}`);
    await page.locator('sd-log .bubble').nth(1).waitFor();
    await look(page);
    await page.context().close();
  }
  await amara.goto(`${desk.base}/support/chats?${new URLSearchParams({ search: '<img src=x onerror=pwned=1>', show: '"><script>pwned=1</script>', assigned_to: '<b>' })}`);
  await amara.locator('.sess .empty, .sess-list li').first().waitFor();
  await look(amara);
  desk.isClean();
});
