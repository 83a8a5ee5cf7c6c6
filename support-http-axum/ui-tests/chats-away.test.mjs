// Live chats when the server is away, slow, or has something against it; with several tabs; and on a phone.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from './desk.mjs';

const row = (page, name) => page.locator('.sess-list li', { hasText: name });
const bubble = (page, text) => page.locator('.bubble', { hasText: text });

async function talk(desk, name, how = {}) {
  const guest = await desk.guest(name);
  await guest.say(`I am ${name}`);
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
  const page = await desk.as('amara', `/support/chats/${guest.id}`, how);
  await bubble(page, `I am ${name}`).waitFor();
  return { guest, page };
}

async function write(page, text) {
  await page.locator('sd-say textarea').fill(text);
  await page.keyboard.press('Enter');
}

/** What was said, in its order, as the page has it. */
const said = page => page.locator('.msg .bubble').allInnerTexts();

test('a server that is away for 20 s', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'Patient Paula');
  await page.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
  await page.waitForFunction(() => customElements.get('sd-tickets-page'));
  await desk.server.stop();
  const gone = Date.now();

  await t.test('is told of after two seconds', async () => {
    await page.locator('.strip', { hasText: 'Connecting again' }).waitFor();
    const after = Date.now() - gone;
    assert.ok(after >= 1_800 && after < 5_000, `${after} ms`);
  });

  await t.test('what one writes meanwhile waits, also when one leaves the page', async () => {
    await write(page, 'First while away');
    await page.locator('.bubble.pending', { hasText: 'First while away' }).waitFor();
    await page.locator('.meta', { hasText: 'Waiting for a connection' }).waitFor();
    assert.equal(await page.locator('sd-say textarea').isEnabled(), true);
    await page.evaluate(() => { history.pushState(null, '', '/support/tickets'); dispatchEvent(new Event('support:route')); });
    await page.locator('sd-tickets-page').waitFor();
    await page.evaluate(id => { history.pushState(null, '', `/support/chats/${id}`); dispatchEvent(new Event('support:route')); }, guest.id);
    await page.locator('.empty').getByRole('button', { name: 'Try again' }).waitFor();
    await write(page, 'Second while away');
  });

  await t.test('it is sent once when the server is there again, in its order, and nothing was missed', async () => {
    await page.waitForTimeout(Math.max(0, 20_000 - (Date.now() - gone)));
    await desk.server.start();
    await guest.say('Are you there?');
    await page.locator('.strip', { hasText: 'Back online.' }).waitFor({ timeout: 35_000 });
    await bubble(page, 'Are you there?').waitFor();
    await page.waitForFunction(() => !document.querySelector('.bubble.pending') && document.querySelectorAll('.msg.me .bubble').length >= 2);
    const messages = (await guest.messages()).filter(({ sender_type }) => sender_type === 'admin').map(({ message }) => message);
    assert.deepEqual(messages, ['First while away', 'Second while away']);
    const all = (await guest.messages()).filter(({ sender_type }) => sender_type !== 'system').map(({ message }) => message);
    assert.deepEqual(await said(page), all);
    await page.locator('.strip').waitFor({ state: 'detached' });
  });

  desk.expectedAway();
  desk.isClean();
});

test('a message whose answer is lost is one message', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'Lossy Lou');
  let lost = 1;
  await page.route('**/messages', async route => {
    if (route.request().method() !== 'POST' || lost-- <= 0) return route.fallback();
    await route.fetch();
    return route.abort();
  });
  await write(page, 'Only once');
  await page.locator('.meta', { hasText: 'Sent' }).waitFor();
  await page.waitForTimeout(1_500);
  assert.deepEqual((await said(page)).filter(text => text === 'Only once').length, 1);
  assert.equal((await guest.messages()).filter(({ message }) => message === 'Only once').length, 1);
  desk.expectedAway();
  desk.isClean();
});

test('a slow server does not hold up the one who writes', async t => {
  const desk = await open(t);
  const { guest, page } = await talk(desk, 'Slow Sol');
  await page.route('**/messages', async route => {
    if (route.request().method() === 'POST') await new Promise(resolve => setTimeout(resolve, 800));
    await route.fallback();
  });
  for (const text of ['one', 'two', 'three']) await write(page, text);
  assert.deepEqual((await said(page)).slice(-3), ['one', 'two', 'three']);
  await page.locator('.meta', { hasText: 'Sending' }).waitFor();
  await page.locator('.meta', { hasText: 'Sent' }).waitFor();
  await page.waitForFunction(() => !document.body.textContent?.includes('Sending'));
  assert.deepEqual((await guest.messages()).filter(({ sender_type }) => sender_type === 'admin').map(({ message }) => message), ['one', 'two', 'three']);
  desk.isClean();
});

