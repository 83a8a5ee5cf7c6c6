// Accessibility rules, and no sideways scroll, asked of a page as it is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is wrong with a page, in words. @param {import('playwright-core').Page} page @param {string} name of its state */
export async function faults(page, name) {
  // Driven from outside: the page's policy holds for what runs in it.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe);
  const violations = await page.evaluate(async rules => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { runOnly: rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => `${node.target} ${node.failureSummary}`).join(' | ')}`);
  }, RULES);
  const found = violations.map(text => `${name}: ${text}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return wide ? [...found, `${name} scrolls sideways`] : found;
}

/** Themes and widths in which every state is looked at. */
export const LOOKS = ['light', 'dark'].flatMap(colorScheme => [[1440, 900], [390, 844], [320, 640]].map(([width, height]) => ({
  name: `${colorScheme}, ${width} px`, width, how: { viewport: { width, height }, colorScheme, hasTouch: width < 800, isMobile: width < 800 },
})));
