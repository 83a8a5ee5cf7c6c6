// The home pages of the example server, each with the widget in its corner.
import { test } from 'node:test';
import { open } from './desk.mjs';

test('the demo’s home page has the widget, and it knows who is signed in', async t => {
  const desk = await open(t);
  const page = await desk.page();
  await page.goto(desk.base);
  await page.locator('.teaser', { hasText: 'Moving a domain?' }).waitFor();
  await page.locator('.launcher').click();
  await page.getByLabel('Email').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.click('button[value="elena"]');
  await page.getByRole('link', { name: 'Signed in as Elena Marchetti' }).waitFor();
  await page.locator('.launcher').click();
  await page.locator('.bubble').first().waitFor();
  // What she said on the home page stands among her own chats.
  await page.locator('.w-compose textarea').fill('Where is my invoice?');
  await page.keyboard.press('Enter');
  await page.locator('.msg.bot').nth(1).waitFor();
  await page.goto(`${desk.base}/my-tickets/chats`);
  await page.locator('.sess-list li').first().click();
  await page.locator('.bubble', { hasText: 'Where is my invoice?' }).waitFor();
  desk.isClean();
});

test('an agent of the demo may try the widget as a guest', async t => {
  const desk = await open(t);
  const page = await desk.page();
  await page.goto(`${desk.base}/demo/login?return=/`);
  await page.click('button[value="amara"]');
  await page.locator('.launcher').click();
  await page.getByLabel('Email').waitFor();
  desk.isClean();
});

test('a server without a demo has a home page with the widget, and the line to put into one’s own', async t => {
  const desk = await open(t, []);
  const page = await desk.page();
  await page.goto(desk.base);
  await page.getByText(`<script src="//${new URL(desk.base).host}/widget.js" async></script>`).waitFor();
  await page.locator('.launcher').click();
  await page.getByLabel('Email').waitFor();
  desk.isClean();
});
