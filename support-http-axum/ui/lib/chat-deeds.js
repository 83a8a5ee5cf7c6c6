// What is done to a chat as a whole: at once, said in words, and, where that can be, taken back.
import { api } from './api.js';
import { desk, reason } from './desk.js';
import { t } from './i18n.js';
import { newKey } from './outbox.js';
import { customerName } from './people.js';
import { problem } from './problem.js';
import { go, to } from './route.js';
import { me } from './session.js';
import { say } from './ui.js';

/** @import { ChatSession } from './types.js' */
/** @typedef {(session: ChatSession) => void} Show */

/** @param {() => Promise<ChatSession>} deed @param {Show} show @returns {Promise<ChatSession | null>} */
async function attempt(deed, show) {
  try {
    const session = await deed();
    show(session);
    return session;
  } catch (error) {
    say({ kind: 'failed', text: reason(error) });
    return null;
  }
}

/** @param {ChatSession} session @param {Show} show */
export async function close(session, show) {
  // It looks closed at once; a refusal puts it back.
  show({ ...session, status: 'closed' });
  const closed = await attempt(() => api.actOnChat(session.id, 'close'), show);
  if (!closed) return show(session);
  // Only staff can open it again.
  say({ text: t(desk.isStaff ? 'chat.closed' : 'chat.ended'), ...(desk.isStaff && { run: () => reopen(closed, show) }) });
}

/** @param {ChatSession} session @param {Show} show */
export const reopen = (session, show) => attempt(() => api.actOnChat(session.id, 'reopen'), show);

/** @param {ChatSession} session @param {Show} show */
export async function archive(session, show) {
  if (await attempt(() => api.actOnChat(session.id, 'archive'), show)) say({ text: t('chat.archived') });
}

/** @param {ChatSession} session @param {Show} show */
export const askForHuman = (session, show) => attempt(() => api.actOnChat(session.id, 'handoff'), show);

/** Gives a chat to an agent, to the queue (`null`), or to the bot. @param {ChatSession} session @param {string | null} whom @param {Show} show */
export async function give(session, whom, show) {
  const before = session.owner === 'bot' ? 'bot' : session.assigned_to;
  const isMe = whom === 'me' || whom === me()?.id;
  const given = await attempt(() => api.assignChat(session.id, isMe ? 'me' : whom), show);
  if (!given || before === whom) return;
  const text = whom === 'bot' ? t('chat.to_bot') : whom === null ? t('chat.to_queue') : isMe ? t('chat.taken', { who: customerName(session) }) : t('chat.given', { to: given.assigned_name ?? desk.nameOf(whom) });
  say({ text, run: () => attempt(() => api.assignChat(session.id, before), show) });
}

/** Makes a ticket of a chat, or finds the one that was made. @param {ChatSession} session @param {Show} show */
export async function makeTicket(session, show) {
  try {
    const { id, number } = await api.ticketFromChat(session.id, {}, newKey());
    show({ ...session, ticket_id: id });
    say({ text: t('new.done', { number }), action: t('open'), run: () => go(to(`tickets/${number}`)) });
  } catch (error) {
    if (problem(error).code === 'ticket_exists') show(await api.chat(session.id));
    say({ kind: 'failed', text: reason(error) });
  }
}
