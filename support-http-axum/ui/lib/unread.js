// In which chats somebody waits for this person's side: the number in the title and beside the page's name.
import { api } from './api.js';
import { desk } from './desk.js';
import { me } from './session.js';

/** @import { ChatMessage, ChatSession } from './types.js' */

/** Events: `change`; `called` with a message that somebody should know of, and its chat. */
export class Unread extends EventTarget {
  /** @type {Map<string, ChatSession>} */ #known = new Map();

  get count() {
    return [...this.#known.values()].filter(session => session.unread_count > 0 && isForPeople(session)).length;
  }

  async load() {
    try {
      const query = new URLSearchParams({ unread: 'true', status: 'active', limit: '100' });
      const { items } = await api.chats(query);
      this.#known = new Map(items.map(session => [session.id, session]));
      this.#changed();
    } catch {
      // A number that is missing is no error of the page's.
    }
  }

  /** @param {{ kind: string, data: any }} event */
  hear({ kind, data }) {
    if (kind === 'session_created' || kind === 'session_updated') this.put(data);
    else if (kind === 'messages_read') this.#update(data.session_id, { unread_count: data.unread_count });
    else if (kind === 'message_created') this.#said(data);
  }

  /** @param {ChatSession} session */
  put(session) {
    const known = this.#known.get(session.id);
    const isNew = session.owner === 'queue' && known?.owner === 'bot';
    this.#known.set(session.id, session);
    this.#changed();
    // Who was handed over by the bot waits from now on.
    if (isNew && desk.isStaff) this.#call(session, session.last_seq, session.last_message?.preview ?? '');
  }

  /** This person has read a chat. @param {string} id */
  read(id) {
    this.#update(id, { unread_count: 0 });
  }

  /** @param {string} id @param {Partial<ChatSession>} by */
  #update(id, by) {
    const known = this.#known.get(id);
    if (known) this.#known.set(id, { ...known, ...by });
    this.#changed();
  }

  /** @param {ChatMessage} message */
  async #said({ session_id: id, seq, sender_type: kind, message }) {
    if (desk.isStaff ? kind !== 'user' : kind !== 'admin') return;
    const known = this.#known.get(id);
    const session = known ? { ...known, unread_count: known.unread_count + 1, last_seq: seq } : await api.chat(id).catch(() => null);
    if (!session) return;
    this.#known.set(id, session);
    this.#changed();
    if (isForPeople(session)) this.#call(session, seq, message);
  }

  /** @param {ChatSession} session @param {number} seq @param {string} text */
  #call(session, seq, text) {
    const isOthers = desk.isStaff && session.assigned_to && session.assigned_to !== me()?.id;
    if (!isOthers) this.dispatchEvent(new CustomEvent('called', { detail: { session, seq, text } }));
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Whether a person has to do with it: what customers ask the bot, the bot answers. @param {ChatSession} session */
const isForPeople = ({ owner, status }) => status === 'active' && (!desk.isStaff || owner !== 'bot');
