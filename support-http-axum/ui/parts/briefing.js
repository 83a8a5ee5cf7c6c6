// What an agent is told who takes a chat from the bot: why, and what the bot has learned.
import { html, nothing } from '../vendor/lit.js';
import { categoryName } from '../lib/desk.js';
import { has, t } from '../lib/i18n.js';
import { icon } from './icon.js';

/** @typedef {{ reason?: string, slots?: Record<string, string>, categories?: string[] }} Briefing */

/** @param {Briefing} briefing */
export function briefingCard({ reason = '', slots = {}, categories = [] }) {
  const why = has(`handoff.${reason}`) ? t(`handoff.${reason}`) : t('handoff.other');
  const known = Object.entries(slots);
  return html`<aside class="brief" aria-label=${t('briefing')}>${icon('bot', 'i-s')}<div><b>${t('briefing')}</b><p>${why}</p>
    ${known.length || categories.length ? html`<dl>${categories.length ? html`<div><dt>${t('category')}</dt><dd>${categories.map(categoryName).join(', ')}</dd></div>` : nothing}
      ${known.map(([name, value]) => html`<div><dt dir="auto">${categoryName(name)}</dt><dd dir="auto">${value}</dd></div>`)}</dl>` : nothing}</div></aside>`;
}
