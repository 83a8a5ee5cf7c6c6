// Live chats: who waits on one side, the conversation on the other. Customers see their own.
import { html, nothing, repeat } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { ChatList, readFilters, writeFilters } from '../lib/chat-list.js';
import { desk, reason } from '../lib/desk.js';
import { number, t } from '../lib/i18n.js';
import { bind } from '../lib/keys.js';
import { setTitle } from '../lib/notify.js';
import { newKey } from '../lib/outbox.js';
import { customerName, noteSign, topic } from '../lib/people.js';
import { problem } from '../lib/problem.js';
import { go, to } from '../lib/route.js';
import { say } from '../lib/ui.js';
import { viewers } from '../lib/viewers.js';
import { Element } from '../parts/element.js';
import { empty } from '../parts/empty.js';
import { icon } from '../parts/icon.js';
import { stars } from '../parts/stars.js';

/** @import { ChatFilters } from '../lib/chat-list.js' */
/** @import { Problem } from '../lib/problem.js' */
/** @import { ChatSession, ChatStats } from '../lib/types.js' */
/** @import { Sessions } from '../parts/sessions.js' */
/** @import { Chat } from './chat.js' */

/** Figures are read again at most so often. */
const STATS_PAUSE = 3_000;

/** Events: `bell` with the button that asks how one is called. */
export class ChatsPage extends Element {
  static properties = { list: { attribute: false }, chatId: { type: String }, minute: { type: Number }, stats: { state: true }, session: { state: true }, failed: { state: true }, slow: { state: true }, sheet: { state: true }, tick: { state: true } };

  constructor() {
    super();
    /** @type {ChatList} */ this.list = /** @type {any} */ (undefined);
    this.chatId = '';
    this.minute = 0;
    this.tick = 0;
    /** @type {ChatStats | null} */ this.stats = null;
    /** @type {ChatSession | null} */ this.session = null;
    /** @type {Problem | null} */ this.failed = null;
    this.slow = false;
    this.sheet = false;
    this.filters = readFilters(new URLSearchParams(location.search));
    this.statsAt = -Infinity;
    this.statsTimer = 0;
    this.startKey = newKey();
    /** A chat that was just begun. */ this.started = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.list.addEventListener('change', this.changed);
    addEventListener('support:route', this.routed);
    addEventListener('popstate', this.routed);
    this.addEventListener('session', event => this.put(/** @type {CustomEvent<ChatSession>} */ (event).detail));
    const head = () => this.chat?.head;
    const act = (/** @type {string} */ deed) => { if (head()?.can(deed)) head()?.act(deed); };
    this.unbind = bind({
      j: () => this.neighbor(1), k: () => this.neighbor(-1), ArrowDown: () => this.neighbor(1), ArrowUp: () => this.neighbor(-1), r: () => this.chat?.field?.focus(), n: () => this.start(),
      '/': () => this.sessions?.field.select(), Escape: () => go(to(`chats${location.search}`)), e: () => act('close'),
      ...(desk.isStaff && { i: () => act('take'), a: () => head()?.assign(), t: () => act('ticket'), b: () => act('bot') }),
    });
    this.routed();
    this.look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.list.removeEventListener('change', this.changed);
    removeEventListener('support:route', this.routed);
    removeEventListener('popstate', this.routed);
    clearTimeout(this.statsTimer);
    if (desk.isStaff) viewers.look('');
    this.unbind?.();
  }

  changed = () => { this.tick += 1; };

  get sessions() {
    return /** @type {Sessions | null} */ (this.querySelector('sd-sessions'));
  }

  get chat() {
    return /** @type {Chat | null} */ (this.querySelector('sd-chat'));
  }

