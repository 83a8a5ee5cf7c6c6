// The list of tickets. Only the rows in sight, and a few more, are in the page, so that it stays smooth at any length.
import { guard, html, nothing, repeat } from '../vendor/lit.js';
import { desk } from '../lib/desk.js';
import { number, t } from '../lib/i18n.js';
import { to } from '../lib/route.js';
import { oneLine } from '../lib/text.js';
import { age } from '../lib/age.js';
import { full } from '../lib/time.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { priorityIcon, statusIcon, tag } from './signs.js';

/** @import { Segment } from '../lib/ticket-list.js' */
/** @import { Ticket } from '../lib/types.js' */

/** Rows beyond those in sight, on each side. */
const SPARE = 8;
/** So many rows before the end, more are asked for. */
const EARLY = 30;

/** Events: `open` with a ticket, `cursor` with its place, `toggle` with a ticket's id, `more`. */
export class Grid extends Element {
  static properties = {
    segments: { attribute: false }, cursor: { type: Number }, selected: { attribute: false }, total: { type: Number },
    complete: { type: Boolean }, counts: { attribute: false }, window: { state: true }, minute: { type: Number },
  };

  constructor() {
    super();
    /** @type {Segment[]} */ this.segments = [];
    this.cursor = 0;
    /** @type {Set<string>} */ this.selected = new Set();
    this.total = -1;
    this.complete = true;
    /** @type {Record<string, number> | null} */ this.counts = null;
    this.minute = 0;
    /** The first row in sight, and the one after the last. */
    this.window = [0, 40];
    this.row = 48;
    this.head = 34;
    this.sizes = new ResizeObserver(() => this.measure());
    /** Where the list is scrolled to, and how much of it is seen: asked for once, because asking costs a layout. */
    this.y = 0;
    this.seen = 600;
    this.addEventListener('scroll', () => {
      this.y = this.scrollTop;
      this.look();
    }, { passive: true });
  }

  connectedCallback() {
    super.connectedCallback();
    this.className = 'list';
    this.sizes.observe(this);
    this.measure();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.sizes.disconnect();
  }

  /** The heights are the style sheet's to say. */
  measure() {
    const style = getComputedStyle(this);
    this.row = Number.parseFloat(style.getPropertyValue('--list-row')) || 48;
    this.head = Number.parseFloat(style.getPropertyValue('--list-head')) || 34;
    this.seen = this.clientHeight;
    this.y = this.scrollTop;
    this.look();
    this.requestUpdate();
  }

  get rows() {
    return this.segments.reduce((sum, { items }) => sum + items.length, 0);
  }

  headOf(/** @type {Segment} */ segment) {
    return segment.status ? this.head : 0;
  }

  /** How far a row is from the top. @param {number} index */
  top(index) {
    let top = 0;
    for (const segment of this.segments) {
      top += this.headOf(segment);
      if (index < segment.items.length) return top + index * this.row;
      index -= segment.items.length;
      top += segment.items.length * this.row;
    }
    return top;
  }

  /** The row at this distance from the top. @param {number} y */
  rowAt(y) {
    let before = 0;
    for (const segment of this.segments) {
      y -= this.headOf(segment);
      const height = segment.items.length * this.row;
      if (y < height) return before + Math.max(0, Math.floor(y / this.row));
      y -= height;
      before += segment.items.length;
    }
    return before;
  }

  look() {
    // In steps of four, so that most scrolling draws nothing.
    const first = Math.floor(Math.max(0, this.rowAt(this.y) - SPARE) / 4) * 4;
    const last = Math.ceil((this.rowAt(this.y + this.seen) + SPARE) / 4) * 4;
    if (first !== this.window[0] || last !== this.window[1]) this.window = [first, last];
    if (!this.complete && last + EARLY > this.rows) this.tell('more');
  }

  /** Moves the cursor, and what is in sight with it. @param {number} index @param {{ focus?: boolean }} [how] */
  async show(index, { focus = true } = {}) {
    const top = this.top(index);
    const segment = this.segmentOf(index);
    const covered = segment ? this.headOf(segment) : 0;
    if (top - covered < this.y) this.goTo(top - covered);
    else if (top + this.row > this.y + this.seen - 12) this.goTo(top + this.row - this.seen + 12);
    this.look();
    await this.updateComplete;
    if (focus) /** @type {HTMLElement | null} */ (this.querySelector('.row.cursor'))?.focus({ preventScroll: true });
  }

  /** @param {number} y */
  goTo(y) {
    this.scrollTop = y;
    this.y = Math.max(0, y);
  }

  /** @param {number} index */
  segmentOf(index) {
    return this.segments.find(({ items }) => {
      if (index < items.length) return true;
      index -= items.length;
      return false;
    });
  }

