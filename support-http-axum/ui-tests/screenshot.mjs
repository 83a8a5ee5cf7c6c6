// Takes the pictures of the README, of the demo's story: `npm run screenshot`.
import { open } from './desk.mjs';
import { CONTACT, say } from './site.mjs';

/** @type {(() => Promise<void>)[]} */
const closing = [];
const desk = await open({ after: close => closing.push(close) });
for (const colorScheme of ['light', 'dark']) {
  const page = await desk.as('amara', '/support/tickets', { viewport: { width: 1180, height: 720 }, colorScheme });
  await page.locator('.row').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.stat .sk'));
  await page.screenshot({ path: new URL(`../../docs/tickets-${colorScheme}.png`, import.meta.url).pathname });
}

/** What a visitor sees on a site: a question, the assistant's answer, and what one may ask next. */
for (const colorScheme of ['light', 'dark']) {
  const page = await desk.page({ viewport: { width: 980, height: 640 }, colorScheme });
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
