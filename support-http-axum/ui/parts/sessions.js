// The list of chats: who waits, what was said last, and who is typing.
import { html, nothing, repeat } from '../vendor/lit.js';
import { desk } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { customerName, presence, topic } from '../lib/people.js';
import { to } from '../lib/route.js';
import { me } from '../lib/session.js';
import { oneLine } from '../lib/text.js';
import { age } from '../lib/age.js';
import { full } from '../lib/time.js';
import { botFace } from './bubbles.js';
import { Element } from './element.js';
import { empty, skeleton } from './empty.js';
import { avatar, icon } from './icon.js';
import { stars } from './stars.js';

/** @import { ChatFilters, ChatList, Show } from '../lib/chat-list.js' */
/** @import { ChatSession } from '../lib/types.js' */

const PAUSE = 150;
/** So long after a key nothing moves. */
const HAND = 1_000;
const NEAR = 400;

/** Events: `filters` with what is wanted now; `start` when a customer begins a chat. */
export class Sessions extends Element {
  static properties = { list: { attribute: false }, filters: { attribute: false }, current: { type: String }, search: { type: String }, active: { type: Number }, slow: { type: Boolean }, minute: { type: Number }, tick: { type: Number } };

  constructor() {
    super();
    /** @type {ChatList} */ this.list = /** @type {any} */ (undefined);
    /** @type {ChatFilters} */ this.filters = { show: 'all', whose: '', search: '' };
    this.current = '';
    /** The query of the address, which links keep. */ this.search = '';
    this.active = 0;
    this.slow = false;
    this.minute = 0;
    /** Drawn again when the list has changed. */ this.tick = 0;
    this.isUnderHand = false;
    this.keyAt = -Infinity;
    this.timer = 0;
    this.settleTimer = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('keydown', this.pressed, true);
    this.list.isHeld = () => this.isUnderHand || performance.now() - this.keyAt < HAND;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('keydown', this.pressed, true);
    this.list.isHeld = () => false;
    clearTimeout(this.settleTimer);
  }

