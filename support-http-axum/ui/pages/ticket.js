// One ticket: its thread, where one answers, and what it is filed under.
import { html, nothing } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { applied, desk, inWords, reason } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { bind } from '../lib/keys.js';
import { setTitle } from '../lib/notify.js';
import { outgoing, ticketPlace } from '../lib/outgoing.js';
import { problem } from '../lib/problem.js';
import { go, to } from '../lib/route.js';
import { me } from '../lib/session.js';
import { say } from '../lib/ui.js';
import { Element } from '../parts/element.js';
import { empty } from '../parts/empty.js';
import { icon } from '../parts/icon.js';

/** @import { Problem } from '../lib/problem.js' */
/** @import { Arrived, Item } from '../lib/outbox.js' */
/** @import { Change, Reply, Ticket, TicketChange, Transcript } from '../lib/types.js' */
/** @import { TicketList } from '../lib/ticket-list.js' */
/** @import { Answer, Composer } from '../parts/composer.js' */
/** @import { Properties } from '../parts/properties.js' */
/** @import { Post } from '../parts/thread.js' */

export class TicketPage extends Element {
  static properties = {
    number: { type: String }, list: { attribute: false }, minute: { type: Number }, ticket: { state: true }, replies: { state: true }, changes: { state: true },
    earlier: { state: true }, transcript: { state: true }, failed: { state: true }, past: { state: true }, conflict: { state: true }, sheet: { state: true }, slow: { state: true }, seen: { state: true }, known: { state: true },
  };

  constructor() {
    super();
    this.number = '';
    /** @type {TicketList} */ this.list = /** @type {any} */ (undefined);
    this.minute = 0;
    /** @type {Ticket | null} */ this.ticket = null;
    /** @type {Reply[]} */ this.replies = [];
    /** @type {Change[]} */ this.changes = [];
    /** @type {Ticket[]} */ this.earlier = [];
    /** @type {Transcript | null} */ this.transcript = null;
    /** @type {Problem | null} */ this.failed = null;
    /** @type {{ change: TicketChange, who: string } | null} */ this.conflict = null;
    this.past = false;
    this.sheet = false;
    this.slow = false;
    /** The last post that was there when the ticket was opened or answered. */
    this.seen = 0;
    /** The last post that was there when one began to write. */
    this.known = 0;
    /** What is being changed. @type {Promise<unknown> | null} */ this.changing = null;
    this.stop = new AbortController();
    this.heading = new IntersectionObserver(([entry]) => { this.past = !entry?.isIntersecting; });
  }

  reset() {
    Object.assign(this, { ticket: null, replies: [], changes: [], earlier: [], transcript: null, failed: null, conflict: null, past: false, sheet: false, slow: false, seen: 0, known: 0 });
    this.stop.abort();
    this.stop = new AbortController();
  }

  connectedCallback() {
    super.connectedCallback();
    this.list.addEventListener('change', this.changed);
    outgoing.addEventListener('change', this.changed);
    outgoing.addEventListener('arrived', this.arrived);
    const staff = desk.isStaff ? {
      n: () => this.composer?.write(true), s: () => this.pick('status'), p: () => this.pick('priority'), a: () => this.pick('assignee'), l: () => this.pick('tags'),
      i: () => this.change({ assigned_to: me()?.id ?? 'me' }), e: () => this.resolve(), 'mod+shift+e': () => this.resolve().then(() => this.neighbor(1)),
    } : {};
    this.unbind = bind({ r: () => this.composer?.write(false), j: () => this.neighbor(1), k: () => this.neighbor(-1), Escape: () => this.back(), ...staff });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.list.removeEventListener('change', this.changed);
    outgoing.removeEventListener('change', this.changed);
    outgoing.removeEventListener('arrived', this.arrived);
    this.heading.disconnect();
    this.stop.abort();
    this.unbind?.();
  }

  changed = () => this.requestUpdate();

