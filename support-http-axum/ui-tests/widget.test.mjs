// The widget as a visitor uses it, and a team that answers.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { CONTACT, begin, embed, field, kept, say } from './site.mjs';

const focused = page => page.evaluate(() => document.querySelector('support-widget').shadowRoot.activeElement?.getAttribute('name') ?? '');
const heading = page => page.locator('.head h2');

/** Waits for something that the desk is told of. @param {() => Promise<boolean>} isSo */
async function until(isSo) {
  for (let tries = 0; !await isSo(); tries++) {
    assert.ok(tries < 50, 'it did not come to be');
    await new Promise(done => setTimeout(done, 50));
  }
}

test('the form', async t => {
  const { desk, visit, wire } = await embed(t);
  const page = await visit();

  await t.test('has the focus in its first field, and asks for what the desk asks for', async () => {
    await page.locator('.launcher').click();
    await page.locator('.sheet').waitFor();
    await until(async () => await focused(page) === 'name');
    const fields = await page.locator('.sheet input').evaluateAll(inputs => inputs.map(input => [input.name, input.type, input.autocomplete, input.required]));
    assert.deepEqual(fields, [['name', 'text', 'name', false], ['email', 'email', 'email', true], ['phone', 'tel', 'tel', true]]);
  });

  await t.test('says nothing is wrong until one goes on, and then what and where, as one types', async () => {
    await page.getByLabel('Email').fill('tomas@herrera');
    await page.getByLabel('Phone').fill('+34 600 1');
    assert.equal(await page.locator('.err').count(), 0);
    await page.getByRole('button', { name: 'Start chat' }).click();
    assert.deepEqual(await page.locator('.err').allInnerTexts(), ['Add the part after the dot, like name@example.com.', 'This number is too short. Include the country code.']);
    await until(async () => await focused(page) === 'email');
    const email = page.getByLabel('Email');
    assert.deepEqual([await email.getAttribute('aria-invalid'), await email.getAttribute('aria-describedby')], ['true', 'w-email-wrong']);
    await page.keyboard.type('.example');
    await page.locator('#w-email-wrong').waitFor({ state: 'detached' });
    assert.equal(await email.getAttribute('aria-invalid'), null);
    await email.fill('');
    assert.equal(await page.locator('#w-email-wrong').innerText(), 'Add your email address.');
  });

  await t.test('shows what the desk has against a value below its field', async () => {
    // A domain that is well-formed here and unknown to the rules of domains.
    await page.getByLabel('Email').fill('a@-b-.example');
    await page.getByLabel('Phone').fill(CONTACT.Phone);
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.locator('#w-email-wrong').waitFor();
    desk.expected(422);
  });

  await t.test('keeps what was typed when there is no answer, and begins when there is', async () => {
    for (const [label, value] of Object.entries(CONTACT)) await page.getByLabel(label).fill(value);
    wire.refuse = path => (path.endsWith('/chat/sessions') ? 503 : 0);
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.getByRole('alert').getByText('The server could not answer').waitFor();
    assert.equal(await page.getByLabel('Email').inputValue(), CONTACT.Email);
    wire.refuse = null;
    desk.expected(503);
    await page.getByRole('button', { name: 'Start chat' }).click();
    await page.locator('.bubble').first().waitFor();
    await until(async () => await focused(page) === 'message');
    const session = await desk.call('amara', 'GET', `chat/sessions/${(await kept(page)).id}`);
    assert.deepEqual([session.guest_name, session.guest_email, session.metadata.page], [CONTACT.Name, CONTACT.Email, `${new URL(page.url()).origin}/`]);
  });

  await t.test('is not shown again for what is known', async () => {
    await say(page, 'Hello');
    await page.locator('.msg.bot').nth(1).waitFor();
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('button', { name: 'Start a new chat' }).click();
    await page.locator('.msg.me').waitFor({ state: 'detached' });
    await page.locator('.msg.bot').waitFor();
    assert.equal(await page.locator('.sheet').count(), 0);
    const { items } = await desk.call('amara', 'GET', 'chat/sessions?search=herrera.example');
    assert.equal(items.filter(({ guest_email: email }) => email === CONTACT.Email).length, 2);
  });
  desk.isClean();
});