  routed = () => {
    this.filters = readFilters(new URLSearchParams(location.search));
    if (writeFilters(this.filters) !== this.list.asked) {
      this.slow = false;
      setTimeout(() => { this.slow = true; }, 150);
      this.list.load(this.filters);
    }
    this.requestUpdate();
  };

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has('chatId')) this.open();
    setTitle(this.session && this.chatId ? `${desk.isStaff ? customerName(this.session) : topic(this.session)} · ${t('chats')}` : t('chats'));
  }

  updated() {
    if (!this.started || this.session?.id !== this.started || !this.chat) return;
    // Who begins a chat has something to say.
    this.started = '';
    this.chat.updateComplete.then(() => this.chat?.field?.focus());
  }

  /** Shows the chat of the address: what the list knows of it at once. */
  async open() {
    const id = this.chatId;
    this.sheet = false;
    this.failed = null;
    this.session = this.list.find(id) ?? null;
    if (desk.isStaff) viewers.look(id);
    if (!id || this.session) return;
    try {
      const session = await api.chat(id);
      if (this.chatId === id) this.session = session;
    } catch (error) {
      if (this.chatId === id) this.failed = problem(error);
    }
  }

  /** @param {ChatSession} session */
  put(session) {
    if (session.id === this.chatId) this.session = session;
    this.list.put(session);
  }

  /** What the live line told. @param {{ kind: string, data: any }} event */
  hear(event) {
    const { kind, data } = event;
    const id = data.session_id ?? data.id;
    if ((kind === 'typing' && data.kind === 'customer' && data.typing) || (kind === 'message_created' && data.sender_type === 'user') || (kind === 'messages_read' && data.kind === 'customer')) noteSign(id);
    if (kind === 'session_updated' && id === this.chatId && (this.session?.version ?? 0) <= data.version) this.session = data;
    this.chat?.hear(event);
    if (kind.startsWith('session_') || kind === 'message_created') this.look();
    if (kind === 'typing') this.requestUpdate();
  }

  /** The line is back, or was never sure: what was missed is read. */
  async catchUp() {
    this.look();
    await Promise.all([this.chat?.catchUp(), this.refresh()]);
  }

  async refresh() {
    const id = this.chatId;
    const session = id ? await api.chat(id).catch(() => null) : null;
    if (session && id === this.chatId) this.session = session;
  }

  /** Reads the figures, soon. */
  look() {
    if (this.statsTimer || !desk.isStaff) return;
    this.statsTimer = setTimeout(async () => {
      this.statsTimer = 0;
      this.statsAt = performance.now();
      try {
        this.stats = await api.chatStats();
      } catch {
        // The list says why.
      }
    }, Math.max(0, this.statsAt + STATS_PAUSE - performance.now()));
  }

  /** @param {ChatFilters} filters */
  want(filters) {
    go(to(`chats${this.chatId ? `/${this.chatId}` : ''}${writeFilters(filters)}`), { replace: filters.search !== this.filters.search });
  }

  /** @param {number} by */
  neighbor(by) {
    const { sessions } = this.list;
    const at = sessions.findIndex(({ id }) => id === this.chatId);
    const next = sessions[at < 0 ? 0 : at + by];
    if (next) go(to(`chats/${next.id}${location.search}`), { replace: at >= 0 });
  }

  /** A customer begins a chat. */
  async start() {
    if (desk.isStaff) return;
    try {
      const session = await api.startChat({}, this.startKey);
      this.startKey = newKey();
      this.list.put(session);
      this.started = session.id;
      go(to(`chats/${session.id}`));
    } catch (error) {
      say({ kind: 'failed', text: reason(error) });
    }
  }

  render() {
    const { session, stats } = this;
    return html`<header class="top">
        <div><h1>${t(desk.isStaff ? 'chats' : 'my_chats')}</h1><p>${desk.isStaff ? (stats ? t('chats.now', { n: stats.active_sessions }) : ' ') : t('chats.customer')}</p></div>
        <div class="push">${desk.isStaff ? html`<button class="btn btn-ghost btn-icon" type="button" aria-label=${t('notify')} aria-haspopup="listbox" aria-expanded="false" @click=${(/** @type {Event} */ event) => this.tell('bell', event.currentTarget)}>${icon('bell')}</button>`
          : html`<button class="btn btn-primary" type="button" @click=${() => this.start()}>${icon('plus')}<span>${t('chats.start')}</span></button>`}</div>
      </header>
      ${desk.isStaff ? this.figures() : nothing}
      <div class="chats ${this.chatId ? 'open' : ''} ${this.sheet ? 'sheet' : ''} ${desk.isStaff ? '' : 'own'}">
        <sd-sessions .list=${this.list} .filters=${this.filters} .current=${this.chatId} .search=${location.search} .active=${stats?.active_sessions ?? 0} .slow=${this.slow} .minute=${this.minute} .tick=${this.tick}
          @filters=${(/** @type {CustomEvent<ChatFilters>} */ event) => this.want(event.detail)} @start=${() => this.start()}></sd-sessions>
        ${session ? repeat([session.id], id => id, () => html`<sd-chat .session=${session} .search=${location.search} .minute=${this.minute} .sheet=${this.sheet} @details=${() => { this.sheet = !this.sheet; }}></sd-chat>`) : this.nothing()}
        ${session && desk.isStaff ? html`<aside class="rail" aria-label=${t('visitor.about')}><sd-visitor .session=${session} .minute=${this.minute}></sd-visitor></aside>` : nothing}
      </div>`;
  }

  nothing() {
    if (this.failed) {
      const missing = this.failed.status === 404;
      return html`<div class="conv">${empty({ art: missing ? 'search' : 'warn', kind: missing ? '' : 't-danger', title: t(missing ? 'chat.missing' : 'failed.title'), text: missing ? t('chat.missing.text') : reason(this.failed), reference: missing ? '' : this.failed.reference, action: t(missing ? 'chats.back' : 'try_again'), ...(missing ? { href: to('chats') } : { run: () => this.open() }) })}</div>`;
    }
    return html`<div class="conv">${this.chatId || !this.list.sessions.length ? nothing : empty({ art: 'chat', title: t('chats.choose'), text: t(desk.isStaff ? 'chats.choose.text' : 'chats.choose.customer') })}</div>`;
  }

  figures() {
    const { stats } = this;
    const figure = (/** @type {unknown} */ label, /** @type {number | undefined} */ value, /** @type {unknown} */ detail = nothing, /** @type {string} */ text = '') => html`<div class="stat"><dt>${label}</dt><dd>${value === undefined ? html`<span class="sk sk-n"></span>` : text || number(value)}${detail}</dd></div>`;
    const rating = stats?.average_rating ?? 0;
    return html`<dl class="stats stats-4 only-l" aria-label=${t('chats.figures')}>
      ${figure(t('figure.chats'), stats?.total_sessions)}
      ${figure(html`<span class="live"></span>${t('figure.active')}`, stats?.active_sessions)}
      ${figure(t('figure.rating'), stats ? rating : undefined, stats?.rating_count ? html`<span class="d">${stars(rating)}</span><span class="d only-w">${t('figure.ratings', { n: stats.rating_count })}</span>` : nothing, rating ? number(Math.round(rating * 10) / 10) : '–')}
      ${figure(t('figure.messages'), stats?.total_messages)}
    </dl>`;
  }
}
