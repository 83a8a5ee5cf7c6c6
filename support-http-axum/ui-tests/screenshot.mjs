// Takes the pictures of the README, of the demo's story: `npm run screenshot`.
import { open } from './desk.mjs';

/** @type {(() => Promise<void>)[]} */
const closing = [];
const desk = await open({ after: close => closing.push(close) });
for (const colorScheme of ['light', 'dark']) {
  const page = await desk.as('amara', '/support/tickets', { viewport: { width: 1180, height: 720 }, colorScheme });
  await page.locator('.row').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.stat .sk'));
  await page.screenshot({ path: new URL(`../../docs/tickets-${colorScheme}.png`, import.meta.url).pathname });
}
for (const close of closing) await close();
