// Live chats, with an agent's browser on one side and a customer on the other.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const row = (page, name) => page.locator('.sess-list li', { hasText: name });
const bubble = (page, text) => page.locator('.bubble', { hasText: text });
const names = page => page.locator('.sess-list b').allInnerTexts();

/** A page with a guest's chat open, which the agent has taken. */
async function talk(desk, who, name) {
  const guest = await desk.guest(name);
  await guest.say(`I am ${name}`);
  await desk.call(who, 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
  const page = await desk.as(who, `/support/chats/${guest.id}`);
  await bubble(page, `I am ${name}`).waitFor();
  await page.locator('.side-foot small', { hasText: 'Live' }).waitFor();
  return { guest, page };
}

/** Types into the message box. */
async function write(page, text) {
  await page.locator('sd-say textarea').fill(text);
  await page.keyboard.press('Enter');
}

test('a conversation between an agent and a customer, each in a browser', async t => {
  const desk = await open(t);
  const elena = await desk.as('elena', '/my-tickets/chats');
  await elena.getByRole('heading', { name: 'No chats yet' }).waitFor();
  await elena.locator('.empty').getByRole('button', { name: 'Start a chat' }).click();
  await bubble(elena, 'support assistant').waitFor();
  const amara = await desk.as('amara', '/support/chats');
  await row(amara, 'Elena Marchetti').click();
  await bubble(amara, 'support assistant').waitFor();

  await t.test('the customer writes, the assistant answers, and the agent sees both', async () => {
    await elena.waitForFunction(() => document.activeElement?.matches('sd-say textarea'));
    await elena.keyboard.type('How much do your plans cost?');
    await elena.keyboard.press('Enter');
    await bubble(elena, 'How much do your plans cost?').waitFor();
    await elena.locator('.msg.bot .bubble').nth(1).waitFor();
    await bubble(amara, 'How much do your plans cost?').waitFor();
    await amara.locator('.msg.bot .bubble').nth(1).waitFor();
    await elena.locator('.suggestion').first().waitFor();
    assert.ok(await elena.locator('.suggestion').count() <= 4);
  });

  await t.test('a suggestion is said with one click, and the next answer brings others', async () => {
    const label = await elena.locator('.suggestion').first().innerText();
    await elena.locator('.suggestion').first().click();
    await elena.locator('.msg.me .bubble', { hasText: label }).waitFor();
    await elena.locator('.msg.bot .bubble').nth(2).waitFor();
  });

  await t.test('"Talk to a person" hands over, with a briefing that only agents see', async () => {
    await elena.getByRole('button', { name: 'Talk to a person' }).click();
    await elena.locator('.sys').first().waitFor();
    await amara.locator('.brief', { hasText: 'The customer asked for a person.' }).waitFor();
    assert.equal(await elena.locator('.brief').count(), 0);
    assert.equal(await elena.locator('.why').count(), 0);
  });

  await t.test('an agent asks why the assistant said what it said', async () => {
    const why = amara.locator('.msg.bot', { hasText: 'Why this answer?' }).first().getByRole('button');
    assert.equal(await amara.locator('.msg.bot').first().getByRole('button').count(), 0, 'a greeting is no answer');
    await why.click();
    await amara.locator('.trace', { hasText: /\S{3}/ }).waitFor();
    t.diagnostic(await amara.locator('.trace').innerText());
    await why.click();
    await amara.locator('.trace').waitFor({ state: 'detached' });
  });

  await t.test('the agent takes over, and the assistant is silent from then on', async () => {
    await amara.getByRole('button', { name: 'Take over' }).click();
    await amara.locator('.sys', { hasText: 'Amara Osei joined the chat.' }).waitFor();
    await elena.locator('.sys', { hasText: 'Amara Osei joined the chat.' }).waitFor();
    await elena.locator('.conv-top small', { hasText: 'Amara Osei' }).waitFor();
    const before = await elena.locator('.msg.bot .bubble').count();
    await write(elena, 'What do your plans include?');
    await bubble(amara, 'What do your plans include?').waitFor();
    await write(amara, 'Hello Elena, let me look.');
    await bubble(elena, 'Hello Elena, let me look.').waitFor();
    assert.equal(await elena.locator('.msg.bot .bubble').count(), before);
  });

  await t.test('what was read is marked as read, on both sides', async () => {
    await amara.locator('.meta', { hasText: 'Read' }).waitFor();
    await elena.locator('.meta', { hasText: 'Read' }).waitFor();
  });

  await t.test('typing is shown on both sides, and ends with the message', async () => {
    await elena.locator('sd-say textarea').pressSequentially('Thank');
    await amara.locator('.typing-line', { hasText: 'Elena Marchetti is typing' }).waitFor();
    await row(amara, 'is typing…').waitFor();
    await elena.keyboard.press('Enter');
    await bubble(amara, 'Thank').waitFor();
    assert.equal((await amara.locator('.typing-line').innerText()).trim(), '');
    await amara.locator('sd-say textarea').pressSequentially('You are');
    await elena.locator('.is-typing.msg').waitFor();
    await amara.keyboard.press('Enter');
    await bubble(elena, 'You are').waitFor();
    await elena.locator('.is-typing.msg').waitFor({ state: 'detached' });
  });

  await t.test('typing ends by itself within six seconds', async () => {
    await elena.locator('sd-say textarea').pressSequentially('Hm');
    await amara.locator('.typing-line', { hasText: 'is typing' }).waitFor();
    const began = Date.now();
    await amara.waitForFunction(() => !document.querySelector('.typing-line')?.textContent?.includes('typing'), undefined, { timeout: 7_000 });
    assert.ok(Date.now() - began <= 6_300, `${Date.now() - began} ms`);
    await elena.locator('sd-say textarea').fill('');
  });

  await t.test('it is handed back from the menu, and the assistant answers again', async () => {
    await amara.locator('.conv-top').getByRole('button', { name: 'More' }).click();
    await amara.locator('.menu-o', { hasText: 'Hand back to the assistant' }).click();
    await elena.locator('.sys', { hasText: 'The bot answers here again' }).waitFor();
    const before = await elena.locator('.msg.bot .bubble').count();
    await write(elena, 'How do I pay?');
    await elena.waitForFunction(n => document.querySelectorAll('.msg.bot .bubble').length > n, before);
  });

  await t.test('a chat that is closed leaves the active ones, and can be taken back for six seconds', async () => {
    await amara.getByRole('button', { name: /^Active/ }).click();
    await row(amara, 'Elena Marchetti').waitFor();
    await amara.locator('.conv-top').getByRole('button', { name: 'More' }).click();
    await amara.locator('.menu-o', { hasText: 'Close chat' }).click();
    await elena.locator('.rate').waitFor();
    await amara.mouse.move(700, 40);
    await row(amara, 'Elena Marchetti').waitFor({ state: 'detached' });
    await amara.locator('.toast', { hasText: 'Chat closed' }).getByRole('button', { name: /Undo/ }).click();
    await row(amara, 'Elena Marchetti').waitFor();
    await elena.locator('.rate').waitFor({ state: 'detached' });
  });

  await t.test('the first tap on a star saves, and agents see it without a reload', async () => {
    await amara.getByRole('button', { name: 'All', exact: true }).click();
    await elena.getByRole('button', { name: 'End chat' }).click();
    await elena.locator('.rate label').nth(3).click();
    await elena.locator('.rate', { hasText: 'Thank you' }).waitFor();
    await amara.mouse.move(700, 40);
    await row(amara, 'Elena Marchetti').getByRole('img', { name: 'Rated 4 out of 5' }).waitFor();
    await amara.locator('.rail').getByRole('img', { name: 'Rated 4 out of 5' }).waitFor();
    await elena.locator('.rate textarea').fill('Quick and kind');
    await elena.getByRole('button', { name: 'Add comment' }).click();
    await amara.locator('.rail .feedback', { hasText: 'Quick and kind' }).waitFor();
    await elena.locator('.rate input').first().focus();
    await elena.keyboard.press('ArrowRight');
    await row(amara, 'Elena Marchetti').getByRole('img', { name: 'Rated 2 out of 5' }).waitFor();
  });

  await t.test('a customer who writes again opens the chat again', async () => {
    await write(elena, 'One more thing');
    await row(amara, 'Elena Marchetti').locator('p', { hasText: /One more thing|Assistant/ }).waitFor();
    await elena.locator('.rate').waitFor({ state: 'detached' });
  });

  desk.isClean();
});

test('a message is on the other side’s screen within 300 ms, and nobody asks for it', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'amara', 'Rafael Quick');
  const asked = [];
  page.on('request', request => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.evaluate(() => {
    window.painted = {};
    new MutationObserver(() => {
      const found = [...document.querySelectorAll('.bubble')].map(({ textContent }) => textContent ?? '').filter(text => text.startsWith('timed') && !(text in window.painted));
      for (const text of found) window.painted[text] = 0;
      if (found.length) requestAnimationFrame(() => setTimeout(() => { for (const text of found) window.painted[text] = Date.now(); }));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const took = [];
  for (let n = 0; n < 40; n++) {
    const text = `timed ${n}`;
    await guest.say(text);
    const answered = Date.now();
    await page.waitForFunction(text => window.painted[text] > 0, text, { polling: 20 });
    took.push(await page.evaluate(text => window.painted[text], text) - answered);
  }
  took.sort((a, b) => a - b);
  const p95 = took[Math.floor(took.length * 0.95)];
  t.diagnostic(`p50 ${took[20]} ms, p95 ${p95} ms`);
  assert.ok(p95 <= 300, `p95 ${p95} ms`);
  await row(page, 'timed 39').waitFor();
  assert.deepEqual(asked.filter(call => !/\/assets\/|^(POST .*\/read|GET .*\/chat\/stats|POST .*\/presence)$/.test(call)), []);
  desk.isClean();
});

test('the order of the list changes only when no hand is on it', async t => {
  const desk = await open(t);
  const page = await desk.as('amara', '/support/chats');
  await row(page, 'Priya Raman').waitFor();
  const guest = await desk.guest('Newest Nora');
  await row(page, 'Newest Nora').waitFor();
  assert.equal((await names(page)).includes('Newest Nora'), true);

  await t.test('nothing moves under the pointer', async () => {
    await row(page, 'Aisha Bello').hover();
    const before = await names(page);
    await guest.say('I am on top now');
    await row(page, 'Newest Nora').locator('.count').waitFor();
    assert.deepEqual(await names(page), before);
    const other = await desk.guest('Waiting Wim');
    await page.locator('.sess-fresh', { hasText: '1 new chat' }).waitFor();
    assert.deepEqual(await names(page), before);
    await page.mouse.move(900, 300);
    await row(page, 'Waiting Wim').waitFor();
    assert.equal((await names(page))[0], 'Newest Nora');
    await other.act('close');
  });

  await t.test('nothing moves for a second after a key', async () => {
    const priya = await desk.call('amara', 'GET', 'chat/sessions?search=Priya');
    const before = await names(page);
    for (let n = 0; n < 3; n++) await page.keyboard.press('Shift');
    await desk.call('jonas', 'POST', `chat/sessions/${priya.items[0].id}/close`, {});
    await page.keyboard.press('Shift');
    await page.waitForTimeout(300);
    assert.deepEqual(await names(page), before);
  });
  desk.isClean();
});

test('opens at what is new, and says what came while one read above', async t => {
  const desk = await open(t);
  const guest = await desk.guest('Long Lena');
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
  for (let n = 1; n <= 60; n++) await guest.say(`line ${n}\nwith a second line to make it tall`);
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/read`, { up_to_seq: 32 });
  const page = await desk.as('amara', `/support/chats/${guest.id}`);
  await page.locator('.unread', { hasText: /^\d+ new$/ }).waitFor();
  assert.equal(await page.locator('.unread').innerText(), '30 new');
  const box = page.locator('.log');
  const top = () => box.evaluate(log => log.scrollTop);
  assert.ok(await page.locator('.unread').evaluate(divider => divider.getBoundingClientRect().top - divider.closest('.log').getBoundingClientRect().top < 80));
  const before = await top();
  await guest.say('came below');
  await page.locator('.jump', { hasText: '1 new message' }).waitFor();
  assert.equal(await top(), before, 'nothing moves');
  await page.locator('.jump').click();
  await bubble(page, 'came below').waitFor();
  await guest.say('and is followed at the end');
  await page.waitForFunction(() => { const log = document.querySelector('.log'); return log.textContent.includes('followed at the end') && log.scrollHeight - log.clientHeight - log.scrollTop < 2; });
  assert.equal(await page.locator('.unread').innerText(), '30 new', 'the divider does not move');
  await write(page, 'Answered');
  await page.locator('.unread').waitFor({ state: 'detached' });
  await row(page, 'Long Lena').locator('.count').waitFor({ state: 'detached' });
  desk.isClean();
});

test('Enter sends, Shift and Enter do not, and neither does an input method', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'amara', 'Key Kim');
  const field = page.locator('sd-say textarea');
  await field.fill('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  assert.equal(await field.inputValue(), 'one\ntwo');
  const client = await page.context().newCDPSession(page);
  await client.send('Input.imeSetComposition', { text: 'に', selectionStart: 1, selectionEnd: 1 });
  await field.evaluate(field => field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true })));
  await client.send('Input.insertText', { text: '日' });
  assert.match(await field.inputValue(), /日/);
  await page.keyboard.press('Enter');
  await page.locator('.msg.me .bubble', { hasText: 'two日' }).waitFor();
  assert.equal(await field.inputValue(), '');
  await page.locator('.meta', { hasText: 'Sent' }).waitFor();
  assert.equal((await guest.messages()).filter(({ sender_type }) => sender_type === 'admin').length, 1);
  await field.fill('a draft that stays');
  await page.waitForTimeout(400);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('sd-say textarea')?.value === 'a draft that stays');
  desk.isClean();
});

test('a ticket is made of a chat, with its contact, its transcript and the way back', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'amara', 'Ticket Tomas');
  await guest.say('Please send me the invoice of May');
  await page.locator('.conv-top').getByRole('button', { name: 'More' }).click();
  await page.locator('.menu-o', { hasText: 'Make a ticket' }).click();
  await page.locator('.rail .links a', { hasText: /./ }).first().waitFor();
  await page.locator('.toast').getByRole('button', { name: /Open/ }).click();
  await page.waitForURL('**/tickets/TKT-*');
  await page.locator('.post', { hasText: 'Ticket Tomas' }).first().waitFor();
  await page.locator('summary', { hasText: 'Began as a live chat' }).click();
  await page.locator('.transcript li', { hasText: 'invoice of May' }).waitFor();
  await page.locator('.rail', { hasText: 'guest@visitors.example' }).waitFor();
  await page.getByRole('link', { name: 'Open the chat' }).click();
  await page.waitForURL(`**/chats/${guest.id}`);
  await bubble(page, 'invoice of May').waitFor();
  desk.isClean();
});