test('what is refused says why, and can be tried again or given up', async t => {
  const desk = await open(t);
  const { page } = await talk(desk, 'Refused Rosa');
  await page.route('**/messages', route => (route.request().method() === 'POST'
    ? route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"status":422,"code":"validation","errors":[{"pointer":"/message","code":"x","detail":"must not be that"}]}' }) : route.fallback()));
  await write(page, 'No');
  const failed = page.locator('.meta.fail');
  await failed.getByText('must not be that').waitFor();
  await page.unroute('**/messages');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.meta', { hasText: 'Sent' }).waitFor();
  await page.route('**/messages', route => (route.request().method() === 'POST' ? route.fulfill({ status: 409, contentType: 'application/problem+json', body: '{"status":409,"code":"session_closed","detail":"the chat is closed"}' }) : route.fallback()));
  await write(page, 'Given up again');
  await failed.getByRole('button', { name: 'Discard' }).click();
  await bubble(page, 'Given up again').waitFor({ state: 'detached' });
  desk.expected(422, 409);
  desk.isClean();
});

test('a list and a conversation that cannot be read say so, and can be tried again', async t => {
  const desk = await open(t);
  const page = await desk.page();
  await page.route('**/chat/sessions?*', route => route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"status":500,"code":"internal","request_id":"ref-list"}' }));
  await page.goto(`${desk.base}/demo/login?return=/support/chats`);
  await page.click('button[value="amara"]');
  await page.locator('.empty', { hasText: 'ref-list' }).waitFor();
  await page.unroute('**/chat/sessions?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.route('**/messages?*', route => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"status":503,"code":"unavailable","request_id":"ref-talk"}' }));
  await row(page, 'Priya Raman').click();
  await page.locator('.conv .empty', { hasText: 'ref-talk' }).waitFor();
  await page.unroute('**/messages?*');
  await page.locator('.conv').getByRole('button', { name: 'Try again' }).click();
  await bubble(page, 'A shop with about 400 products').waitFor();
  await page.goto(`${desk.base}/support/chats/01900000-0000-7000-8000-000000000000`);
  await page.getByRole('heading', { name: 'There is no such chat' }).waitFor();
  desk.expected(500, 503, 404);
  desk.isClean();
});