  get composer() {
    return /** @type {Composer | null} */ (this.querySelector('sd-composer'));
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has('number')) return;
    this.reset();
    // What the list knows is shown at once.
    this.ticket = this.list.find(this.number) ?? null;
    setTimeout(() => { this.slow = true; }, 150);
    this.load();
  }

  async load() {
    const { signal } = this.stop;
    const id = this.ticket?.id ?? this.number;
    try {
      const [ticket, replies, changes] = await Promise.all([api.ticket(id, signal), api.replies(id, signal), desk.isStaff ? api.history(id, signal) : []]);
      const first = !this.seen;
      this.seen ||= replies.at(-1)?.seq ?? 0;
      this.known ||= this.seen;
      Object.assign(this, { ticket, changes, failed: null, replies });
      setTitle(`${ticket.number} ${ticket.subject}`);
      this.list.put(ticket);
      if (first) {
        await this.updateComplete;
        this.toLatest();
        this.context(ticket, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.failed = problem(error);
    }
  }

  /** What stands beside the ticket; a page without it is still a page. @param {Ticket} ticket @param {AbortSignal} signal */
  async context(ticket, signal) {
    const { id } = ticket.requester;
    const query = new URLSearchParams({ requester: id ?? '', limit: '6' });
    const [earlier, transcript] = await Promise.allSettled([
      desk.isStaff && id ? api.tickets(query, signal) : { items: [] },
      ticket.chat_session_id ? api.transcript(ticket.id, signal) : null,
    ]);
    if (signal.aborted) return;
    if (earlier.status === 'fulfilled') this.earlier = earlier.value.items.filter(other => other.id !== ticket.id).slice(0, 5);
    if (transcript.status === 'fulfilled') this.transcript = transcript.value;
  }

  get latest() {
    return this.replies.at(-1)?.seq ?? 0;
  }

  /** What is there, and what is on its way. @returns {Post[]} */
  get posts() {
    return [...this.replies, ...(this.ticket ? outgoing.of(ticketPlace(this.ticket.id)).map(item => this.queued(item)) : [])];
  }

  /** Shows the newest post where the thread is longer than the page. */
  toLatest() {
    const scroll = this.querySelector('.scroll');
    const last = this.querySelector('.post:last-of-type');
    const heading = this.querySelector('.t-head h1');
    if (heading) this.heading.observe(heading);
    if (!scroll || !last || this.posts.length < 2) return;
    scroll.scrollTop = last.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - scroll.clientHeight / 3;
  }

  /** @param {string} name */
  async pick(name) {
    const properties = () => /** @type {Properties | null} */ (this.querySelector('sd-properties'));
    if (!properties()?.checkVisibility()) this.sheet = true;
    await this.updateComplete;
    properties()?.open(name);
  }

  /** Changes the ticket as it was when one looked at it: who was faster, is shown. @param {TicketChange} change @param {{ always?: boolean, undo?: boolean }} [how] */
  async change(change, { always = false, undo = false } = {}) {
    const { ticket } = this;
    if (!ticket) return;
    this.conflict = null;
    this.ticket = applied(ticket, change);
    // One's own change before this one is nobody who was faster.
    const before = this.changing;
    const { promise, resolve } = Promise.withResolvers();
    this.changing = promise;
    await before;
    if (this.ticket?.id === ticket.id) this.ticket = applied(this.ticket, change);
    try {
      const version = this.ticket?.id === ticket.id ? this.ticket.version : ticket.version;
      const now = await api.changeTicket(ticket.id, change, always ? undefined : version);
      this.list.put(now);
      if (this.ticket?.id === ticket.id) await this.load();
      desk.refresh();
      const back = Object.fromEntries(Object.keys(change).map(field => [field, ticket[/** @type {keyof TicketChange} */ (field)]]));
      if (!undo) say({ text: inWords(change), run: () => this.change(back, { always: true, undo: true }) });
    } catch (error) {
      this.ticket = ticket;
      if (problem(error).code !== 'stale_version') return say({ kind: 'failed', text: reason(error) });
      await this.load();
      const last = this.changes.at(-1);
      this.conflict = { change, who: last?.actor.name ?? t('author.agent') };
    } finally {
      resolve(undefined);
    }
  }

  async resolve() {
    if (this.ticket && this.ticket.status !== 'resolved') await this.change({ status: 'resolved' });
  }

  /** @param {Answer} answer */
  async answer({ message, internal, status }) {
    const { ticket } = this;
    if (!ticket) return;
    outgoing.add(ticketPlace(ticket.id), { message, ...(internal && { internal }), ...(status && { status }) });
    await this.updateComplete;
    this.querySelector('.scroll')?.scrollTo({ top: 1e9, behavior: 'smooth' });
  }

  /** A reply as it is drawn until the server has it. @param {Item} item @returns {Post} */
  queued({ key, body, at, state, why }) {
    const author = { id: me()?.id ?? null, name: me()?.name ?? t('me'), kind: desk.isStaff ? /** @type {const} */ ('agent') : /** @type {const} */ ('customer') };
    return { id: key, seq: Infinity, author, is_staff: desk.isStaff, internal: Boolean(body.internal), message: body.message, created_at: at, state, ...(why && { why }) };
  }

  arrived = (/** @type {Event} */ event) => {
    const { item, answer } = /** @type {CustomEvent<Arrived>} */ (event).detail;
    if (!this.ticket || item.to !== ticketPlace(this.ticket.id)) return;
    this.seen = this.known = answer.seq;
    if (answer.follow_up) {
      say({ text: t('follow_up', { number: answer.follow_up.number }) });
      return go(to(`tickets/${answer.follow_up.number}`));
    }
    // Drawn at once, and with what came before it, as soon as that is read.
    if (!this.replies.some(({ id }) => id === answer.id)) this.replies = [...this.replies, answer];
    desk.refresh();
    this.load();
  };

  back() {
    this.tell('back', this.ticket?.id ?? this.number);
  }

  get place() {
    return this.list.tickets.findIndex(({ id }) => id === this.ticket?.id);
  }

  /** @param {number} by */
  neighbor(by) {
    const next = this.list.tickets[this.place + by];
    if (this.place >= 0 && next) go(to(`tickets/${next.number}`), { replace: true });
  }

  render() {
    const { ticket, failed } = this;
    return html`${this.crumb()}${ticket ? this.content(ticket) : failed ? this.missing(failed) : this.slow ? html`<div class="col sk-post" aria-hidden="true"><span class="sk sk-h"></span><span class="sk sk-l"></span><span class="sk sk-m"></span><span class="sk sk-s"></span></div>` : nothing}`;
  }

  /** @param {Problem} failed */
  missing(failed) {
    if (failed.status === 404) return empty({ art: 'search', title: t('ticket.missing'), text: t('ticket.missing.text'), action: t('ticket.back'), href: to('tickets') });
    return empty({ art: 'warn', kind: 't-danger', title: t('failed.title'), text: reason(failed), reference: failed.reference, action: t('try_again'), run: () => { this.failed = null; this.load(); } });
  }

  crumb() {
    const { ticket, place } = this;
    const total = this.list.tickets.length;
    const closed = ticket?.status === 'closed' || ticket?.status === 'resolved';
    return html`<div class="crumb ${this.past ? 'past' : ''}">
      <a href=${to('tickets')} @click=${(/** @type {MouseEvent} */ event) => { if (!event.metaKey && !event.ctrlKey) { event.preventDefault(); event.stopPropagation(); this.back(); } }}>${icon('left', 'flip')}<span>${desk.isStaff ? t('tickets') : t('my_tickets')}</span></a>
      <span class="num">${ticket?.number ?? this.number}</span><span class="ttl" aria-hidden="true" dir="auto">${ticket?.subject ?? ''}</span>
      <div class="push">
        ${place >= 0 && total > 1 ? html`<span class="num only-l">${t('place', { at: place + 1, total })}</span>
          <button class="btn btn-ghost btn-icon btn-s only-l" type="button" aria-label=${t('previous')} ?disabled=${place === 0} @click=${() => this.neighbor(-1)}>${icon('up')}</button>
          <button class="btn btn-ghost btn-icon btn-s only-l" type="button" aria-label=${t('next')} ?disabled=${place === total - 1} @click=${() => this.neighbor(1)}>${icon('down')}</button>` : nothing}
        <button class="btn btn-ghost btn-icon btn-s details" type="button" aria-label=${t('properties')} aria-expanded=${this.sheet ? 'true' : 'false'} @click=${() => { this.sheet = !this.sheet; }}>${icon('panel')}</button>
        ${ticket && desk.isStaff && !closed ? html`<button class="btn btn-s" type="button" @click=${this.resolve}>${icon('check', 'i-s')}${t('resolve')}</button>` : nothing}
        ${ticket && !desk.isStaff && ticket.status !== 'closed' ? html`<button class="btn btn-s" type="button" @click=${() => this.close()}>${icon('check', 'i-s')}${t('close_ticket')}</button>` : nothing}
      </div></div>`;
  }

  async close() {
    const { ticket } = this;
    if (!ticket) return;
    try {
      await api.act(ticket.id, 'close');
      await this.load();
      say({ text: t('changed.closed'), run: () => api.act(ticket.id, 'reopen').then(() => this.load(), error => say({ kind: 'failed', text: reason(error) })) });
    } catch (error) {
      say({ kind: 'failed', text: reason(error) });
    }
  }

  /** @param {Ticket} ticket */
  content(ticket) {
    const { conflict } = this;
    const by = (/** @type {number} */ last) => this.replies.filter(({ seq, author }) => seq > last && author.id !== me()?.id);
    return html`${conflict ? html`<div class="strip t-waiting" role="alert">${icon('warn', 'i-s')}<span>${t('conflict', { who: conflict.who, what: inWords(conflict.change) })}</span>
        <button class="btn btn-s" type="button" @click=${() => this.change(conflict.change, { always: true })}>${t('conflict.mine')}</button>
        <button class="btn btn-ghost btn-s" type="button" @click=${() => { this.conflict = null; }}>${t('conflict.theirs')}</button></div>` : nothing}
      <div class="split ${this.sheet ? 'sheet' : ''}">
        <div class="thread">
          <div class="scroll" tabindex="0" role="region" aria-label=${t('conversation')}><div class="col">
            <sd-thread .ticket=${ticket} .posts=${this.posts} .changes=${this.changes} .transcript=${this.transcript} .minute=${this.minute} .firstNew=${by(this.seen)[0]?.seq ?? 0}
              @retry=${(/** @type {CustomEvent<Post>} */ event) => outgoing.retry(event.detail.id)}
              @drop=${(/** @type {CustomEvent<Post>} */ event) => outgoing.drop(event.detail.id)}></sd-thread>
          </div></div>
          <sd-composer .ticket=${ticket} .news=${by(this.known).length} @began=${() => { this.known = this.latest; }} @answer=${(/** @type {CustomEvent<Answer>} */ event) => this.answer(event.detail)}></sd-composer>
        </div>
        <aside class="rail" aria-label=${t('ticket.details')}><sd-properties .ticket=${ticket} .earlier=${this.earlier} .agents=${desk.agents} .minute=${this.minute}
          @change=${(/** @type {CustomEvent<TicketChange>} */ event) => { event.stopPropagation(); this.change(event.detail); }}></sd-properties></aside>
      </div>`;
  }
}
