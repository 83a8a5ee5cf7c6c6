// The chats that a list shows: read page by page, kept current by the live line, and put in order only when nobody's
// hand is on them.
import { api } from './api.js';
import { problem } from './problem.js';

/** @import { Problem } from './problem.js' */
/** @import { ChatMessage, ChatSession } from './types.js' */
/** @typedef {'all' | 'active' | 'closed' | 'archived'} Show */
/**
 * @typedef {object} ChatFilters
 * @property {Show} show
 * @property {'' | 'me' | 'none'} whose
 * @property {string} search
 */

const PAGE = '50';
const TYPING_LASTS = 6_000;
/** A signal that comes so soon after a message was sent before it. */
const TYPING_LATE = 300;

/** @type {Record<Show, ChatSession['status'][]>} */
const STATUSES = { all: ['active', 'closed'], active: ['active'], closed: ['closed'], archived: ['archived'] };

/** @param {URLSearchParams} query @returns {ChatFilters} */
export function readFilters(query) {
  const show = /** @type {Show} */ (query.get('show') ?? 'all');
  const whose = query.get('assigned_to');
  return { show: show in STATUSES ? show : 'all', whose: whose === 'me' || whose === 'none' ? whose : '', search: query.get('search') ?? '' };
}

/** As it stands in the address: only what is not usual. @param {ChatFilters} filters */
export function writeFilters({ show, whose, search }) {
  const query = new URLSearchParams({ ...(show !== 'all' && { show }), ...(whose && { assigned_to: whose }), ...(search && { search }) }).toString();
  return query && `?${query}`;
}

/** Events: `change`. */
export class ChatList extends EventTarget {
  /** @type {Problem | null} */ failed = null;
  loading = false;
  complete = false;
  /** The filters of this list, as they stand in the address. @type {string | null} */ asked = null;
  /** @type {Map<string, ChatSession>} */ #known = new Map();
  /** The ids that are shown, in their order. @type {string[]} */ #order = [];
  /** Those that match, but are not shown while a hand is on the list. @type {Set<string>} */ #fresh = new Set();
  /** @type {string | null} */ #cursor = null;
  /** @type {ChatFilters} */ #filters = { show: 'all', whose: '', search: '' };
  /** @type {Map<string, number>} */ #typing = new Map();
  /** When something was said last. @type {Map<string, number>} */ #saidAt = new Map();
  #isStaff;
  #self;
  /** Asked before anything moves. */ isHeld = () => false;
  #stop = new AbortController();
  /** @type {Promise<void> | null} */ #more = null;

  /** @param {{ isStaff: boolean, self: string | null }} whose */
  constructor({ isStaff, self }) {
    super();
    this.#isStaff = isStaff;
    this.#self = self;
  }

  /** @returns {ChatSession[]} */
  get sessions() {
    return this.#order.flatMap(id => this.#known.get(id) ?? []);
  }

  /** How many would be shown above, if nobody's hand were on the list. */
  get fresh() {
    return this.#fresh.size;
  }

  /** @param {string} id */
  find(id) {
    return this.#known.get(id);
  }

  /** Whether the other side is typing. @param {string} id */
  isTyping(id) {
    return this.#typing.has(id);
  }

  /** Reads the list from its beginning. What is shown stays until the answer is there. @param {ChatFilters} filters */
  async load(filters) {
    this.#stop.abort();
    const { signal } = this.#stop = new AbortController();
    this.#filters = filters;
    this.asked = writeFilters(filters);
    this.#more = null;
    this.loading = true;
    this.#changed();
    try {
      const page = await this.#read(null, signal);
      this.#comeTo(page.next_cursor);
      this.#known = new Map(page.items.map(session => [session.id, session]));
      this.#order = page.items.map(({ id }) => id);
      this.#fresh.clear();
      this.failed = null;
    } catch (error) {
      if (signal.aborted) return;
      this.failed = problem(error);
    }
    this.loading = false;
    this.#changed();
  }

