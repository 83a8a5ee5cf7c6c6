// Who is on the other side of a chat, and what is known of them.
import { categoryName, desk } from './desk.js';
import { t } from './i18n.js';

/** @import { ChatSession } from './types.js' */

/** @param {ChatSession} session */
export const customerName = session => session.guest_name ?? session.user_name ?? session.guest_email ?? session.user_email ?? session.user_id ?? t('visitor');

/** What a chat is about, for its own customer. @param {ChatSession} session */
export const topic = session => session.subject ?? (session.category ? categoryName(session.category) : t('chat'));

/** Who answers, in words. @param {ChatSession} session */
export function answeredBy({ owner, assigned_to: id, assigned_name: name }) {
  if (owner === 'bot') return t('owner.bot');
  return owner === 'queue' ? t(desk.isStaff ? 'owner.queue' : 'owner.queue.customer') : name ?? desk.nameOf(id);
}

/** Signs of life from a customer count for so long. */
const LIVELY = 2 * 60_000;
/** @type {Map<string, number>} */
const signs = new Map();

/** A customer wrote, typed or read. @param {string} id of the chat @param {number} [when] */
export function noteSign(id, when = Date.now()) {
  signs.set(id, Math.max(when, signs.get(id) ?? 0));
}

/** Whether the customer is there, as far as their deeds tell; `null` when the chat is over. @param {ChatSession} session @returns {'here' | 'away' | null} */
export function presence({ id, status, last_message: last }) {
  if (status !== 'active') return null;
  const said = last?.sender_type === 'user' ? Date.parse(last.created_at) : 0;
  return Date.now() - Math.max(said, signs.get(id) ?? 0) < LIVELY ? 'here' : 'away';
}

/** A browser and a system, from what a browser says of itself. @param {string} agent */
export function browser(agent) {
  const product = /(Edg|OPR|Firefox|Chrome|CriOS|FxiOS|Version)\/(\d+)/.exec(agent);
  const names = /** @type {Record<string, string>} */ ({ Edg: 'Edge', OPR: 'Opera', CriOS: 'Chrome', FxiOS: 'Firefox', Version: 'Safari' });
  const chosen = /Edg\//.test(agent) ? /(Edg)\/(\d+)/.exec(agent) : product;
  const system = /iPhone|iPad/.test(agent) ? 'iOS' : /Android/.test(agent) ? 'Android' : /Windows/.test(agent) ? 'Windows' : /Mac OS X/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
  if (!chosen) return agent;
  const name = `${names[chosen[1] ?? ''] ?? chosen[1]} ${chosen[2]}`;
  return system ? t('visit.browser', { name, system }) : name;
}