  pressed = () => {
    this.keyAt = performance.now();
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => this.list.settle(), HAND + 10);
  };

  /** @param {boolean} isUnderHand */
  hand(isUnderHand) {
    this.isUnderHand = isUnderHand;
    if (!isUnderHand) this.list.settle();
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input'));
  }

  /** @param {string} search */
  type(search) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell('filters', { ...this.filters, search: search.trim() }), PAUSE);
  }

  /** @param {KeyboardEvent} event */
  fieldPressed(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    if (this.field.value) {
      this.field.value = '';
      this.type('');
    } else this.field.blur();
  }

  /** @param {Event & { currentTarget: HTMLElement }} event */
  scrolled({ currentTarget: box }) {
    if (box.scrollHeight - box.clientHeight - box.scrollTop < NEAR) this.list.more();
  }

  updated() {
    const box = /** @type {HTMLElement | null} */ (this.querySelector('.sess-list'));
    if (box && box.scrollHeight <= box.clientHeight) this.list.more();
    if (this.field !== document.activeElement && this.field.value !== this.filters.search) this.field.value = this.filters.search;
  }

  render() {
    const { filters, list } = this;
    const show = (/** @type {Show} */ name, /** @type {number} */ count = 0) => html`<button type="button" aria-pressed=${filters.show === name ? 'true' : 'false'} @click=${() => this.tell('filters', { ...filters, show: name })}>${t(`chats.${name}`)}${count ? html` <span class="num">${count}</span>` : nothing}</button>`;
    const toggle = (/** @type {string} */ text, /** @type {boolean} */ isOn, /** @type {Partial<ChatFilters>} */ on, /** @type {Partial<ChatFilters>} */ off) => html`<button class="chip ${isOn ? 'chip-on' : ''}" type="button" aria-pressed=${isOn ? 'true' : 'false'} @click=${() => this.tell('filters', { ...filters, ...(isOn ? off : on) })}>${text}</button>`;
    return html`<section class="sess" aria-label=${t('chats')}>
      <div class="sess-top">
        <label class="field">${icon('search', 'i-s')}<span class="vh">${t('chats.search')}</span><input type="search" maxlength="200" autocomplete="off" placeholder=${t(desk.isStaff ? 'chats.search.hint' : 'chats.search')}
          @input=${(/** @type {InputEvent & { target: HTMLInputElement }} */ event) => this.type(event.target.value)} @keydown=${this.fieldPressed}></label>
        <div class="seg" role="group" aria-label=${t('chats.show')}>${show('all')}${show('active', this.active)}${show('closed')}</div>
        ${desk.isStaff ? html`<div class="chips">${toggle(t('chats.mine'), filters.whose === 'me', { whose: 'me' }, { whose: '' })}${toggle(t('view.unassigned'), filters.whose === 'none', { whose: 'none' }, { whose: '' })}${toggle(t('chats.archived'), filters.show === 'archived', { show: 'archived' }, { show: 'all' })}</div>` : nothing}
      </div>
      ${list.failed && list.sessions.length ? html`<div class="strip t-danger" role="alert">${icon('warn', 'i-s')}${t('chats.stale')}<button class="btn btn-s" type="button" @click=${() => list.refresh()}>${t('try_again')}</button></div>` : nothing}
      ${list.fresh ? html`<p class="sess-fresh" role="status">${t('chats.fresh', { n: list.fresh })}</p>` : nothing}
      ${list.sessions.length ? html`<ul class="sess-list" @pointerenter=${() => this.hand(true)} @pointerleave=${() => this.hand(false)} @scroll=${this.scrolled}>
        ${repeat(list.sessions, ({ id }) => id, session => this.row(session))}</ul>` : this.nothing()}
    </section>`;
  }

  /** @param {ChatSession} session */
  row(session) {
    const { id, unread_count: unread, last_message: last, updated_at: at } = session;
    const name = desk.isStaff ? customerName(session) : topic(session);
    const when = last?.created_at ?? at;
    const there = desk.isStaff ? presence(session) : null;
    const isQuiet = desk.isStaff && session.owner === 'bot';
    return html`<li class=${unread ? 'new' : ''}><a href=${to(`chats/${id}${this.search}`)} aria-current=${id === this.current ? 'true' : nothing}>
      <span class="face">${!desk.isStaff && session.owner === 'bot' ? botFace(36) : avatar(desk.isStaff ? name : session.assigned_name, 36)}${there ? html`<span class="pres ${there === 'away' ? 'pres-away' : ''}"><span class="vh">${t(`presence.${there}`)}</span></span>` : nothing}</span>
      <span><b dir="auto">${name}</b>${this.line(session)}</span>
      <span class="r"><time datetime=${when} title=${full(when)}>${age(when)}</time>${unread ? html`<span class="count ${isQuiet ? 'quiet' : ''}">${unread}<span class="vh"> ${t('unread')}</span></span>` : nothing}</span>
    </a></li>`;
  }

  /** @param {ChatSession} session */
  line(session) {
    const { status, rating, last_message: last } = session;
    if (status === 'active' && this.list.isTyping(session.id)) return html`<p class="is-typing">${t('typing.line')}</p>`;
    if (status !== 'active' && rating) return stars(rating);
    if (!last) return html`<p>${t(`session.${status}`)}</p>`;
    const isOwn = desk.isStaff ? last.sender_type === 'admin' && session.assigned_to === me()?.id : last.sender_type === 'user';
    const who = isOwn ? t('me') : last.sender_type === 'bot' ? t('author.bot') : last.sender_type === 'admin' ? session.assigned_name ?? t('author.admin') : '';
    return html`<p dir="auto">${who ? t('last.by', { who, text: oneLine(last.preview) }) : oneLine(last.preview)}</p>`;
  }

  nothing() {
    const { list, filters } = this;
    if (list.failed) return empty({ art: 'warn', kind: 't-danger', title: t('failed.title'), text: t(list.failed.status === 403 ? 'failed.forbidden' : list.failed.status ? 'failed.server' : 'failed.no_answer'), reference: list.failed.reference, action: t('try_again'), run: () => list.refresh() });
    if (list.loading || list.asked === null) return this.slow ? skeleton(7) : html`<div class="sess-list"></div>`;
    const clear = { action: t('filter.clear'), run: () => this.tell('filters', { show: 'all', whose: '', search: '' }) };
    if (filters.search) return empty({ art: 'search', title: t('chats.none.search', { text: filters.search }), ...clear });
    if (filters.show !== 'all' || filters.whose) return empty({ art: 'filter', title: t('chats.none.filter'), ...clear });
    if (desk.isStaff) return empty({ art: 'chat', title: t('chats.none'), text: t('chats.none.text') });
    return empty({ art: 'chat', title: t('chats.none'), text: t('chats.none.customer'), action: t('chats.start'), run: () => this.tell('start') });
  }
}