  /** Reads again what is shown: something was missed. What changed changes in its place. */
  async refresh() {
    if (this.failed || this.loading) return this.load(this.#filters);
    const { signal } = this.#stop;
    try {
      const { items } = await this.#read(null, signal);
      for (const session of items) this.put(session);
    } catch {
      // What is shown stays, and the next look tells.
    }
  }

  /** This person has read a chat: the live line tells the first of several agents alone. @param {string} id */
  read(id) {
    const known = this.#known.get(id);
    if (known?.unread_count) this.put({ ...known, unread_count: 0 });
  }

  /** Reads one more page. */
  async more() {
    if (this.complete || this.loading || !this.#cursor) return;
    const { signal } = this.#stop;
    this.#more ??= this.#read(this.#cursor, signal)
      .then(page => {
        this.#comeTo(page.next_cursor);
        for (const session of page.items) {
          if (!this.#known.has(session.id)) this.#order.push(session.id);
          this.#keep(session);
        }
      }, error => { if (!signal.aborted) this.failed = problem(error); })
      .finally(() => {
        this.#more = null;
        this.#changed();
      });
    await this.#more;
  }

  /** What the live line told. @param {{ kind: string, data: any }} event */
  hear({ kind, data }) {
    if (kind === 'session_created' || kind === 'session_updated') this.put(data);
    else if (kind === 'message_created') this.#said(data);
    else if (kind === 'messages_read') {
      const known = this.#known.get(data.session_id);
      if (known) this.put({ ...known, unread_count: data.unread_count });
    } else if (kind === 'typing' && data.session_id && data.kind !== (this.#isStaff ? 'agent' : 'customer')) this.#types(data.session_id, data.typing);
  }

  /** @param {string} id @param {boolean} typing */
  #types(id, typing) {
    clearTimeout(this.#typing.get(id));
    this.#typing.delete(id);
    const isLate = performance.now() - (this.#saidAt.get(id) ?? -Infinity) < TYPING_LATE;
    if (typing && !isLate) this.#typing.set(id, setTimeout(() => this.#types(id, false), TYPING_LASTS));
    this.#changed();
  }

  /** Shows a chat as it is now. @param {ChatSession} session */
  put(session) {
    const known = this.#known.get(session.id);
    if (known && known.version > session.version) return;
    if (this.#matches(session)) {
      this.#keep(session);
      if (!this.#order.includes(session.id)) this.#fresh.add(session.id);
    } else if (known) {
      // It stays where it is until the list moves.
      this.#keep(session);
      this.#fresh.delete(session.id);
    }
    this.settle();
    this.#changed();
  }

  /** @param {ChatMessage} message */
  async #said(message) {
    const { session_id: id, seq, sender_type: kind, message: text, created_at: at } = message;
    const known = this.#known.get(id);
    if (!known) {
      // It may have been read long ago, or not at all.
      const session = await api.chat(id, this.#stop.signal).catch(() => null);
      if (session) this.put(session);
      return;
    }
    if (seq <= known.last_seq && known.last_message) return;
    this.#saidAt.set(id, performance.now());
    this.#types(id, false);
    const counts = this.#isStaff ? kind === 'user' : kind === 'admin' || kind === 'bot';
    this.put({ ...known, last_seq: seq, updated_at: at, last_message: { sender_type: kind, preview: text.slice(0, 120), created_at: at }, unread_count: known.unread_count + (counts ? 1 : 0) });
  }

  /** Puts the list in order, unless a hand is on it. */
  settle() {
    if (this.isHeld()) return;
    const shown = [...new Set([...this.#fresh, ...this.#order])].flatMap(id => this.#known.get(id) ?? []).filter(session => this.#matches(session));
    const order = shown.sort(this.#isStaff ? byNeed : byTime).map(({ id }) => id);
    this.#fresh.clear();
    if (order.length === this.#order.length && order.every((id, at) => id === this.#order[at])) return;
    this.#order = order;
    this.#changed();
  }

  /** Whether a chat belongs to the list. What a search finds, and who a page is that does not know, the server says. @param {ChatSession} session */
  #matches({ id, status, assigned_to: assignee }) {
    const { show, whose, search } = this.#filters;
    if (search || (whose === 'me' && this.#self === null)) return this.#order.includes(id);
    if (!STATUSES[show].includes(status)) return false;
    return !whose || (whose === 'me' ? assignee === this.#self : assignee === null);
  }

  /** @param {string | null} cursor @param {AbortSignal} signal */
  async #read(cursor, signal) {
    const { show, whose, search } = this.#filters;
    const query = new URLSearchParams({ limit: PAGE, sort: this.#isStaff ? 'unread' : 'recent' });
    for (const status of STATUSES[show]) query.append('status', status);
    if (whose) query.set('assigned_to', whose);
    if (search) query.set('search', search);
    if (cursor) query.set('cursor', cursor);
    return api.chats(query, signal);
  }

  /** @param {string | null} cursor behind what is shown */
  #comeTo(cursor) {
    this.#cursor = cursor;
    this.complete = cursor === null;
  }

  /** @param {ChatSession} session */
  #keep(session) {
    this.#known.set(session.id, session);
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {ChatSession} session */
const lastAt = ({ last_message: last, updated_at: at }) => last?.created_at ?? at;

/** @param {ChatSession} a @param {ChatSession} b */
const byTime = (a, b) => lastAt(b).localeCompare(lastAt(a));

/** Unread first. @param {ChatSession} a @param {ChatSession} b */
const byNeed = (a, b) => Number(b.unread_count > 0) - Number(a.unread_count > 0) || byTime(a, b);
