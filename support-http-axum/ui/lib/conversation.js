// One conversation as one of its sides sees it: what was said, what is on its way, who is typing, and what is new. It
// draws nothing, and knows neither the page nor the widget.

/** @import { ChatMessage, ChatSession } from './types.js' */
/** @import { Arrived, Item, Outbox } from './outbox.js' */
/** @typedef {'agent' | 'customer'} Side */
/** @typedef {'sending' | 'waiting' | 'failed' | 'sent' | 'read' | ''} EntryState */

/**
 * What is drawn: a message, or one that is on its way.
 * @typedef {object} Entry
 * @property {string} key the same before and after it has arrived
 * @property {number} seq `Infinity` until it has arrived
 * @property {boolean} isOwn whether this side said it
 * @property {boolean} isMine whether this very person said it
 * @property {ChatMessage['sender_type']} kind
 * @property {string | null} name
 * @property {string | null} sender
 * @property {string} text
 * @property {string} at
 * @property {EntryState} state `''` for what others said
 * @property {string} [why]
 * @property {ChatMessage | null} message
 */
/** @typedef {{ seq: number, count: number }} Divider */
/** @typedef {{ kind: Side | 'bot', name: string | null }} Typist */
/**
 * What a conversation needs of the API.
 * @typedef {object} Remote
 * @property {(id: string, query: Record<string, string>, signal?: AbortSignal) => Promise<ChatMessage[]>} messages
 * @property {(id: string, upToSeq: number) => Promise<void>} read
 * @property {(id: string, typing: boolean) => Promise<void>} typing
 */

const PAGE = 100;
/** Said at most so often while somebody types, and believed for so long. */
const TYPING_PAUSE = 2_500;
const TYPING_LASTS = 6_000;
/** A signal that comes so soon after a message was sent before it. */
const TYPING_LATE = 300;
/** Unread messages beyond so many are not looked for. */
const FARTHEST_DIVIDER = 500;

/** Events: `change`; `news` with the entries of others that came; `failed` with why it could not be read. */
export class Conversation extends EventTarget {
  /** @type {ChatSession | null} */ session = null;
  /** Where what is new begins; stays until one leaves or answers. @type {Divider | null} */ divider = null;
  /** Whether the messages that were asked for are there. */
  ready = false;
  /** Whether there is nothing before what is there. */
  complete = false;
  /** @type {Map<number, ChatMessage>} */ #said = new Map();
  /** @type {Entry[] | null} */ #entries = null;
  /** How far the other side has read. */ #readByOther = 0;
  /** How far this side has read. */ #seen = 0;
  /** How far the server was told. */ #told = 0;
  /** @type {Map<string, Typist & { timer: number }>} */ #typists = new Map();
  /** When each side last said something here. @type {Map<string, number>} */ #saidAt = new Map();
  /** When typing may be told of again; whether it was. */ #tellTyping = 0;
  #isTyping = false;
  #typingTimer = 0;
  /** When this side said something last. */ #askedAt = -Infinity;
  /** @type {Promise<void> | null} */ #filling = null;
  /** @type {Promise<void> | null} */ #older = null;
  #stop = new AbortController();
  #remote;
  #outbox;

