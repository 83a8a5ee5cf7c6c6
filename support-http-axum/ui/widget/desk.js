// The desk as the widget calls it: for a guest, known by the token of their conversation, or for somebody whom the site
// has identified. No cookie is sent, and none is set.
import { newKey } from '../lib/outbox.js';
import { Problem } from '../lib/problem.js';
import { send } from '../lib/request.js';

/** @import { Remote } from '../lib/conversation.js' */
/** @import { Item } from '../lib/outbox.js' */
/** @import { ChatMessage, ChatSession } from '../lib/types.js' */
/** @import { Context } from './panel.js' */
/** @typedef {{ guest_name?: string, guest_email?: string, guest_phone?: string }} Contact */

export class Desk {
  #context;
  /** @type {string | null} */ #identity;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
    this.#identity = context.identity;
  }

  /** @param {string | null} token */
  identify(token) {
    this.#identity = token;
  }

  get isIdentified() {
    return this.#identity !== null;
  }

  /** What the desk is called. */
  get name() {
    return this.#context.name;
  }

  /** What says who is calling. @returns {Record<string, string>} */
  get credential() {
    if (this.#identity !== null) return { authorization: `Bearer ${this.#identity}` };
    const { kept } = this.#context.host;
    return kept ? { 'x-support-session-token': kept.token } : {};
  }

  /** The conversation to go on with, if there is one. @returns {Promise<ChatSession | null>} */
  async current() {
    if (this.#identity !== null) return (await this.ask('GET', 'chat/sessions?status=active&sort=recent&limit=1')).items[0] ?? null;
    const { kept } = this.#context.host;
    if (!kept) return null;
    try {
      return await this.ask('GET', `chat/sessions/${kept.id}`);
    } catch (error) {
      if (!(error instanceof Problem) || ![401, 403, 404].includes(error.status)) throw error;
      // It is gone, or was never here.
      this.#context.host.kept = null;
      return null;
    }
  }

  /** Begins a conversation. @param {Contact} contact @returns {Promise<ChatSession>} */
  async begin(contact) {
    const { host } = this.#context;
    const metadata = { page: location.origin + location.pathname, ...(host.dataset.site && { site: host.dataset.site }) };
    if (this.#identity !== null) return this.ask('POST', 'chat/sessions', { body: { metadata }, key: newKey() });
    host.kept = null;
    const { session_token: token, ...session } = await this.ask('POST', 'chat/sessions', { body: { ...contact, metadata } });
    host.kept = { id: session.id, token, open: host.isOpen };
    return session;
  }

  /** Sends a message; with the same key again, it is the first one. @param {Item} item @returns {Promise<ChatMessage>} */
  post({ key, to, body }) {
    return this.ask('POST', `chat/sessions/${to}/messages`, { body: { ...body, client_message_id: key } });
  }

  /** @param {string} id @param {'close' | 'handoff'} action @returns {Promise<ChatSession>} */
  act(id, action) {
    return this.ask('POST', `chat/sessions/${id}/${action}`, { body: {} });
  }

  /** @returns {Remote} */
  get remote() {
    return {
      messages: async (id, query, signal) => (await this.ask('GET', `chat/sessions/${id}/messages?${new URLSearchParams(query)}`, { signal })).items,
      read: (id, seq) => this.ask('POST', `chat/sessions/${id}/read`, { body: { up_to_seq: seq } }),
      typing: (id, typing) => this.ask('POST', `chat/sessions/${id}/typing`, { body: { typing } }),
    };
  }

  /** @param {string} method @param {string} path @param {{ body?: unknown, key?: string, signal?: AbortSignal | undefined }} [options] @returns {Promise<any>} */
  async ask(method, path, options) {
    const answer = await this.fetch(method, path, options);
    return answer.status === 204 ? null : answer.json().catch(() => { throw new Problem(0); });
  }

  /** @param {string} method @param {string} path @param {{ body?: unknown, key?: string, accept?: string, signal?: AbortSignal | undefined }} [options] */
  async fetch(method, path, { body, key, accept = 'application/json', signal } = {}) {
    try {
      return await send(new URL(path, this.#context.api), { method, credentials: 'omit', headers: { accept, ...this.credential }, body, key, signal });
    } catch (error) {
      if (error instanceof Problem && error.status) this.#context.emit('error', { code: error.code, status: error.status, message: error.message });
      throw error;
    }
  }
}