test('a conversation', async t => {
  const { desk, visit } = await embed(t);
  const page = await visit();
  await begin(page);
  const { id } = await kept(page);

  await t.test('begins with suggestions, four at most, which are sent with one tap and go', async () => {
    const chips = page.locator('.suggestion');
    const labels = await chips.allInnerTexts();
    assert.ok(labels.length > 1 && labels.length <= 4, `${labels}`);
    await chips.first().click();
    await page.locator('.msg.me .bubble', { hasText: labels[0] }).waitFor();
    await page.locator('.msg.bot').nth(1).waitFor();
    const next = await chips.allInnerTexts();
    assert.ok(next.length <= 4 && next.join() !== labels.join(), 'the newest answer’s replace them');
    await page.getByText('You are talking to an assistant.').waitFor();
  });

  await t.test('takes messages while the assistant answers, and keeps their order', async () => {
    for (const text of ['First question about prices', 'Second question about domains', 'Third question about invoices']) {
      await say(page, text);
      assert.equal(await field(page).inputValue(), '');
      assert.equal(await field(page).isDisabled(), false);
    }
    await page.waitForFunction(() => document.querySelector('support-widget').shadowRoot.querySelectorAll('.meta').length > 0);
    await assert.doesNotReject(page.locator('.bubble', { hasText: 'Third question' }).waitFor());
    await page.waitForTimeout(800);
    const { items } = await desk.call('amara', 'GET', `chat/sessions/${id}/messages`);
    const asked = items.filter(({ sender_type: kind }) => kind === 'user').map(({ message }) => message.split(' ')[0]).slice(-3);
    assert.deepEqual(asked, ['First', 'Second', 'Third']);
  });

  await t.test('Shift and Enter is a new line, and Enter while a word is composed sends nothing', async () => {
    await field(page).fill('one');
    await field(page).press('Shift+Enter');
    await page.keyboard.type('two');
    assert.equal(await field(page).inputValue(), 'one\ntwo');
    const before = await page.locator('.msg.me .bubble').count();
    await field(page).evaluate(area => area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })));
    assert.equal(await page.locator('.msg.me .bubble').count(), before);
    await field(page).fill('');
  });

  await t.test('goes to a person who is asked for, which is said', async () => {
    await page.locator('.w-foot').getByRole('button', { name: 'Talk to a person' }).click();
    await page.locator('.w-foot', { hasText: 'A person from our team will answer here.' }).waitFor();
    await desk.call('amara', 'POST', `chat/sessions/${id}/assign`, { assigned_to: 'me' });
    await heading(page).filter({ hasText: 'Amara Osei' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Amara Osei joined the chat.' }).waitFor({ state: 'attached' });
    assert.equal(await page.locator('.w-foot').innerText(), 'You are talking to Amara Osei.');
    assert.equal(await page.locator('.suggestion').count(), 0);
  });

  await t.test('shows within a moment what is said and typed on the other side, and that one’s own was read', async () => {
    await desk.call('amara', 'POST', `chat/sessions/${id}/typing`, { typing: true });
    await page.locator('.is-typing').waitFor();
    const answered = performance.now();
    await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: 'Hello Tomás, I look into it.' });
    await page.locator('.bubble', { hasText: 'I look into it' }).waitFor();
    assert.ok(performance.now() - answered < 2_000);
    await page.locator('.is-typing').waitFor({ state: 'detached' });
    await say(page, 'Thank you');
    await page.locator('.meta', { hasText: 'Sent' }).waitFor();
    const { last_seq: seq } = await desk.call('amara', 'GET', `chat/sessions/${id}`);
    await desk.call('amara', 'POST', `chat/sessions/${id}/read`, { up_to_seq: seq });
    await page.locator('.meta', { hasText: 'Read' }).waitFor();
  });

  await t.test('minimized, it counts and says the first line once; the key and the focus come back', async () => {
    await field(page).press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    assert.ok(await page.evaluate(() => document.querySelector('support-widget').shadowRoot.activeElement?.classList.contains('launcher')));
    await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: 'It is done.\nAnd more' });
    await page.locator('.teaser', { hasText: /^(?!.*And more).*It is done\./ }).waitFor();
    await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: 'Anything else?' });
    await page.locator('.launcher .n', { hasText: '2' }).waitFor();
    assert.match(await page.locator('.launcher').getAttribute('aria-label'), /Open chat\. Unread: 2/);
    assert.ok(!(await page.locator('.teaser').innerText()).includes('Anything'));
    assert.equal(await page.evaluate(() => document.querySelector('support-widget').unread), 2);
    await page.reload();
    await page.locator('.launcher .n', { hasText: '2' }).waitFor();
    await page.locator('.teaser', { hasText: 'Anything else?' }).waitFor();
    await page.reload();
    await page.locator('.launcher .n', { hasText: '2' }).waitFor();
    assert.equal(await page.locator('.teaser').isVisible(), false, 'once');
    await page.locator('.launcher').click();
    await page.locator('.unread', { hasText: '2 new' }).waitFor();
    assert.equal(await page.locator('.launcher .n').isVisible(), false);
  });

  await t.test('is as open on the next page and in another tab as it was left', async () => {
    await page.reload();
    await page.locator('.bubble', { hasText: 'Anything else?' }).waitFor();
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await tab.locator('.bubble', { hasText: 'Anything else?' }).waitFor();
    await field(tab).press('Escape');
    await page.locator('.panel').waitFor({ state: 'hidden' });
    await tab.locator('.launcher').click();
    await page.locator('.panel').waitFor();
    await tab.close();
  });

  await t.test('asks before it ends only where something is not sent', async () => {
    await field(page).fill('half a thou');
    await page.getByRole('button', { name: 'End chat' }).click();
    const question = page.getByRole('alertdialog', { name: 'End this chat?' });
    await question.getByRole('button', { name: 'Keep writing' }).click();
    await until(async () => await focused(page) === 'message');
    assert.equal(await field(page).inputValue(), 'half a thou');
    await field(page).fill('');
    await page.getByRole('button', { name: 'End chat' }).click();
    await page.getByRole('group', { name: 'How was your chat with Amara Osei?' }).waitFor();
    assert.equal((await desk.call('amara', 'GET', `chat/sessions/${id}`)).status, 'closed');
    await page.waitForFunction(() => document.querySelector('support-widget').shadowRoot.activeElement?.matches('.rate-in input'));
    await page.waitForFunction(() => {
      const root = document.querySelector('support-widget').shadowRoot;
      const [card, panel] = ['.ended', '.panel'].map(selector => root.querySelector(selector).getBoundingClientRect());
      return card.bottom <= panel.bottom && root.querySelector('.head').getBoundingClientRect().top === panel.top;
    });
  });

  await t.test('is rated with the first tap, by arrows too, and a comment can follow', async () => {
    await page.locator('.rate-in label').nth(2).click();
    await page.getByText('Thank you, that helps the team.').waitFor();
    await until(async () => (await desk.call('amara', 'GET', `chat/sessions/${id}`)).rating === 3);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.querySelector('support-widget').shadowRoot.querySelector('.rate-in input:checked').value === '4');
    await page.getByLabel('Anything to add?').fill('Quick and kind');
    await page.getByRole('button', { name: 'Add comment' }).click();
    await page.getByRole('heading', { name: 'Thank you, Tomás' }).waitFor();
    await until(async () => {
      const { rating, feedback } = await desk.call('amara', 'GET', `chat/sessions/${id}`);
      return rating === 4 && feedback === 'Quick and kind';
    });
    const copy = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save a copy' }).click();
    assert.match((await (await import('node:fs/promises')).readFile(await (await copy).path(), 'utf8')), /Hello Tomás, I look into it\./);
  });
  desk.isClean();
});

