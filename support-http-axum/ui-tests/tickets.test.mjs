// The list of tickets, as agents use it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const rows = page => page.locator('.row');
const subjects = page => page.locator('.row-t a').allInnerTexts();
const cursor = page => page.locator('.row.cursor .row-t a');

test('the list of tickets', async t => {
  const desk = await open(t);
  const page = await desk.as('amara', '/support/tickets');
  await rows(page).first().waitFor();

  await t.test('shows what is to be done, grouped by status, with the figures of the desk', async () => {
    assert.equal(await rows(page).count(), 12);
    const groups = (await page.locator('.group').allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim());
    assert.deepEqual(groups, ['In progress 4', 'Open 5', 'Waiting for customer 2', 'On hold 1']);
    assert.deepEqual((await page.locator('.stat .v').allInnerTexts()).map(text => Number.parseInt(text, 10)), [15, 5, 4, 2, 1, 2]);
    assert.equal(await page.locator('.top p').innerText(), '12 need attention');
  });

  await t.test('a figure filters, and again shows everything', async () => {
    const open = page.locator('.stat', { hasText: 'Open' });
    await open.click();
    await page.waitForURL('**/tickets?status=open');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 5);
    assert.equal(await open.getAttribute('aria-pressed'), 'true');
    await open.click();
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 12);
  });

  await t.test('a search is in the address: reload and back give the same list, Esc clears', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('certif');
    await page.waitForURL('**/tickets?search=certif');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
    assert.equal(await page.locator('.field input').inputValue(), 'certif');
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 12);
    await page.goForward();
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
    await page.locator('.field input').press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 12);
    assert.equal(new URL(page.url()).search, '');
  });

  await t.test('filters are chosen from menus by keyboard, and combine', async () => {
    await page.locator('.chip', { hasText: 'Priority' }).click();
    await page.keyboard.press('h');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.waitForURL('**/tickets?priority=high');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 3);
    await page.locator('.chip', { hasText: 'Assignee' }).click();
    await page.locator('.menu-o', { hasText: 'Jonas' }).click();
    await page.keyboard.press('Escape');
    await page.waitForURL('**priority=high&assigned_to=jonas');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 2);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 12);
  });

  await t.test('says so when nothing matches, and offers the way back', async () => {
    await page.locator('.field input').fill('nosuchword');
    await page.getByRole('heading', { name: 'No tickets match “nosuchword”' }).waitFor();
    await page.locator('.empty').getByRole('button', { name: 'Clear filters' }).click();
    await rows(page).first().waitFor();
  });

  await t.test('the keyboard moves, opens, and comes back to the same row', async () => {
    await page.locator('body').click({ position: { x: 4, y: 4 } });
    await page.keyboard.press('Home');
    for (const key of ['j', 'j', 'ArrowDown', 'k']) await page.keyboard.press(key);
    const third = (await subjects(page))[2];
    assert.equal(await cursor(page).innerText(), third);
    assert.ok(await page.evaluate(() => document.activeElement?.matches('.row.cursor')));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/tickets/TKT-*');
    await page.locator('.post').first().waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/tickets');
    await page.locator('.row.cursor').waitFor();
    assert.equal(await cursor(page).innerText(), third);
    assert.ok(await page.evaluate(() => document.activeElement?.matches('.row.cursor')));
  });

  await t.test('a range is selected and changed at once, and the change is taken back', async () => {
    await page.keyboard.press('Home');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+J');
    assert.equal(await page.locator('.bulk b').innerText(), '2 selected');
    const first = 'Domain transfer stuck';
    await page.keyboard.press('p');
    await page.keyboard.press('l');
    await page.keyboard.press('Enter');
    await page.locator('.toast', { hasText: '2 tickets: Priority is now Low' }).waitFor();
    assert.equal((await desk.ticket(first)).priority, 'low');
    await page.keyboard.press('z');
    // The row is drawn from the server's answer.
    await page.waitForFunction(() => document.querySelector('.row .pr svg')?.getAttribute('aria-label') === 'Priority: Urgent');
    assert.equal((await desk.ticket(first)).priority, 'urgent');
  });

  await t.test('everything that matches can be selected, and it says how many', async () => {
    await page.keyboard.press('Control+a');
    await page.locator('.bulk b', { hasText: 'All 12 selected' }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.bulk').count(), 0);
  });

  await t.test('a refused change goes back, and says why', async () => {
    await page.goto(`${desk.base}/support/tickets?status=closed`);
    await rows(page).first().waitFor();
    await page.keyboard.press('s');
    await page.locator('.menu-o', { hasText: 'In progress' }).click();
    await page.locator('.toast.failed', { hasText: 'From its present status this cannot be done.' }).waitFor();
    assert.equal(await page.locator('.row .st svg').first().getAttribute('aria-label'), 'Closed');
    desk.expected(409);
    await page.goto(`${desk.base}/support/tickets`);
  });

  await t.test('what another agent changes is shown in its place, and a new ticket too', async () => {
    await rows(page).first().waitFor();
    const ticket = await desk.ticket('Charged twice');
    await desk.call('jonas', 'PATCH', `support/tickets/${ticket.id}`, { subject: 'Charged twice, says the customer' });
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.locator('.row-t a', { hasText: 'Charged twice, says the customer' }).waitFor();
  });

  await t.test('old rows stay when the server fails, with a way to try again', async () => {
    await page.route('**/api/v1/support/tickets?*', route => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"status":503,"code":"unavailable","request_id":"abc"}' }));
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.getByRole('alert').getByText('could not be refreshed').waitFor();
    assert.equal(await rows(page).count(), 12);
    await page.reload();
    await page.getByRole('heading', { name: 'This did not load' }).waitFor();
    assert.match(await page.locator('.empty').innerText(), /abc/);
    await page.unroute('**/api/v1/support/tickets?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
    desk.expected(503);
  });

  await t.test('a session that ended leads to the sign-in and back to the same page', async () => {
    await page.goto(`${desk.base}/support/tickets?status=open`);
    await rows(page).first().waitFor();
    await page.evaluate(() => sessionStorage.clear());
    await page.evaluate(() => dispatchEvent(new Event('focus')));
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.click('button[value="jonas"]');
    await page.waitForURL('**/support/tickets?status=open');
    await page.waitForFunction(() => document.querySelectorAll('.row').length === 5);
    assert.equal(await page.locator('.side-foot b').innerText(), 'Jonas Lindqvist');
    assert.ok(!page.url().includes('token'));
    desk.expected(401);
  });

  await t.test('shortcuts of single letters can be switched off', async () => {
    await page.keyboard.press('?');
    await page.getByLabel('Shortcuts of a single letter').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    assert.equal(await page.locator('dialog:modal').count(), 0);
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Command, or words of a ticket').fill('short');
    await page.keyboard.press('Enter');
    await page.getByLabel('Shortcuts of a single letter').check();
    await page.keyboard.press('Escape');
  });

  desk.isClean();
});

