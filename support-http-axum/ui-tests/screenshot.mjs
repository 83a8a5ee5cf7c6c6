// Takes the pictures of the README, of the demo's story: `npm run screenshot`.
import { open } from './desk.mjs';
import { CONTACT, say } from './site.mjs';

/** @type {(() => Promise<void>)[]} */
const closing = [];
const desk = await open({ after: close => closing.push(close) });
const file = name => new URL(`../../docs/${name}.png`, import.meta.url).pathname;

const guest = await desk.guest('Tomás Herrera', { guest_email: 'tomas@herrera.example', metadata: { page: '/billing/invoices' } });
await guest.say('Hi, I was charged twice for my server this week. How do I get one of them back?');
await desk.call('amara', 'POST', `chat/sessions/${guest.id}/assign`, { assigned_to: 'me' });
for (const message of ['Hello Tomás, sorry about that. The first payment timed out at the bank and was taken a second time.', 'I will refund one of them now. Which card should it go to?']) {
  await desk.call('amara', 'POST', `chat/sessions/${guest.id}/messages`, { message });
}
await guest.read((await guest.messages()).at(-1).seq);
await guest.say('That was quick, thank you!');

for (const colorScheme of ['light', 'dark']) {
  const how = { viewport: { width: 1180, height: 720 }, colorScheme };
  const tickets = await desk.as('amara', '/support/tickets', how);
  await tickets.locator('.row').first().waitFor();
  await tickets.waitForFunction(() => !document.querySelector('.stat .sk'));
  await tickets.screenshot({ path: file(`tickets-${colorScheme}`) });
  const chats = await desk.as('amara', `/support/chats/${guest.id}`, { ...how, viewport: { width: 1320, height: 780 } });
  await chats.locator('.bubble', { hasText: 'That was quick' }).waitFor();
  await chats.waitForFunction(() => !document.querySelector('.stat .sk'));
  await chats.locator('.side-foot .pres:not(.pres-away)').waitFor();
  await guest.typeUntil(chats.locator('.typing-line', { hasText: 'typing' }));
  await chats.screenshot({ path: file(`chats-${colorScheme}`) });
}

/** What a visitor sees on a site: a question, the assistant's answer, and what one may ask next. */
for (const colorScheme of ['light', 'dark']) {
  const page = await desk.page({ viewport: { width: 1100, height: 760 }, colorScheme });
  await page.goto(desk.base);
  await page.locator('support-widget .launcher').click();
  for (const [label, value] of Object.entries(CONTACT)) await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.locator('.suggestion').first().waitFor();
  await say(page, 'How much do your plans cost?');
  await page.locator('.msg.bot').nth(1).waitFor();
  await page.mouse.move(10, 10);
  await page.waitForTimeout(700);
  await page.screenshot({ path: new URL(`../../docs/widget-${colorScheme}.png`, import.meta.url).pathname });
}
for (const close of closing) await close();
