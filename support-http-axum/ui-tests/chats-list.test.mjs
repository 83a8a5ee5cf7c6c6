// The list of chats: what it holds, whose they are, and who of the team looks at them.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const row = (page, name) => page.locator('.sess-list li', { hasText: name });
const bubble = (page, text) => page.locator('.bubble', { hasText: text });
const names = page => page.locator('.sess-list b').allInnerTexts();
const listed = (page, ...expected) => page.waitForFunction(expected => JSON.stringify([...document.querySelectorAll('.sess-list b')].map(name => name.textContent).sort()) === JSON.stringify(expected), expected.toSorted());

test('the list of chats', async t => {
  const desk = await open(t);
  const page = await desk.as('amara', '/support/chats');
  await listed(page, 'Aisha Bello', 'Marek Nowak', 'Noor Haddad', 'Noor Haddad', 'Priya Raman');

  await t.test('four figures tell of the desk as a whole', async () => {
    await page.waitForFunction(() => !document.querySelector('.stats .sk'));
    assert.deepEqual((await page.locator('.stats dt').allInnerTexts()).map(text => text.trim()), ['Sessions', 'Active now', 'Average rating', 'Messages']);
    assert.deepEqual((await page.locator('.stats dd').allInnerTexts()).map(text => Number.parseFloat(text)), [5, 2, 5, 31]);
    await desk.guest('Figure Fay');
    await page.waitForFunction(() => document.querySelector('.stats dd')?.textContent?.trim().startsWith('6'));
    await desk.call('amara', 'POST', `chat/sessions/${(await desk.call('amara', 'GET', 'chat/sessions?search=Figure')).items[0].id}/close`, {});
  });

  await t.test('those who wait come first, then the newest; a closed one shows its stars', async () => {
    await page.reload();
    await row(page, 'Aisha Bello').getByRole('img', { name: 'Rated 5 out of 5' }).waitFor();
    const [first] = await names(page);
    assert.ok(['Marek Nowak', 'Priya Raman'].includes(first), first);
    assert.deepEqual((await names(page)).slice(-2), ['Figure Fay', 'Noor Haddad'], 'nothing is unread there');
  });

  await t.test('filters are in the address, and go together with an open chat', async () => {
    await page.getByRole('button', { name: /^Active/ }).click();
    await page.waitForURL('**/chats?show=active');
    await listed(page, 'Marek Nowak', 'Priya Raman');
    await page.getByRole('button', { name: 'Mine' }).click();
    await page.waitForURL('**/chats?show=active&assigned_to=me');
    await listed(page, 'Priya Raman');
    await row(page, 'Priya Raman').click();
    await page.waitForURL('**/chats/*?show=active&assigned_to=me');
    await page.reload();
    await listed(page, 'Priya Raman');
    await bubble(page, 'A shop with about 400 products').waitFor();
    await page.getByRole('button', { name: 'Unassigned' }).click();
    await listed(page, 'Marek Nowak');
    await page.goto(`${desk.base}/support/chats`);
  });

  await t.test('a search looks into names, addresses and what was said', async () => {
    for (const [words, name] of [['Aisha', 'Aisha Bello'], ['nowakbooks', 'Marek Nowak'], ['400 products', 'Priya Raman']]) {
      await page.locator('.sess input').fill(words);
      await listed(page, name);
    }
    await page.locator('.sess input').fill('nosuchword');
    await page.getByRole('heading', { name: 'No chats match “nosuchword”' }).waitFor();
    await page.locator('.sess input').press('Escape');
    await row(page, 'Priya Raman').waitFor();
    assert.equal(new URL(page.url()).search, '');
  });

  await t.test('the keyboard goes from chat to chat, and back', async () => {
    await page.locator('h1').click();
    const order = await names(page);
    await page.keyboard.press('j');
    await page.locator('.conv-top h2', { hasText: order[0] }).waitFor();
    await page.keyboard.press('j');
    await page.locator('.conv-top h2', { hasText: order[1] }).waitFor();
    await page.keyboard.press('k');
    await page.locator('.conv-top h2', { hasText: order[0] }).waitFor();
    await page.keyboard.press('r');
    assert.ok(await page.evaluate(() => document.activeElement?.matches('sd-say textarea')));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForURL('**/support/chats');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.locator('sd-tickets-page').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await row(page, 'Priya Raman').waitFor();
  });

  await t.test('the command menu knows what can be done with the chat, and finds chats', async () => {
    await row(page, 'Marek Nowak').click();
    await bubble(page, 'My payment failed').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Command, or words of a ticket').fill('take over');
    await page.keyboard.press('Enter');
    await page.locator('.sys', { hasText: 'Amara Osei joined the chat.' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Command, or words of a ticket').fill('priya');
    await page.locator('.pal-o', { hasText: 'Priya Raman' }).click();
    await page.locator('.conv-top h2', { hasText: 'Priya Raman' }).waitFor();
  });

  await t.test('a closed chat is archived, found there, and opened again', async () => {
    await row(page, 'Aisha Bello').click();
    await page.locator('.composer.over', { hasText: 'This chat is closed.' }).waitFor();
    await page.locator('.conv-top').getByRole('button', { name: 'More' }).click();
    await page.locator('.menu-o', { hasText: 'Archive' }).click();
    await page.locator('.composer.over', { hasText: 'This chat is archived.' }).waitFor();
    await page.mouse.move(800, 40);
    await row(page, 'Aisha Bello').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Archived' }).click();
    await row(page, 'Aisha Bello').waitFor();
    await page.locator('.composer.over').getByRole('button', { name: 'Reopen' }).click();
    await page.locator('sd-say').waitFor();
    await page.getByRole('button', { name: 'Archived' }).click();
  });

  await t.test('what is known of the visitor stands beside, and leads to what was before', async () => {
    const again = await desk.guest('Priya Raman', { guest_email: 'priya@ramanstudio.example' });
    await again.say('Me again, about the shop');
    await page.goto(`${desk.base}/support/chats/${again.id}`);
    const rail = page.locator('.rail');
    await rail.locator('a', { hasText: 'priya@ramanstudio.example' }).waitFor();
    assert.equal(await rail.locator('a[href^="tel:"]').getAttribute('href'), 'tel:+34600123456');
    await rail.getByRole('heading', { name: 'Before' }).waitFor();
    await rail.locator('.links a').first().click();
    await bubble(page, 'A shop with about 400 products').waitFor();
  });

  await t.test('so it does for a customer who is signed in: their own chats, the newest first', async () => {
    const begin = subject => desk.call('elena', 'POST', 'chat/sessions', { subject });
    for (let n = 1; n <= 6; n++) {
      const { id } = await begin(`Question ${n}`);
      await desk.call('elena', 'POST', `chat/sessions/${id}/close`, {});
    }
    // Whoever gives her address is not her.
    await (await desk.guest('Elena Marchetti', { guest_email: 'elena@studiomarchetti.example', subject: 'Not hers' })).act('close');
    const { id } = await begin('Question 7');
    await page.goto(`${desk.base}/support/chats/${id}`);
    const chats = page.locator('.rail .links a[href*="/chats/"]');
    await chats.first().waitFor();
    assert.deepEqual(await chats.locator('span').allInnerTexts(), [6, 5, 4, 3, 2].map(n => `Question ${n}`));
    await chats.first().click();
    await page.locator('.rail .links a', { hasText: 'Question 7' }).waitFor();
    assert.deepEqual(await chats.locator('span').allInnerTexts(), [7, 5, 4, 3, 2].map(n => `Question ${n}`));
  });
  desk.isClean();
});

test('who of the team is there, looks, and answers', async t => {
  const desk = await open(t);
  const guest = await desk.guest('Seen Sven');
  const amara = await desk.as('amara', `/support/chats/${guest.id}`);
  await amara.locator('sd-say').waitFor();
  const jonas = await desk.as('jonas', `/support/chats/${guest.id}`);

  await t.test('each sees the other look, until they leave', async () => {
    await jonas.locator('.conv-top', { hasText: 'Amara Osei is viewing' }).waitFor();
    await amara.locator('.conv-top', { hasText: 'Jonas Lindqvist is viewing' }).waitFor();
    await jonas.goto(`${desk.base}/support/chats`);
    await amara.locator('.watching').waitFor({ state: 'detached' });
  });

  await t.test('what one has read is not read for the other', async () => {
    await guest.say('For both of you');
    await row(amara, 'Seen Sven').locator('.count').waitFor({ state: 'detached' });
    await row(jonas, 'Seen Sven').locator('.count').waitFor();
    await row(jonas, 'Seen Sven').click();
    await bubble(jonas, 'For both of you').waitFor();
    await row(jonas, 'Seen Sven').locator('.count').waitFor({ state: 'detached' });
  });

  await t.test('each sees the other write', async () => {
    await jonas.goto(`${desk.base}/support/chats/${guest.id}`);
    await jonas.locator('sd-say textarea').pressSequentially('I');
    await amara.locator('.typing-line', { hasText: 'Jonas Lindqvist is typing' }).waitFor();
    await jonas.keyboard.press('Enter');
    await amara.locator('.msg.me .who', { hasText: 'Jonas Lindqvist' }).waitFor();
    await jonas.locator('.msg.me .bubble', { hasText: 'I' }).waitFor();
    assert.equal(await jonas.locator('.msg.me .who').count(), 0, 'one’s own messages carry no name');
  });

  await t.test('a chat is given to a colleague, and taken back', async () => {
    await amara.locator('.assignee').click();
    await amara.locator('.menu-o', { hasText: 'Amara Osei' }).click();
    await jonas.locator('.assignee', { hasText: 'Amara Osei' }).waitFor();
    // A colleague may hear of it before the answer is there.
    await amara.getByRole('button', { name: 'Undo' }).waitFor();
    await amara.keyboard.press('z');
    await jonas.locator('.assignee', { hasText: 'You' }).waitFor();
  });

  await t.test('an agent says whether they take conversations, and colleagues see it', async () => {
    const agents = async () => (await desk.call('jonas', 'GET', 'support/agents')).items.find(({ id }) => id === 'amara').availability;
    assert.equal(await agents(), 'online');
    await amara.getByRole('button', { name: 'Settings' }).click();
    await amara.locator('.menu-o', { hasText: 'Busy' }).click();
    await amara.locator('.side-foot .pres.busy').waitFor();
    assert.equal(await agents(), 'busy');
  });
  desk.isClean();
});

test('a customer has their own chats, and nobody else’s', async t => {
  const desk = await open(t);
  const elena = await desk.as('elena', '/my-tickets/tickets');
  await elena.locator('.nav a', { hasText: 'My chats' }).click();
  await elena.getByRole('heading', { name: 'No chats yet' }).waitFor();
  await elena.locator('.top').getByRole('button', { name: 'Start a chat' }).dblclick();
  await bubble(elena, 'support assistant').waitFor();
  const { items } = await desk.call('elena', 'GET', 'chat/sessions');
  assert.equal(items.length, 1, 'a double click begins one');
  assert.ok(!('user_agent' in items[0]) && !('user_name' in items[0]), 'customers are not shown what staff see');
  await elena.locator('sd-say textarea').fill('Kept over a reload');
  await elena.keyboard.press('Enter');
  await elena.locator('.meta', { hasText: 'Sent' }).waitFor();
  await elena.reload();
  await bubble(elena, 'Kept over a reload').waitFor();
  const priya = (await desk.call('amara', 'GET', 'chat/sessions?search=Priya')).items[0];
  await elena.goto(`${desk.base}/my-tickets/chats/${priya.id}`);
  await elena.getByRole('heading', { name: 'There is no such chat' }).waitFor();
  desk.expected(404);
  desk.isClean();
});