  /**
   * @param {object} what
   * @param {string} what.id
   * @param {Side} what.side
   * @param {{ id: string | null, name: string | null }} what.self
   * @param {Remote} what.remote
   * @param {Outbox} what.outbox
   */
  constructor({ id, side, self, remote, outbox }) {
    super();
    this.id = id;
    this.side = side;
    this.self = self;
    this.#remote = remote;
    this.#outbox = outbox;
    const { signal } = this.#stop;
    outbox.addEventListener('change', () => this.#changed(), { signal });
    outbox.addEventListener('arrived', event => this.#arrived(/** @type {CustomEvent<Arrived>} */ (event).detail), { signal });
  }

  /** Reads the newest messages, as far back as something is new. @param {ChatSession} session */
  async open(session) {
    this.session = session;
    try {
      const page = await this.#fetch({});
      this.#take(page);
      this.complete = page.length < PAGE;
      while (this.#unreadAmong() < session.unread_count && !this.complete && this.#said.size < FARTHEST_DIVIDER) await this.older();
      this.divider = this.#findDivider(session.unread_count);
      this.ready = true;
      this.#changed();
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  /** What was said is still shown; nothing more is heard. */
  close() {
    this.#stop.abort();
    for (const { timer } of this.#typists.values()) clearTimeout(timer);
    this.typed('');
  }

  /** What is drawn, in its order: what has arrived by its number, then what is on its way. @returns {readonly Entry[]} */
  get entries() {
    return this.#entries ??= this.#draw();
  }

  #draw() {
    const messages = [...this.#said.values()].sort((a, b) => a.seq - b.seq);
    const entries = messages.map(message => this.#entry(message));
    const known = new Set(entries.map(({ key }) => key));
    const queued = this.#outbox.of(this.id).map(item => this.#queued(item)).filter(({ key }) => !known.has(key));
    return [...entries, ...queued];
  }

  /** @param {ChatMessage} message @returns {Entry} */
  #entry(message) {
    const { id, seq, sender_type: kind, sender_name: name, sender_id: sender, message: text, created_at: at, client_message_id: client } = message;
    const isOwn = kind === (this.side === 'agent' ? 'admin' : 'user');
    // Where the page does not know who one is, whoever is on one's side stands for oneself.
    const isMine = isOwn && (this.self.id === null || sender === this.self.id);
    const state = isOwn ? (message.is_read || seq <= this.#readByOther ? 'read' : 'sent') : '';
    return { key: isMine && client ? `own:${client}` : id, seq, isOwn, isMine, kind, name, sender, text, at, state, message };
  }

  /** @param {Item} item @returns {Entry} */
  #queued({ key, body, at, state, why }) {
    const kind = this.side === 'agent' ? 'admin' : 'user';
    return { key: `own:${key}`, seq: Infinity, isOwn: true, isMine: true, kind, name: this.self.name, sender: this.self.id, text: body.message, at, state, ...(why && { why }), message: null };
  }

  /** The number of the last message of an unbroken row. */
  get lastSeq() {
    let last = Math.min(...this.#said.keys());
    if (!Number.isFinite(last)) return 0;
    while (this.#said.has(last + 1)) last++;
    return last;
  }

  /** Messages of the other side that this side has not read. */
  get unread() {
    return this.session?.unread_count ?? 0;
  }

  /** Who is typing. The assistant is, until it has answered. @returns {Typist[]} */
  get typists() {
    const typists = [...this.#typists.values()].map(({ kind, name }) => ({ kind, name }));
    return this.#awaitsBot ? [...typists, { kind: 'bot', name: null }] : typists;
  }

  /** @returns {boolean | undefined} */
  get #awaitsBot() {
    if (this.side !== 'customer' || this.session?.owner !== 'bot') return false;
    const last = this.entries.at(-1);
    return last?.isOwn && ['sending', 'sent', 'read'].includes(last.state) && performance.now() - this.#askedAt < TYPING_LASTS;
  }

  /** Says something: it is drawn at once, and sent as soon as can be. @param {string} text @param {Record<string, any>} [more] of the request's body */
  send(text, more = {}) {
    this.divider = null;
    this.#askedAt = performance.now();
    clearTimeout(this.#typingTimer);
    // What is typed next is told of when nobody can take it for what was typed before, also if the message is slower.
    this.#tellTyping = this.#askedAt + 2 * TYPING_LATE;
    this.#isTyping = false;
    setTimeout(() => this.#changed(), TYPING_LASTS);
    return this.#outbox.add(this.id, { message: text, ...more });
  }

  /** @param {Entry} entry */
  retry({ key }) {
    this.#outbox.retry(key.slice('own:'.length));
  }

  /** @param {Entry} entry */
  drop({ key }) {
    this.#outbox.drop(key.slice('own:'.length));
  }

  /** Tells the other side that one is typing, or has deleted everything. @param {string} text */
  typed(text) {
    clearTimeout(this.#typingTimer);
    const wait = this.#tellTyping - performance.now();
    if (text && wait > 0 && !this.#isTyping) this.#typingTimer = setTimeout(() => this.typed(text), wait);
    else if (text ? wait <= 0 : this.#isTyping) {
      this.#isTyping = Boolean(text);
      this.#tellTyping = text ? performance.now() + TYPING_PAUSE : 0;
      // Nobody misses it.
      this.#remote.typing(this.id, this.#isTyping).catch(() => {});
    }
  }

  /** Tells how far this side has read. @param {number} seq */
  async seen(seq) {
    this.#seen = Math.max(this.#seen, Math.min(seq, this.lastSeq));
    if (this.#seen <= this.#told) return;
    const before = this.#told;
    this.#told = this.#seen;
    try {
      await this.#remote.read(this.id, this.#told);
      if (this.session && this.#told >= this.session.last_seq) this.#update({ unread_count: 0 });
    } catch {
      // Told again when the line is back, or with what is read next.
      this.#told = before;
    }
  }

  /** What the live line told, if it is about this conversation. @param {{ kind: string, data: any }} event */
  hear({ kind, data }) {
    if (kind === 'message_created' && data.session_id === this.id) this.#heard(data);
    else if (kind === 'session_updated' && data.id === this.id) this.#update(data);
    else if (kind === 'messages_read' && data.session_id === this.id) this.#othersRead(data);
    else if (kind === 'typing' && data.session_id === this.id) this.#othersType(data);
  }

  /** Looks for what was missed, and sends what waits: the line is back. */
  async catchUp() {
    this.#outbox.flush();
    this.seen(this.#seen);
    if (this.ready) await this.#fill();
    else if (this.session) await this.open(this.session);
  }

  /** Reads one more page of older messages. */
  async older() {
    const first = Math.min(...this.#said.keys());
    if (this.complete || !Number.isFinite(first)) return;
    this.#older ??= this.#fetch({ before_seq: String(first) })
      .then(page => {
        this.#take(page);
        this.complete = page.length < PAGE;
        this.#changed();
      })
      .finally(() => { this.#older = null; });
    await this.#older;
  }

  /** @param {Record<string, string>} query */
  #fetch(query) {
    return this.#remote.messages(this.id, { limit: String(PAGE), ...query }, this.#stop.signal);
  }

  /** @param {ChatMessage[]} messages */
  #take(messages) {
    const known = this.#said.size ? this.lastSeq : Infinity;
    for (const message of messages) this.#said.set(message.seq, message);
    const news = messages.filter(({ seq }) => seq > known).map(message => this.#entry(message));
    // The desk's own words, such as that somebody has joined, end nobody's.
    for (const { kind } of news) if (kind !== 'system') this.#endTyping(kind);
    const others = news.filter(({ isOwn, kind }) => !isOwn && kind !== 'system');
    if (this.ready && others.length) this.dispatchEvent(new CustomEvent('news', { detail: others }));
  }

  /** @param {ChatMessage} message */
  #heard(message) {
    if (!this.ready) return;
    const next = this.lastSeq + 1;
    this.#take([message]);
    this.#changed();
    if (message.seq > next) this.#fill();
  }

  /** @param {Arrived} arrived */
  #arrived({ item, answer }) {
    if (item.to === this.id) this.#heard(answer);
  }

  /** Reads what is missing at the end, page by page. */
  async #fill() {
    this.#filling ??= this.#fillGap().catch(error => this.#tellFailure(error)).finally(() => { this.#filling = null; });
    await this.#filling;
  }

  async #fillGap() {
    for (;;) {
      const page = await this.#fetch({ after_seq: String(this.lastSeq) });
      this.#take(page);
      this.#changed();
      if (page.length < PAGE) return;
    }
  }

  /** @param {Partial<ChatSession>} by */
  #update(by) {
    if (!this.session || (by.version !== undefined && by.version < this.session.version)) return;
    this.session = { ...this.session, ...by };
    this.#changed();
  }

  /** @param {{ kind: Side, up_to_seq: number } & ChatSession} read */
  #othersRead({ kind, up_to_seq: seq, unread_count: unread }) {
    if (kind !== this.side) this.#readByOther = Math.max(this.#readByOther, seq);
    this.#update({ unread_count: unread });
    this.#changed();
  }

  /** @param {{ kind: Side, name: string | null, typing: boolean }} signal */
  #othersType({ kind, name, typing }) {
    const who = `${kind}:${name ?? ''}`;
    if (typing && performance.now() - (this.#saidAt.get(kind) ?? -Infinity) < TYPING_LATE) return;
    clearTimeout(this.#typists.get(who)?.timer);
    if (typing) {
      const timer = setTimeout(() => {
        this.#typists.delete(who);
        this.#changed();
      }, TYPING_LASTS);
      this.#typists.set(who, { kind, name, timer });
    } else this.#typists.delete(who);
    this.#changed();
  }

  /** Whoever has said something has stopped typing it. @param {string} kind */
  #endTyping(kind) {
    const side = kind === 'user' ? 'customer' : 'agent';
    this.#saidAt.set(side, performance.now());
    for (const [who, typist] of this.#typists) {
      if (typist.kind !== side) continue;
      clearTimeout(typist.timer);
      this.#typists.delete(who);
    }
  }

  /** Whether a message counts as unread for this side. @param {ChatMessage} message */
  #counts({ sender_type: kind }) {
    return this.side === 'agent' ? kind === 'user' : kind === 'admin' || kind === 'bot';
  }

  #unreadAmong() {
    return [...this.#said.values()].filter(message => this.#counts(message)).length;
  }

  /** The first of so many unread messages. @param {number} count @returns {Divider | null} */
  #findDivider(count) {
    if (!count) return null;
    const unread = [...this.#said.values()].filter(message => this.#counts(message)).sort((a, b) => b.seq - a.seq).slice(0, count);
    const first = unread.at(-1);
    return first ? { seq: first.seq, count } : null;
  }

  /** Messages that came while nobody looked begin below a divider, if there is none. @param {readonly Entry[]} news */
  divide(news) {
    const [first] = news;
    if (!first) return;
    this.divider = this.divider ? { ...this.divider, count: this.divider.count + news.length } : { seq: first.seq, count: news.length };
    this.#changed();
  }

  /** @param {unknown} error */
  #tellFailure(error) {
    if (!this.#stop.signal.aborted) this.dispatchEvent(new CustomEvent('failed', { detail: error }));
  }

  #changed() {
    this.#entries = null;
    this.dispatchEvent(new Event('change'));
  }
}