test('a line that breaks', async t => {
  const { desk, visit, wire } = await embed(t);
  const page = await visit();
  await begin(page);
  const { id } = await kept(page);
  await say(page, 'Before');
  await page.locator('.meta', { hasText: /Sent|Read/ }).waitFor();

  await t.test('is told of after a moment; what is written waits, over a reload too, and arrives once', async () => {
    wire.cut();
    await page.locator('.banner', { hasText: 'Connecting again' }).waitFor();
    await page.locator('.head p', { hasText: 'Connecting again' }).waitFor();
    await say(page, 'While there is no line');
    await page.locator('.meta', { hasText: 'Waiting for a connection' }).waitFor();
    await desk.call('amara', 'POST', `chat/sessions/${id}/assign`, { assigned_to: 'me' });
    await desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: 'Are you there?' });
    wire.mend();
    // It may have come back by itself by then.
    await page.getByRole('button', { name: 'Now' }).click({ timeout: 1_000 }).catch(() => {});
    await page.locator('.banner', { hasText: 'Back online' }).waitFor();
    await page.locator('.bubble', { hasText: 'Are you there?' }).waitFor();
    await page.waitForFunction(() => !document.querySelector('support-widget').shadowRoot.textContent.includes('Waiting for a connection'));
    const { items } = await desk.call('amara', 'GET', `chat/sessions/${id}/messages`);
    assert.equal(items.filter(({ message }) => message === 'While there is no line').length, 1);
  });

  await t.test('unsent words survive a reload', async () => {
    wire.refuse = path => (path.endsWith('/messages') ? 503 : 0);
    await say(page, 'Kept over a reload');
    await page.locator('.meta', { hasText: 'Waiting for a connection' }).waitFor();
    wire.refuse = null;
    await page.reload();
    await page.locator('.bubble', { hasText: 'Kept over a reload' }).waitFor();
    await page.waitForFunction(() => !document.querySelector('support-widget').shadowRoot.textContent.includes('Waiting for a connection'));
    const { items } = await desk.call('amara', 'GET', `chat/sessions/${id}/messages`);
    assert.equal(items.filter(({ message }) => message === 'Kept over a reload').length, 1);
  });

  await t.test('a refusal says why, and can be tried again', async () => {
    wire.refuse = path => (path.endsWith('/messages') ? 422 : 0);
    await say(page, 'Refused at first');
    await page.locator('.meta.fail', { hasText: 'Not sent.' }).waitFor();
    const again = page.getByRole('button', { name: 'Try again' });
    const { height } = await again.boundingBox();
    assert.ok(height >= 24, `${height}`);
    wire.refuse = null;
    await again.click();
    await page.locator('.meta.fail').waitFor({ state: 'detached' });
  });

  await t.test('a panel that did not load says so, and loads at the next click', async () => {
    const other = await visit('/other');
    wire.cut();
    await other.locator('.launcher').click();
    await other.locator('.teaser', { hasText: 'The chat did not load.' }).waitFor();
    wire.mend();
    await other.locator('.launcher').click();
    await other.locator('.sheet').waitFor();
  });
  // Every line that was cut is reported by the browser itself.
  desk.wrong = desk.wrong.filter(text => !/ERR_EMPTY_RESPONSE|ERR_CONNECTION|ERR_SOCKET|ERR_INCOMPLETE|status of (503|422)|Failed to fetch dynamically/.test(text));
  desk.isClean();
});