test('with two tabs there is one line, one sound and one notification, and none while one looks', async t => {
  const desk = await open(t);
  const guest = await desk.guest('Ringing Rita');
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
  const first = await desk.page();
  const context = first.context();
  await context.addInitScript(() => {
    window.calls = { sounds: 0, notes: [] };
    window.watched = true;
    document.hasFocus = () => window.watched;
    Object.defineProperty(document, 'visibilityState', { get: () => (window.watched ? 'visible' : 'hidden') });
    class Silent { currentTime = 0; createOscillator() { return { frequency: {}, connect: () => ({ connect() {} }), start() { window.calls.sounds += 0.5; }, stop() {} }; } createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() {} }; } }
    class Note { static permission = 'granted'; static requestPermission = async () => 'granted'; constructor(title, options) { window.calls.notes.push([title, options]); window.note = this; } close() {} }
    Object.assign(window, { AudioContext: Silent, Notification: Note });
  });
  const lines = [];
  context.on('request', request => { if (request.url().endsWith('/chat/events')) lines.push(request.url()); });
  await first.goto(`${desk.base}/demo/login?return=/support/chats`);
  await first.click('button[value="amara"]');
  await row(first, 'Ringing Rita').waitFor();
  const token = await first.evaluate(() => sessionStorage.getItem('support:token'));
  const second = await context.newPage();
  await second.goto(`${desk.base}/support/tickets#token=${token}`);
  await second.locator('.row').first().waitFor();
  await second.locator('.side-foot small', { hasText: /^Live$/ }).waitFor();
  assert.equal(lines.length, 1, 'the second tab hears what the first one hears');

  for (const page of [first, second]) await page.locator('.brand').click({ modifiers: ['Shift'], trial: true });
  await first.locator('h1').click();
  await second.locator('h1').click();
  await first.getByRole('button', { name: 'Notifications' }).click();
  await first.locator('.menu-o', { hasText: 'Desktop notifications' }).click();
  await first.keyboard.press('Escape');
  const calls = async () => {
    const [a, b] = await Promise.all([first, second].map(page => page.evaluate(() => window.calls)));
    return { sounds: a.sounds + b.sounds, notes: [...a.notes, ...b.notes] };
  };

  await t.test('a message in a chat that nobody looks at calls once, in whichever tab', async () => {
    await guest.say('Hello?');
    await second.locator('.nav a', { hasText: 'Live chats' }).locator('.n', { hasText: '2' }).waitFor();
    await first.waitForTimeout(500);
    const { sounds, notes } = await calls();
    assert.equal(sounds, 1);
    assert.equal(notes.length, 1);
    assert.equal(notes[0][0], 'Message from Ringing Rita');
    assert.equal(notes[0][1].tag, guest.id);
  });

  await t.test('title and icon say how many wait, in both tabs', async () => {
    assert.match(await first.title(), /^\(2\) Live chats · Northlane$/);
    assert.match(await second.title(), /^\(2\) Tickets · Northlane$/);
    assert.match(await second.locator('link[rel="icon"]').getAttribute('href'), /favicon-dot\.svg$/);
  });

  await t.test('a second message within three seconds makes no second sound', async () => {
    await guest.say('Anybody?');
    await first.waitForTimeout(600);
    assert.equal((await calls()).sounds, 1);
  });

  await t.test('a click on the notification opens the chat, which is then quiet', async () => {
    await first.evaluate(() => window.note.onclick());
    await bubble(first, 'Anybody?').waitFor();
    await second.waitForFunction(() => document.title.startsWith('(1) '));
    const before = (await calls()).notes.length;
    await guest.say('I see you');
    await bubble(first, 'I see you').waitFor();
    await first.waitForTimeout(500);
    assert.equal((await calls()).notes.length, before, 'one tab shows it, so none calls');
  });

  await t.test('when the tab with the line is closed, the other goes on where it was', async () => {
    await first.close();
    await guest.say('After the close');
    for (let tries = 0; lines.length < 2 && tries < 50; tries++) await second.waitForTimeout(100);
    assert.equal(lines.length, 2);
    await second.waitForFunction(() => document.title.startsWith('(2) '));
  });
  desk.isClean();
});

test('on a phone the list and the conversation are two screens', async t => {
  const desk = await open(t);
  const how = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const guest = await desk.guest('Pocket Pia');
  const page = await desk.as('amara', '/support/chats', how);
  await row(page, 'Pocket Pia').tap();
  await page.locator('.conv').waitFor();
  assert.equal(await page.locator('.sess').isVisible(), false);
  assert.equal(await page.locator('.tabbar').isVisible(), false);

  await t.test('the keyboard never covers where one writes', async () => {
    await page.setViewportSize({ width: 390, height: 420 });
    await page.locator('sd-say textarea').tap();
    const { bottom, end } = await page.locator('sd-say').evaluate(say => ({ bottom: say.getBoundingClientRect().bottom, end: innerHeight }));
    assert.ok(bottom <= end, `${bottom} of ${end}`);
    assert.match(await page.locator('meta[name="viewport"]').getAttribute('content'), /interactive-widget=resizes-content/);
    assert.equal(await page.locator('sd-say textarea').evaluate(field => getComputedStyle(field).fontSize), '16px');
    await page.setViewportSize({ width: 390, height: 844 });
  });

  await t.test('Back returns to the list, by the button and by the browser', async () => {
    await page.getByRole('link', { name: 'Back to chats' }).tap();
    await row(page, 'Pocket Pia').waitFor();
    assert.equal(await page.locator('.conv').isVisible(), false);
    await page.goBack();
    await page.locator('.conv sd-say').waitFor();
    await page.goBack();
    await row(page, 'Pocket Pia').waitFor();
  });

  await t.test('who it is stands in a sheet', async () => {
    await row(page, 'Pocket Pia').tap();
    await page.locator('.conv-top').getByRole('button', { name: 'More' }).tap();
    await page.locator('.menu-o', { hasText: 'About this visitor' }).tap();
    await page.locator('.rail', { hasText: 'guest@visitors.example' }).waitFor();
  });
  assert.ok(guest.id);
  desk.isClean();
});