test('a new ticket', async t => {
  const desk = await open(t);
  const page = await desk.as('amara', '/support/tickets');
  await rows(page).first().waitFor();
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'New ticket' });
  await dialog.getByLabel('Description').fill('Elena called: the mailbox is full again.');
  await dialog.getByLabel('Customer').fill('elena');
  await page.keyboard.press('Control+Enter');
  await dialog.getByText('Add a subject').waitFor();
  assert.ok(await dialog.getByLabel('Subject').evaluate(field => field === document.activeElement), 'the first wrong field has the focus');
  assert.equal(await dialog.getByLabel('Description').inputValue(), 'Elena called: the mailbox is full again.');
  await dialog.getByLabel('Subject').fill('Mailbox full');
  assert.equal(await dialog.getByText('Add a subject').count(), 0, 'an error goes as soon as it is mended');
  await dialog.getByRole('button', { name: 'Create ticket' }).dblclick();
  await page.waitForURL('**/tickets/TKT-*');
  await page.getByRole('heading', { name: 'Mailbox full' }).waitFor();
  const { items } = await desk.call('amara', 'GET', 'support/tickets?search=Mailbox&requester=elena');
  assert.equal(items.filter(({ subject }) => subject === 'Mailbox full').length, 1, 'a double click creates one');
  desk.isClean();
});
