// Text that tries to be more than text, in every field that takes any, shown to everybody.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';
import { PAYLOADS, look, oneLine } from './payloads.mjs';

test('text is text, in every field, to everybody', async t => {
  assert.ok(PAYLOADS.length >= 60, `${PAYLOADS.length}`);
  const desk = await open(t);
  const numbers = [];
  for (const payload of PAYLOADS) {
    const { id, number } = await desk.call('elena', 'POST', 'support/tickets', { subject: oneLine(payload), description: `${payload}\n\nbefore ${payload} after`, category: 'billing' });
    await desk.call('elena', 'POST', `support/tickets/${id}/replies`, { message: payload });
    await desk.call('amara', 'POST', `support/tickets/${id}/replies`, { message: payload, internal: true });
    await desk.call('amara', 'PATCH', `support/tickets/${id}`, { tags: [oneLine(payload).slice(0, 50)] }).catch(() => {});
    numbers.push(number);
  }
  const amara = await desk.as('amara', '/support/tickets');
  const elena = await desk.as('elena', '/my-tickets/tickets');
  for (const page of [amara, elena]) {
    await page.locator('.row').first().waitFor();
    await look(page);
  }
  for (const [at, number] of numbers.entries()) {
    for (const [page, mount] of [[amara, 'support'], [elena, 'my-tickets']]) {
      await page.evaluate(address => { history.pushState(null, '', address); dispatchEvent(new Event('support:route')); }, `/${mount}/tickets/${number}`);
      await page.waitForFunction(number => document.querySelector('.crumb .num')?.textContent === number && document.querySelectorAll('.post').length >= 2, number);
      await look(page);
      const shown = await page.locator('.t-head h1').evaluate(heading => heading.textContent);
      assert.equal(shown, oneLine(PAYLOADS[at]), 'it is shown as it was written');
    }
  }
  await amara.goto(`${desk.base}/support/tickets?${new URLSearchParams({ search: '<img src=x onerror=pwned=1>', category: '<b>', assigned_to: '"><script>pwned=1</script>' })}`);
  await amara.locator('.chip-on').first().waitFor();
  await look(amara);
  desk.expected(422);
  desk.isClean();
});
