// Requests to the desk.
import { api as base } from './config.js';
import { Problem } from './problem.js';
import { send } from './request.js';
import { token } from './session.js';

/** @import { Agent, Change, ChatMessage, ChatSession, ChatStats, Page, Reply, Stats, Ticket, TicketChange, Trace, Transcript } from './types.js' */

/**
 * @typedef {object} Options
 * @property {unknown} [body]
 * @property {URLSearchParams} [query]
 * @property {number} [version] the version that the object must still have
 * @property {string} [key] makes sending it again safe
 * @property {AbortSignal | undefined} [signal]
 * @property {boolean} [keepalive] sent even as the page is left
 */

/** @param {string} method @param {string} path @param {Options} [options] @returns {Promise<any>} */
async function request(method, path, { body, query, version, key, signal, keepalive = false } = {}) {
  const url = new URL(path, base);
  if (query) url.search = query.toString();
  const bearer = token();
  const headers = { ...(bearer && { authorization: `Bearer ${bearer}` }), ...(version !== undefined && { 'if-match': `"${version}"` }) };
  try {
    // The host's cookie, if that is how it knows people; never to another origin.
    const answer = await send(url, { method, credentials: 'same-origin', headers, body, key, signal, keepalive });
    return answer.status === 204 ? null : await answer.json().catch(() => ({}));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) dispatchEvent(new Event('support:signed-out'));
    throw error;
  }
}

/** @param {string} id */
const chat = id => `chat/sessions/${encodeURIComponent(id)}`;

/** @param {string} id */
const ticket = id => `support/tickets/${encodeURIComponent(id)}`;

export const api = {
  /** @param {URLSearchParams} query @param {AbortSignal} [signal] @returns {Promise<Page<Ticket>>} */
  tickets: (query, signal) => request('GET', 'support/tickets', { query, signal }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Ticket>} */
  ticket: (id, signal) => request('GET', ticket(id), { signal }),
  /** @param {Record<string, unknown>} body @param {string} key @returns {Promise<Ticket>} */
  createTicket: (body, key) => request('POST', 'support/tickets', { body, key }),
  /** @param {string} id @param {TicketChange} body @param {number} [version] @returns {Promise<Ticket>} */
  changeTicket: (id, body, version) => request('PATCH', ticket(id), { body, ...(version !== undefined && { version }) }),
  /** @param {string} id @param {'close' | 'reopen'} action @returns {Promise<Ticket>} */
  act: (id, action) => request('POST', `${ticket(id)}/${action}`, { body: {} }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Reply[]>} */
  replies: (id, signal) => all(`${ticket(id)}/replies`, signal),
  /** @param {string} id @param {{ message: string, internal?: boolean, status?: string }} body @param {string} key @returns {Promise<Reply>} */
  reply: (id, body, key) => request('POST', `${ticket(id)}/replies`, { body, key }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Change[]>} */
  history: async (id, signal) => (await request('GET', `${ticket(id)}/history`, { signal })).items,
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Transcript>} */
  transcript: (id, signal) => request('GET', `${ticket(id)}/transcript`, { signal }),
  /** @returns {Promise<Stats>} */
  stats: () => request('GET', 'support/stats', { query: new URLSearchParams({ period: 'week' }) }),
  /** @returns {Promise<Agent[]>} */
  agents: async () => (await request('GET', 'support/agents')).items,
  /** @param {Agent['availability']} availability @returns {Promise<void>} */
  available: availability => request('PATCH', 'support/agents/me', { body: { availability } }),

  /** @param {URLSearchParams} query @param {AbortSignal} [signal] @returns {Promise<Page<ChatSession>>} */
  chats: (query, signal) => request('GET', 'chat/sessions', { query, signal }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<ChatSession>} */
  chat: (id, signal) => request('GET', chat(id), { signal }),
  /** @param {Record<string, unknown>} body @param {string} key @returns {Promise<ChatSession>} */
  startChat: (body, key) => request('POST', 'chat/sessions', { body, key }),
  /** @param {string} id @param {Record<string, string>} query @param {AbortSignal} [signal] @returns {Promise<ChatMessage[]>} */
  messages: async (id, query, signal) => (await request('GET', `${chat(id)}/messages`, { query: new URLSearchParams(query), signal })).items,
  /** @param {string} id @param {{ message: string, client_message_id: string }} body @returns {Promise<ChatMessage>} */
  say: (id, body) => request('POST', `${chat(id)}/messages`, { body }),
  /** @param {string} id @param {number} upToSeq @returns {Promise<void>} */
  readChat: (id, upToSeq) => request('POST', `${chat(id)}/read`, { body: { up_to_seq: upToSeq } }),
  /** @param {string} id @param {boolean} typing @returns {Promise<void>} */
  typing: (id, typing) => request('POST', `${chat(id)}/typing`, { body: { typing } }),
  /** @param {string} id @param {boolean} viewing @returns {Promise<void>} */
  viewing: (id, viewing) => request('POST', `${chat(id)}/presence`, { body: { viewing }, keepalive: true }),
  /** @param {string} id @param {'close' | 'reopen' | 'archive' | 'handoff'} action @returns {Promise<ChatSession>} */
  actOnChat: (id, action) => request('POST', `${chat(id)}/${action}`, { body: {} }),
  /** @param {string} id @param {string | null} to an agent's id, `me`, `bot`, or nobody @returns {Promise<ChatSession>} */
  assignChat: (id, to) => request('POST', `${chat(id)}/assign`, { body: { assigned_to: to } }),
  /** @param {string} id @param {{ rating: number, feedback?: string }} body @returns {Promise<ChatSession>} */
  rateChat: (id, body) => request('POST', `${chat(id)}/rate`, { body }),
  /** @param {string} id @param {Record<string, unknown>} body @param {string} key @returns {Promise<Ticket>} */
  ticketFromChat: (id, body, key) => request('POST', `${chat(id)}/ticket`, { body, key }),
  /** @param {string} id @param {number} seq @returns {Promise<Trace>} */
  trace: (id, seq) => request('GET', `${chat(id)}/messages/${seq}/trace`),
  /** @returns {Promise<ChatStats>} */
  chatStats: () => request('GET', 'chat/stats'),
};

/** All pages of a list. @param {string} path @param {AbortSignal} [signal] @returns {Promise<any[]>} */
async function all(path, signal) {
  const items = [];
  for (let cursor = ''; ;) {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) });
    const page = await request('GET', path, { query, signal });
    items.push(...page.items);
    if (!page.next_cursor) return items;
    cursor = page.next_cursor;
  }
}
