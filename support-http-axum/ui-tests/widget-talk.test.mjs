// A visitor on another site and an agent at the desk, each in a browser of their own.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { begin, embed, field, kept, say } from './site.mjs';

/** From when the server has it until the other browser has painted it. */
async function delay(page, text, send) {
  const painted = page.evaluate(text => new Promise(done => {
    const root = document.querySelector('support-widget')?.shadowRoot ?? document.querySelector('sd-app');
    const look = () => ([...root.querySelectorAll('.bubble')].some(bubble => bubble.textContent.includes(text)) ? done(Date.now()) : requestAnimationFrame(look));
    look();
  }), text);
  await send();
  const answered = Date.now();
  return Math.max(0, await painted - answered);
}

const percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1];

test('a visitor and an agent talk', async t => {
  const { desk, visit } = await embed(t);
  const visitor = await visit();
  await begin(visitor);
  const { id, token } = await kept(visitor);
  await say(visitor, 'I was charged twice for my VPS this week');
  const amara = await desk.as('amara', '/support/chats');
  await amara.locator('.sess-list li', { hasText: 'Tomás Herrera' }).click();
  await amara.locator('.bubble', { hasText: 'charged twice' }).waitFor();

  await t.test('a person who takes over is announced, and the assistant is silent', async () => {
    await visitor.locator('.w-foot').getByRole('button', { name: 'Talk to a person' }).click();
    await amara.getByRole('button', { name: 'Take over' }).click();
    await visitor.locator('.head h2', { hasText: 'Amara Osei' }).waitFor();
    const before = await visitor.locator('.msg.bot .bubble').count();
    await say(visitor, 'Which card was charged?');
    await amara.locator('.bubble', { hasText: 'Which card' }).waitFor();
    await amara.locator('sd-say textarea').fill('The one ending in 4412.');
    await amara.keyboard.press('Enter');
    await visitor.locator('.bubble', { hasText: '4412' }).waitFor();
    assert.equal(await visitor.locator('.msg.bot .bubble').count(), before);
  });

  await t.test('each sees the other type, and that what one said was read', async () => {
    await visitor.waitForTimeout(1_100);
    await amara.locator('sd-say textarea').pressSequentially('I will refund');
    await visitor.locator('.is-typing', { hasText: 'Amara Osei is typing' }).waitFor();
    await amara.keyboard.press('Enter');
    await visitor.locator('.is-typing').waitFor({ state: 'detached' });
    await field(visitor).pressSequentially('Thank');
    await amara.locator('.typing-line', { hasText: 'Tomás Herrera is typing' }).waitFor();
    await field(visitor).press('Enter');
    await visitor.locator('.meta', { hasText: 'Read' }).waitFor();
    await amara.locator('.meta', { hasText: 'Read' }).waitFor();
  });

  await t.test('what one says is on the other’s screen in a moment', async () => {
    const [there, back] = [[], []];
    for (let at = 0; at < 12; at++) {
      there.push(await delay(visitor, `answer ${at}.`, () => desk.call('amara', 'POST', `chat/sessions/${id}/messages`, { message: `answer ${at}.` })));
      back.push(await delay(amara, `question ${at}.`, () => fetch(`${desk.base}/api/v1/chat/sessions/${id}/messages`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-support-session-token': token }, body: JSON.stringify({ message: `question ${at}.` }) })));
    }
    t.diagnostic(`to the visitor: median ${percentile(there, .5)} ms, 95 % ${percentile(there, .95)} ms; to the agent: ${percentile(back, .5)} ms, ${percentile(back, .95)} ms`);
    assert.ok(percentile([...there, ...back], .95) <= 300, `${there} ${back}`);
  });

  await t.test('from the key to the bubble is a few frames', async () => {
    const took = await visitor.evaluate(async () => {
      const root = document.querySelector('support-widget').shadowRoot;
      const area = root.querySelector('.w-compose textarea');
      const times = [];
      for (let at = 0; at < 20; at++) {
        area.value = `quick ${at}!`;
        const began = performance.now();
        area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
        while (![...root.querySelectorAll('.msg.me .bubble')].at(-1)?.textContent.includes(`quick ${at}!`)) await new Promise(requestAnimationFrame);
        times.push(performance.now() - began);
        await new Promise(done => setTimeout(done, 60));
      }
      return times;
    });
    t.diagnostic(`median ${percentile(took, .5).toFixed(1)} ms, 95 % ${percentile(took, .95).toFixed(1)} ms`);
    assert.ok(percentile(took, .5) <= 32, `${took.map(Math.round)}`);
  });

  await t.test('the agent closes, the visitor rates, and the agent sees the stars', async () => {
    // A message that arrives after the end would open the chat again.
    await visitor.waitForFunction(() => [...document.querySelector('support-widget').shadowRoot.querySelectorAll('.msg.me .meta')].at(-1)?.textContent.match(/Sent|Read/));
    await desk.call('amara', 'POST', `chat/sessions/${id}/close`, {});
    await visitor.locator('.rate-in label').nth(4).click();
    await amara.locator('[aria-label="Rated 5 out of 5"]').first().waitFor();
  });
  desk.isClean();
});
