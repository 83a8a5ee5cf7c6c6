// One ticket: two agents and the customer, each in a browser of their own.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const openTicket = async (page, words) => {
  await page.locator('.row-t a', { hasText: words }).click();
  await page.locator('.t-head h1', { hasText: words }).waitFor();
};
const refresh = page => page.evaluate(() => dispatchEvent(new Event('focus')));

test('a ticket', async t => {
  const desk = await open(t);
  const amara = await desk.as('amara', '/support/tickets');
  const elena = await desk.as('elena', '/my-tickets/tickets');
  const words = 'Domain transfer stuck';
  await openTicket(amara, words);
  await openTicket(elena, words);

  await t.test('shows who said what, in words, and notes to staff alone', async () => {
    assert.equal(await amara.locator('.post.note .role').innerText(), 'Internal note');
    assert.deepEqual(new Set(await amara.locator('.post.staff .role').allInnerTexts()), new Set(['Support']));
    await amara.locator('.event', { hasText: 'Amara Osei changed the priority from Medium to Urgent' }).waitFor();
    assert.equal(await elena.locator('.post').count(), (await amara.locator('.post').count()) - 1);
    assert.ok(!(await elena.content()).includes('form 7b'), 'the note is nowhere in the customer’s page');
    assert.equal(await elena.locator('[role="tab"]').count(), 0);
  });

  await t.test('addresses become links that tell the other site nothing', async () => {
    const link = amara.locator('.prose a').first();
    assert.equal(await link.getAttribute('href'), 'https://www.northlane.example/help/transfer');
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow ugc');
  });

  await t.test('reply and note keep a draft each, over a reload', async () => {
    await amara.keyboard.press('r');
    await amara.keyboard.type('Dear Elena,');
    await amara.keyboard.press('Escape');
    await amara.keyboard.press('n');
    await amara.keyboard.type('Ask the registry');
    assert.ok(await amara.getByRole('button', { name: 'Add note' }).isVisible());
    await amara.waitForFunction(() => Object.values(localStorage).includes('Ask the registry'));
    await amara.reload();
    await amara.locator('.post').first().waitFor();
    assert.equal(await amara.locator('textarea').inputValue(), 'Dear Elena,');
    await amara.getByRole('tab', { name: 'Internal note' }).click();
    assert.equal(await amara.locator('textarea').inputValue(), 'Ask the registry');
    await amara.locator('textarea').fill('');
    await amara.getByRole('tab', { name: 'Reply' }).click();
  });

  await t.test('a reply is sent with its status, and the customer reads it', async () => {
    await amara.locator('textarea').fill('They send it again at noon.');
    await amara.keyboard.press('Control+Enter');
    await amara.locator('.post.staff', { hasText: 'They send it again at noon.' }).waitFor();
    await amara.locator('.t-head .badge', { hasText: 'Waiting for customer' }).waitFor();
    assert.equal(await amara.locator('textarea').inputValue(), '');
    await refresh(elena);
    await elena.locator('.post.staff', { hasText: 'They send it again at noon.' }).waitFor();
  });

  await t.test('what the customer answers meanwhile is shown before a reply is sent', async () => {
    await amara.locator('textarea').fill('Is everything fine?');
    await elena.locator('textarea').fill('It arrived, thank you!');
    await elena.getByRole('button', { name: 'Send' }).click();
    await elena.locator('.post.customer:not(.sending, .waiting)', { hasText: 'It arrived, thank you!' }).waitFor();
    await refresh(amara);
    await amara.locator('.post.customer', { hasText: 'It arrived, thank you!' }).waitFor();
    await amara.locator('.unread').waitFor();
    await amara.keyboard.press('Control+Enter');
    await amara.getByText('1 new reply came while you wrote').waitFor();
    assert.equal(await amara.locator('.post', { hasText: 'Is everything fine?' }).count(), 0);
    await amara.getByRole('button', { name: 'Send anyway' }).click();
    await amara.locator('.post.staff:not(.sending, .waiting)', { hasText: 'Is everything fine?' }).waitFor();
  });

  await t.test('a note is among staff', async () => {
    await amara.keyboard.press('Escape');
    await amara.keyboard.press('n');
    await amara.keyboard.type('Close it on Friday');
    await amara.getByRole('button', { name: 'Add note' }).click();
    await amara.locator('.post.note:not(.sending, .waiting)', { hasText: 'Close it on Friday' }).waitFor();
    const asked = elena.waitForResponse('**/replies?*');
    await refresh(elena);
    assert.ok(!(await (await asked).text()).includes('Close it on Friday'));
    assert.equal(await elena.getByText('Close it on Friday').count(), 0);
  });

  await t.test('properties are changed by key and taken back', async () => {
    await amara.keyboard.press('Escape');
    await amara.keyboard.press('p');
    await amara.locator('.menu-o', { hasText: 'High' }).click();
    await amara.locator('.t-head .badge', { hasText: 'High' }).waitFor();
    await amara.locator('.toast', { hasText: 'Priority is now High' }).waitFor();
    await amara.keyboard.press('z');
    await amara.locator('.t-head .badge', { hasText: 'Urgent' }).waitFor();
    await amara.keyboard.press('a');
    await amara.locator('.menu-o', { hasText: 'Jonas' }).click();
    await amara.locator('.event', { hasText: 'Amara Osei passed this from Amara Osei to Jonas Lindqvist' }).waitFor();
    await amara.keyboard.press('l');
    await amara.keyboard.type('florence');
    await amara.keyboard.press('Enter');
    await amara.keyboard.press('Escape');
    await amara.locator('.rail .tag', { hasText: 'florence' }).waitFor();
  });

  await t.test('changes that follow each other fast are no conflict with oneself', async () => {
    await amara.route('**/support/tickets/*', async route => {
      if (route.request().method() === 'PATCH') await new Promise(resolve => setTimeout(resolve, 500));
      await route.fallback();
    });
    for (const [key, option] of [['p', 'High'], ['s', 'In progress']]) {
      await amara.keyboard.press(key);
      await amara.locator('.menu-o', { hasText: option }).click();
    }
    await amara.locator('.toast', { hasText: 'Status is now In progress' }).waitFor();
    assert.equal(await amara.getByRole('alert').filter({ hasText: 'was faster' }).count(), 0);
    const { priority, status } = await desk.ticket(words);
    assert.deepEqual([priority, status], ['high', 'in_progress']);
    await amara.unroute('**/support/tickets/*');
  });

  await t.test('an agent who was faster is named, and nothing is overwritten', async () => {
    const { id } = await desk.ticket(words);
    // What the live line tells is read too late.
    await amara.route(`**/support/tickets/${id}`, async route => {
      if (route.request().method() === 'GET') await new Promise(resolve => setTimeout(resolve, 1_500));
      await route.fallback();
    });
    await desk.call('jonas', 'PATCH', `support/tickets/${id}`, { priority: 'low' });
    await amara.keyboard.press('s');
    await amara.locator('.menu-o', { hasText: 'On hold' }).click();
    const strip = amara.getByRole('alert').filter({ hasText: 'Jonas Lindqvist was faster' });
    await strip.waitFor();
    await amara.unroute(`**/support/tickets/${id}`);
    assert.notEqual((await desk.ticket(words)).status, 'on_hold');
    await amara.locator('.t-head .badge', { hasText: 'Low' }).waitFor();
    await strip.getByRole('button', { name: 'Do it anyway' }).click();
    await amara.locator('.t-head .badge', { hasText: 'On hold' }).waitFor();
    assert.equal((await desk.ticket(words)).priority, 'low');
    desk.expected(412);
  });

  await t.test('without an answer a reply waits, and is sent once', async () => {
    let lost = 2;
    await amara.route('**/replies', async route => {
      if (route.request().method() !== 'POST' || lost === 0) return route.fallback();
      lost -= 1;
      if (lost === 1) return route.abort();
      await route.fetch(); // It arrives, but its answer does not.
      return route.abort();
    });
    await amara.keyboard.press('r');
    await amara.keyboard.type('Said once');
    await amara.keyboard.press('Control+Enter');
    await amara.locator('.post.waiting', { hasText: 'Said once' }).waitFor();
    await amara.locator('.post.staff:not(.sending, .waiting)', { hasText: 'Said once' }).waitFor();
    const { id } = await desk.ticket(words);
    const { items } = await desk.call('amara', 'GET', `support/tickets/${id}/replies`);
    assert.equal(items.filter(({ message }) => message === 'Said once').length, 1);
    desk.wrong = desk.wrong.filter(text => !text.includes('ERR_FAILED'));
  });

  await t.test('a reply that waits is kept when one leaves the page, and sent from the next one', async () => {
    const address = amara.url();
    await amara.route('**/replies', route => (route.request().method() === 'POST' ? route.abort() : route.fallback()));
    await amara.locator('textarea').fill('Kept over a reload');
    await amara.keyboard.press('Control+Enter');
    await amara.locator('.post.waiting', { hasText: 'Kept over a reload' }).waitFor();
    await amara.goto(`${desk.base}/support/tickets?status=closed`);
    await amara.unroute('**/replies');
    await amara.reload();
    await amara.goto(address);
    await amara.locator('.post.staff:not(.sending, .waiting)', { hasText: 'Kept over a reload' }).waitFor();
    const { id } = await desk.ticket(words);
    const { items } = await desk.call('amara', 'GET', `support/tickets/${id}/replies`);
    assert.equal(items.filter(({ message }) => message === 'Kept over a reload').length, 1);
    desk.wrong = desk.wrong.filter(text => !text.includes('ERR_FAILED'));
  });

  await t.test('a refused reply says why, and can be discarded', async () => {
    await amara.route('**/replies', route => (route.request().method() === 'POST'
      ? route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"status":422,"code":"validation","errors":[{"pointer":"/message","code":"x","detail":"must not be that"}]}' }) : route.fallback()));
    await amara.locator('textarea').fill('No');
    await amara.keyboard.press('Control+Enter');
    const failed = amara.locator('.post.failed');
    await failed.getByText('must not be that').waitFor();
    await failed.getByRole('button', { name: 'Discard' }).click();
    assert.equal(await failed.count(), 0);
    await amara.unroute('**/replies');
    desk.expected(422);
  });

  await t.test('a customer closes the ticket and takes it back', async () => {
    await refresh(elena);
    await elena.getByRole('button', { name: 'Close ticket' }).click();
    await elena.locator('.t-head .badge', { hasText: 'Closed' }).waitFor();
    await elena.keyboard.press('z');
    await elena.locator('.t-head .badge', { hasText: 'Open' }).waitFor();
  });

  await t.test('what a customer is sent has no note, no agent’s field and no history', async () => {
    const { id } = await desk.ticket(words);
    const { items } = await desk.call('elena', 'GET', `support/tickets/${id}/replies`);
    assert.ok(items.every(({ internal }) => !internal));
    await assert.rejects(desk.call('elena', 'GET', `support/tickets/${id}/history`));
  });

  desk.isClean();
});

test('a ticket that is not there, and one of somebody else', async t => {
  const desk = await open(t);
  const { number } = await desk.ticket('Charged twice');
  const page = await desk.as('elena', `/my-tickets/tickets/${number}`);
  await page.getByRole('heading', { name: 'There is no such ticket' }).waitFor();
  await page.getByRole('link', { name: 'To the list' }).click();
  await page.waitForURL('**/my-tickets/tickets');
  await page.locator('.row').first().waitFor();
  desk.expected(404);
  desk.isClean();
});

test('a chat that became a ticket shows what was said', async t => {
  const desk = await open(t);
  const { items } = await desk.call('amara', 'GET', 'chat/sessions?search=products');
  const ticket = await desk.call('amara', 'POST', `chat/sessions/${items[0].id}/ticket`, { subject: 'A shop with a blog' });
  const page = await desk.as('amara', `/support/tickets/${ticket.number}`);
  await page.locator('summary', { hasText: 'Began as a live chat' }).click();
  await page.locator('.transcript li', { hasText: 'A shop with about 400 products' }).waitFor();
  desk.isClean();
});
