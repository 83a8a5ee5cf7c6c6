// Who is on the other side of a chat, how to reach them, and what was before.
import { html, nothing } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { categoryName } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { answeredBy, browser, customerName } from '../lib/people.js';
import { to } from '../lib/route.js';
import { age, moment } from '../lib/age.js';
import { full } from '../lib/time.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { statusIcon } from './signs.js';
import { stars } from './stars.js';

/** @import { ChatSession, Ticket } from '../lib/types.js' */

const EARLIER = 5;

export class Visitor extends Element {
  static properties = { session: { attribute: false }, minute: { type: Number }, chats: { state: true }, tickets: { state: true }, ticket: { state: true } };

  constructor() {
    super();
    /** @type {ChatSession} */ this.session = /** @type {any} */ (undefined);
    this.minute = 0;
    /** @type {ChatSession[]} */ this.chats = [];
    /** @type {Ticket[]} */ this.tickets = [];
    /** @type {Ticket | null} */ this.ticket = null;
    this.stop = new AbortController();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop.abort();
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    const before = /** @type {ChatSession | undefined} */ (changed.get('session'));
    if (!changed.has('session')) return;
    if (before?.id !== this.session.id) this.look();
    else if (before.ticket_id !== this.session.ticket_id) this.lookForTicket();
  }

  /** What was before; without it the rest is still shown. */
  async look() {
    this.stop.abort();
    this.stop = new AbortController();
    Object.assign(this, { chats: [], tickets: [], ticket: null });
    const { signal } = this.stop;
    const { id, user_id: user, guest_email: email } = this.session;
    this.lookForTicket();
    const whose = user ? { user_id: user, limit: String(EARLIER + 1) } : email ? { search: email, limit: '20' } : null;
    const [chats, tickets] = await Promise.allSettled([
      whose ? api.chats(new URLSearchParams({ sort: 'recent', ...whose }), signal) : { items: [] },
      user ? api.tickets(new URLSearchParams({ requester: user, limit: String(EARLIER + 1) }), signal) : { items: [] },
    ]);
    if (signal.aborted) return;
    // A search finds the address in what was said, too.
    if (chats.status === 'fulfilled') this.chats = chats.value.items.filter(other => other.id !== id && (user || other.guest_email === email)).slice(0, EARLIER);
    if (tickets.status === 'fulfilled') this.tickets = tickets.value.items.filter(other => other.id !== this.session.ticket_id).slice(0, EARLIER);
  }

  async lookForTicket() {
    const { ticket_id: id } = this.session;
    this.ticket = null;
    if (!id) return;
    try {
      this.ticket = await api.ticket(id, this.stop.signal);
    } catch {
      // Not shown.
    }
  }

  render() {
    const { session, ticket } = this;
    const email = session.guest_email ?? session.user_email;
    const page = typeof session.metadata?.page === 'string' ? session.metadata.page : '';
    const line = (/** @type {string} */ art, /** @type {string} */ name, /** @type {unknown} */ text) => html`<div>${icon(art, '', name)}${text}</div>`;
    return html`<section><div class="person">${avatar(customerName(session), 40)}<div><h2 class="who-name" dir="auto">${customerName(session)}</h2><small>${session.user_id ? t('customer.known') : t('visitor.guest')}</small></div></div>
        <div class="kv">
          ${email ? line('mail', t('contact.email'), html`<a href=${`mailto:${encodeURIComponent(email)}`} dir="ltr">${email}</a>`) : nothing}
          ${session.guest_phone ? line('phone', t('contact.phone'), html`<a class="num" href=${`tel:${session.guest_phone.replaceAll(/[^+\d]/g, '')}`} dir="ltr">${session.guest_phone}</a>`) : nothing}
        </div></section>
      <section aria-labelledby="v-visit"><h2 id="v-visit">${t('visit')}</h2><div class="kv">
        ${page ? line('globe', t('visit.page'), html`<span dir="ltr">${page}</span>`) : nothing}
        ${line('clock', t('visit.since'), html`<time datetime=${session.created_at} title=${full(session.created_at)}>${t('visit.began', { when: moment(session.created_at) })}</time>`)}
        ${session.user_agent ? line('screen', t('visit.with'), html`<span title=${session.user_agent}>${browser(session.user_agent)}</span>`) : nothing}
        ${session.category ? line('tag', t('category'), html`<span>${categoryName(session.category)}</span>`) : nothing}
        ${line(session.owner === 'bot' ? 'spark' : 'user', t('owner'), html`<span dir="auto">${answeredBy(session)}</span>`)}
      </div></section>
      ${session.rating ? html`<section aria-labelledby="v-rating"><h2 id="v-rating">${t('rating')}</h2>${stars(session.rating)}${session.feedback ? html`<p class="feedback" dir="auto">${session.feedback}</p>` : nothing}</section>` : nothing}
      ${ticket ? html`<section aria-labelledby="v-ticket"><h2 id="v-ticket">${t('ticket')}</h2><ul class="links">${this.ticketLink(ticket)}</ul></section>` : nothing}
      ${this.chats.length || this.tickets.length ? html`<section aria-labelledby="v-before"><h2 id="v-before">${t('before')}</h2><ul class="links">
        ${this.tickets.map(other => this.ticketLink(other))}
        ${this.chats.map(other => html`<li><a href=${to(`chats/${other.id}`)}>${icon('chat', 'i-s')}<span dir="auto">${other.subject ?? (other.category ? categoryName(other.category) : other.last_message?.preview ?? t('chat'))}</span><time datetime=${other.updated_at} title=${full(other.updated_at)}>${age(other.updated_at)}</time></a></li>`)}
      </ul></section>` : nothing}`;
  }

  /** @param {Ticket} ticket */
  ticketLink(ticket) {
    return html`<li><a href=${to(`tickets/${ticket.number}`)}>${statusIcon(ticket.status, t(`status.${ticket.status}`))}<span dir="auto">${ticket.subject}</span><time datetime=${ticket.updated_at} title=${full(ticket.updated_at)}>${age(ticket.updated_at)}</time></a></li>`;
  }
}
