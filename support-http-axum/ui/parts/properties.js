// What a ticket is filed under, whose it is, and who asks: beside the thread, or in a sheet where there is no room.
import { html, nothing } from '../vendor/lit.js';
import { categoryName, desk } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { to } from '../lib/route.js';
import { age, moment } from '../lib/age.js';
import { full } from '../lib/time.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { priorityIcon, statusIcon, tag } from './signs.js';
import { pickAssignee, pickCategory, pickPriority, pickStatus, pickTags } from './pickers.js';

/** @import { Agent, Ticket, TicketChange } from '../lib/types.js' */

/** Events: `change` with what to change. */
export class Properties extends Element {
  static properties = { ticket: { attribute: false }, earlier: { attribute: false }, agents: { attribute: false }, minute: { type: Number } };

  constructor() {
    super();
    /** @type {Ticket} */ this.ticket = /** @type {any} */ (undefined);
    /** @type {Ticket[]} */ this.earlier = [];
    /** Drawn again when they change. @type {Agent[]} */ this.agents = [];
    this.minute = 0;
  }

  /** @param {string} name */
  open(name) {
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-pick="${name}"]`))?.click();
  }

  /**
   * @param {string} name @param {unknown} content
   * @param {(anchor: globalThis.Element, selected: any, choose: (change: TicketChange) => void) => void} pick @param {unknown} selected
   */
  pick(name, content, pick, selected) {
    return html`<dt id="p-${name}">${t(name)}</dt><dd><button class="pick" type="button" data-pick=${name} aria-haspopup="listbox" aria-expanded="false"
      aria-labelledby="p-${name} v-${name}" @click=${(/** @type {MouseEvent & { currentTarget: globalThis.Element }} */ event) => pick(event.currentTarget, selected, change => this.tell('change', change))}>
      <span id="v-${name}">${content}</span>${icon('down', 'i-xs')}</button></dd>`;
  }

  render() {
    const { ticket } = this;
    return html`
      <section aria-labelledby="r-properties"><h2 id="r-properties">${t('properties')}</h2><dl class="props">${desk.isStaff ? this.staff() : this.customer()}</dl></section>
      ${desk.isStaff ? this.requester() : nothing}
      <section aria-labelledby="r-times"><h2 id="r-times">${t('times')}</h2><dl class="props">
        <dt>${t('created')}</dt><dd><time datetime=${ticket.created_at} title=${full(ticket.created_at)}>${moment(ticket.created_at)}</time></dd>
        <dt>${t('updated')}</dt><dd><time datetime=${ticket.updated_at} title=${full(ticket.updated_at)}>${moment(ticket.updated_at)}</time></dd>
        ${desk.isStaff && ticket.waiting_since ? html`<dt>${t('waits_since')}</dt><dd><time datetime=${ticket.waiting_since} title=${full(ticket.waiting_since)}>${moment(ticket.waiting_since)}</time></dd>` : nothing}
      </dl></section>
      ${ticket.chat_session_id ? html`<section aria-labelledby="r-chat"><h2 id="r-chat">${t('chat')}</h2><ul class="links"><li><a href=${to(`chats/${ticket.chat_session_id}`)}>${icon('chat', 'i-s')}<span>${t('ticket.chat')}</span></a></li></ul></section>` : nothing}
      ${this.earlier.length ? html`<section aria-labelledby="r-earlier"><h2 id="r-earlier">${t('earlier')}</h2><ul class="links">${this.earlier.map(other => html`<li><a href=${to(`tickets/${other.number}`)}>
        ${statusIcon(other.status, t(`status.${other.status}`))}<span dir="auto">${other.subject}</span><time datetime=${other.updated_at}>${age(other.updated_at)}</time></a></li>`)}</ul></section>` : nothing}`;
  }

  staff() {
    const { ticket } = this;
    return html`
      ${this.pick('status', html`${statusIcon(ticket.status)}${t(`status.${ticket.status}`)}`, pickStatus, ticket.status)}
      ${this.pick('priority', html`${priorityIcon(ticket.priority)}${t(`priority.${ticket.priority}`)}`, pickPriority, ticket.priority)}
      ${this.pick('assignee', html`${avatar(ticket.assigned_to && (ticket.assigned_name ?? ticket.assigned_to), 20)}${ticket.assigned_name ?? ticket.assigned_to ?? t('nobody')}`, pickAssignee, ticket.assigned_to)}
      ${this.pick('category', ticket.category ? categoryName(ticket.category) : html`<i>${t('none')}</i>`, pickCategory, ticket.category)}
      ${this.pick('tags', ticket.tags.length ? ticket.tags.map(tag) : html`<i>${t('none')}</i>`, pickTags, ticket.tags)}`;
  }

  customer() {
    const { ticket } = this;
    const set = ticket.status === 'closed'
      ? html`<dt>${t('priority')}</dt><dd class="plain">${priorityIcon(ticket.priority)}${t(`priority.${ticket.priority}`)}</dd>`
      : this.pick('priority', html`${priorityIcon(ticket.priority)}${t(`priority.${ticket.priority}`)}`, pickPriority, ticket.priority);
    return html`<dt>${t('status')}</dt><dd class="plain">${statusIcon(ticket.status)}${t(`status.${ticket.status}`)}</dd>${set}
      ${ticket.category ? html`<dt>${t('category')}</dt><dd class="plain">${categoryName(ticket.category)}</dd>` : nothing}`;
  }

  requester() {
    const { name, email, id } = this.ticket.requester;
    return html`<section aria-labelledby="r-who"><h2 id="r-who">${t('customer')}</h2>
      <div class="person">${avatar(name ?? email ?? t('guest'), 40)}<div><b dir="auto">${name ?? t('guest')}</b><small>${id ? t('customer.known') : t('guest')}</small></div></div>
      ${email ? html`<div class="kv"><div>${icon('mail')}<span dir="ltr">${email}</span></div></div>` : nothing}</section>`;
  }
}