  updated() {
    let first = 0;
    for (const [at, element] of [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.segment'))].entries()) {
      const segment = this.segments[at];
      if (!segment) continue;
      element.style.setProperty('--height', `${this.headOf(segment) + segment.items.length * this.row}px`);
      const before = Math.max(0, Math.min(segment.items.length, (this.window[0] ?? 0) - first));
      element.style.setProperty('--before', `${before * this.row}px`);
      first += segment.items.length;
    }
    this.look();
  }

  render() {
    let first = 0;
    const now = new Date();
    const inSight = this.cursor >= (this.window[0] ?? 0) && this.cursor < (this.window[1] ?? 0);
    return html`<div role="grid" aria-label=${t('tickets')} aria-rowcount=${this.total} aria-multiselectable=${desk.isStaff ? 'true' : 'false'}
      tabindex=${inSight ? nothing : 0}>
      ${repeat(this.segments, ({ status }) => status, segment => {
        const [from, to] = [(this.window[0] ?? 0) - first, (this.window[1] ?? 0) - first];
        const start = Math.max(0, Math.min(segment.items.length, from));
        const part = segment.items.slice(start, Math.max(0, to));
        const base = first + start;
        first += segment.items.length;
        return html`<div class="segment" role="rowgroup" aria-label=${segment.status ? t(`status.${segment.status}`) : t('tickets')}>
          ${segment.status ? html`<div role="row"><div class="group" role="gridcell">${statusIcon(segment.status)}${t(`status.${segment.status}`)}
            <span>${this.countOf(segment)}</span></div></div>` : nothing}
          <div class="rows" role="presentation">${repeat(part, ({ id }) => id, (ticket, at) => this.unchanged(ticket, base + at, now))}</div>
        </div>`;
      })}
    </div>`;
  }

  /** @param {Segment} segment */
  countOf({ status, items, done }) {
    const count = done ? items.length : this.counts?.[status];
    return count === undefined ? `${number(items.length)}+` : number(count);
  }

  /** A row is drawn again only when something of it changed. @param {Ticket} ticket @param {number} index @param {Date} now */
  unchanged(ticket, index, now) {
    return guard([ticket, index, index === this.cursor, this.selected.has(ticket.id), this.minute], () => this.ticket(ticket, index, now));
  }

  /** @param {Ticket} ticket @param {number} index @param {Date} now */
  ticket(ticket, index, now) {
    const isSelected = this.selected.has(ticket.id);
    const isCursor = index === this.cursor;
    const waits = desk.isStaff && ticket.waiting_since !== null;
    const who = ticket.assigned_to ? t('assigned_to', { name: ticket.assigned_name ?? ticket.assigned_to }) : t('unassigned');
    return html`<div class="row ${waits ? 'new' : ''} ${isCursor ? 'cursor' : ''} ${desk.isStaff ? '' : 'plain'}" role="row" aria-rowindex=${index + 1}
      aria-selected=${desk.isStaff ? String(isSelected) : nothing} tabindex=${isCursor ? 0 : -1} data-id=${ticket.id}
      @click=${(/** @type {MouseEvent} */ event) => this.clicked(event, ticket, index)}>
      ${desk.isStaff ? html`<span role="gridcell" class="pick-cell"><input class="box" type="checkbox" tabindex="-1" aria-label=${t('select_ticket', { number: ticket.number })}
        .checked=${isSelected} @click=${(/** @type {MouseEvent} */ event) => { event.stopPropagation(); this.tell('toggle', ticket.id); }}></span>` : nothing}
      <span class="pr" role="gridcell">${priorityIcon(ticket.priority, t('priority_is', { priority: t(`priority.${ticket.priority}`) }))}</span>
      <span class="st" role="gridcell">${statusIcon(ticket.status, t(`status.${ticket.status}`))}</span>
      <span class="row-id" role="gridcell">${ticket.number}</span>
      <span class="row-t" role="gridcell"><a href=${to(`tickets/${ticket.number}`)} tabindex="-1" dir="auto">${waits ? html`<span class="vh">${t('needs_answer')} </span>` : nothing}${ticket.subject}</a><span dir="auto">${oneLine(ticket.description)}</span></span>
      <span class="row-tags" role="gridcell">${ticket.tags.slice(0, 2).map(tag)}</span>
      ${desk.isStaff ? html`<span class="av-cell" role="gridcell">${avatar(ticket.assigned_to && (ticket.assigned_name ?? ticket.assigned_to), 24, who)}</span>` : nothing}
      <span class="row-time" role="gridcell"><time datetime=${ticket.updated_at} title=${full(ticket.updated_at)}>${age(ticket.updated_at, now)}</time></span>
    </div>`;
  }

  /** @param {MouseEvent} event @param {Ticket} ticket @param {number} index */
  clicked(event, ticket, index) {
    this.tell('cursor', index);
    if (event.shiftKey && desk.isStaff) {
      event.preventDefault();
      this.tell('range', index);
    } else if (!(event.target instanceof HTMLAnchorElement)) this.tell('open', ticket);
  }
}
