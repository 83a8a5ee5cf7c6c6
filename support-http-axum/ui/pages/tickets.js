// The list of tickets: figures, filters, rows, and what is done to several at once.
import { html, nothing } from '../vendor/lit.js';
import { changeAll, desk } from '../lib/desk.js';
import { isNarrow, read, write } from '../lib/filters.js';
import { t } from '../lib/i18n.js';
import { bind } from '../lib/keys.js';
import { go, to } from '../lib/route.js';
import { me } from '../lib/session.js';
import { ACTIVE } from '../lib/types.js';
import { Element } from '../parts/element.js';
import { empty, skeleton } from '../parts/empty.js';
import { icon } from '../parts/icon.js';
import { pickAssignee, pickPriority, pickStatus } from '../parts/pickers.js';

/** @import { Filters } from '../lib/filters.js' */
/** @import { TicketList } from '../lib/ticket-list.js' */
/** @import { Ticket, TicketChange } from '../lib/types.js' */
/** @import { FilterBar } from '../parts/filter-bar.js' */
/** @import { Grid } from '../parts/grid.js' */

/** Events: `new`. */
export class TicketsPage extends Element {
  static properties = { list: { attribute: false }, cursor: { state: true }, selected: { state: true }, slow: { state: true }, minute: { type: Number } };

  constructor() {
    super();
    /** @type {TicketList} */ this.list = /** @type {any} */ (undefined);
    this.cursor = 0;
    /** @type {Set<string>} */ this.selected = new Set();
    this.anchor = 0;
    this.slow = false;
    this.minute = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.list.addEventListener('change', this.changed);
    desk.addEventListener('change', this.changed);
    addEventListener('support:route', this.routed);
    addEventListener('popstate', this.routed);
    const staff = desk.isStaff ? {
      x: () => this.toggle(this.current?.id), 'shift+j': () => this.extend(1), 'shift+k': () => this.extend(-1), 'mod+a': () => this.selectAll(),
      s: () => this.act(pickStatus, 'status'), p: () => this.act(pickPriority, 'priority'), a: () => this.act(pickAssignee, 'assigned_to'),
      i: () => this.change({ assigned_to: me()?.id ?? 'me' }),
    } : {};
    this.unbind = bind({
      j: () => this.move(1), k: () => this.move(-1), ArrowDown: () => this.move(1), ArrowUp: () => this.move(-1),
      Home: () => this.moveTo(0), End: () => this.moveTo(Infinity), Enter: event => this.enter(event), o: () => this.open(this.current),
      '/': () => this.bar?.field.select(), f: () => this.bar?.openFirst(), Escape: () => this.clear(), ...staff,
    });
    this.routed();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.list.removeEventListener('change', this.changed);
    desk.removeEventListener('change', this.changed);
    removeEventListener('support:route', this.routed);
    removeEventListener('popstate', this.routed);
    this.unbind?.();
  }

  changed = () => this.requestUpdate();

  routed = () => {
    this.filters = read(new URLSearchParams(location.search));
    if (write(this.filters) !== this.list.asked) {
      this.selected = new Set();
      this.cursor = 0;
      this.slow = false;
      setTimeout(() => { this.slow = true; }, 150);
      this.list.load(this.filters).then(() => this.grid?.goTo(0));
    }
    this.requestUpdate();
  };

  /** @type {Filters} */ filters = read(new URLSearchParams(location.search));

  get grid() {
    return /** @type {Grid | null} */ (this.querySelector('sd-grid'));
  }

  get bar() {
    return /** @type {FilterBar | null} */ (this.querySelector('sd-filter-bar'));
  }

  /** @returns {Ticket | undefined} */
  get current() {
    return this.list.tickets[this.cursor];
  }

  /** Those that a key or a button means: the selected ones, or else the one under the cursor. */
  get meant() {
    const tickets = this.list.tickets;
    return this.selected.size ? tickets.filter(({ id }) => this.selected.has(id)) : tickets.slice(this.cursor, this.cursor + 1);
  }

  /** Puts the cursor on a ticket that was just left. @param {string} id */
  returnTo(id) {
    const at = this.list.tickets.findIndex(ticket => ticket.id === id || ticket.number === id);
    if (at < 0) return;
    this.cursor = at;
    this.updateComplete.then(() => this.grid?.show(at));
  }

  /** @param {Filters} filters */
  want(filters) {
    go(to(`tickets${write(filters)}`), { replace: isNarrow(this.filters) && filters.search !== this.filters.search });
  }

  /** @param {number} by */
  move(by) {
    this.moveTo(this.cursor + by);
  }

  /** @param {number} index */
  moveTo(index) {
    const last = this.list.tickets.length - 1;
    if (last < 0) return;
    this.cursor = this.anchor = Math.max(0, Math.min(last, index));
    this.updateComplete.then(() => this.grid?.show(this.cursor));
  }

  /** @param {number} by */
  extend(by) {
    const end = Math.max(0, Math.min(this.list.tickets.length - 1, this.cursor + by));
    this.selectRange(this.anchor, end);
    this.cursor = end;
    this.updateComplete.then(() => this.grid?.show(end));
  }

  /** @param {number} from @param {number} to */
  selectRange(from, to) {
    const range = this.list.tickets.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.selected = new Set(range.map(({ id }) => id));
  }

  /** @param {string | undefined} id */
  toggle(id) {
    if (!id) return;
    const selected = new Set(this.selected);
    if (!selected.delete(id)) selected.add(id);
    this.selected = selected;
    this.anchor = this.cursor;
  }

  async selectAll() {
    await this.list.all();
    this.selected = new Set(this.list.tickets.map(({ id }) => id));
  }

  clear() {
    if (this.selected.size) this.selected = new Set();
    else if (isNarrow(this.filters)) this.want({ ...this.filters, search: '', priority: [], category: [], assigned_to: [] });
  }

  /** @param {KeyboardEvent} event */
  enter(event) {
    // On a button or a link, Enter is theirs.
    if (event.target instanceof HTMLElement && event.target.closest('button, a, input')) event.target.click();
    else this.open(this.current);
  }

  /** @param {Ticket | undefined} ticket */
  open(ticket) {
    if (ticket) go(to(`tickets/${ticket.number}`));
  }

  /**
   * @param {(anchor: globalThis.Element, selected: any, choose: (change: TicketChange) => void) => void} pick
   * @param {'status' | 'priority' | 'assigned_to'} field
   */
  act(pick, field) {
    const { meant } = this;
    const anchor = this.querySelector(`.bulk [data-act="${field}"]`) ?? this.querySelector('.row.cursor') ?? this;
    if (meant.length) pick(anchor, meant.length === 1 ? meant[0]?.[field] : undefined, change => this.change(change));
  }

  /** @param {TicketChange} change */
  async change(change) {
    const { meant } = this;
    this.selected = new Set();
    await changeAll(meant, change, ticket => this.list.put(ticket));
  }

  get heading() {
    const { stats } = desk;
    if (!stats) return ' ';
    const n = ACTIVE.reduce((sum, status) => sum + stats.by_status[status], 0);
    return desk.isStaff ? t('tickets.attention', { n }) : t('tickets.running', { n });
  }

  /** How many there are in all, where the desk says so. */
  get total() {
    const { list } = this;
    const counts = desk.stats?.by_status;
    if (list.complete) return list.tickets.length;
    if (!list.countable || !counts) return -1;
    return list.segments.flatMap(({ of }) => of).reduce((sum, status) => sum + counts[status], 0);
  }

  render() {
    return html`<header class="top">
        <div><h1>${desk.isStaff ? t('tickets') : t('my_tickets')}</h1><p>${this.heading}</p></div>
        <div class="push">
          ${desk.isStaff ? html`<button class="btn btn-ghost btn-icon only-l" type="button" aria-label=${t('keys.title')} @click=${() => this.tell('keys')}>${icon('keys')}</button>` : nothing}
          <button class="btn btn-primary" type="button" @click=${() => this.tell('new')}>${icon('plus')}<span>${t('new_ticket')}</span><kbd class="only-l">C</kbd></button>
        </div>
      </header>
      <sd-figures .status=${this.filters.status} .stats=${desk.stats} @filter=${(/** @type {CustomEvent<string[]>} */ event) => this.want({ ...this.filters, status: event.detail })}></sd-figures>
      <div class="listwrap">
        <sd-filter-bar .filters=${this.filters} .categories=${desk.categories} @filters=${(/** @type {CustomEvent<Filters>} */ event) => this.want(event.detail)}
          @leave=${() => this.moveTo(0)}></sd-filter-bar>
        ${this.content()}
        ${this.list.fresh ? html`<div class="fresh"><button class="jump" type="button" @click=${() => this.showFresh()}>${icon('up', 'i-s')}${t('tickets.fresh', { n: this.list.fresh })}</button></div>` : nothing}
        ${this.bulk()}
      </div>`;
  }

  async showFresh() {
    await this.list.load(this.filters);
    this.grid?.goTo(0);
  }

  content() {
    const { list, filters } = this;
    if (!list.shown.length) {
      if (list.failed) {
        return empty({ art: 'warn', kind: 't-danger', title: t('failed.title'), text: t(list.failed.status === 403 ? 'failed.forbidden' : list.failed.status ? 'failed.server' : 'failed.no_answer'),
          reference: list.failed.reference, action: t('try_again'), run: () => list.load(filters) });
      }
      if (list.loading) return this.slow ? skeleton(9) : html`<div class="list"></div>`;
      return this.nothing();
    }
    return html`${list.failed ? html`<div class="strip t-danger" role="alert">${icon('warn', 'i-s')}${t('tickets.stale')}
        <button class="btn btn-s" type="button" @click=${() => list.load(filters)}>${t('try_again')}</button></div>` : nothing}
      <sd-grid .segments=${list.shown} .cursor=${this.cursor} .selected=${this.selected} .total=${this.total} .complete=${list.complete}
        .counts=${list.countable ? desk.stats?.by_status : null} .minute=${this.minute} aria-busy=${list.loading ? 'true' : 'false'}
        @cursor=${(/** @type {CustomEvent<number>} */ event) => { this.cursor = event.detail; }}
        @range=${(/** @type {CustomEvent<number>} */ event) => this.selectRange(this.anchor, event.detail)}
        @open=${(/** @type {CustomEvent<Ticket>} */ event) => this.open(event.detail)}
        @toggle=${(/** @type {CustomEvent<string>} */ event) => this.toggle(event.detail)} @more=${() => list.more()}></sd-grid>`;
  }

  nothing() {
    const { filters } = this;
    if (filters.search) return empty({ art: 'search', title: t('empty.search', { text: filters.search }), text: t('empty.search.text'), action: t('filter.clear'), run: () => this.want({ ...filters, search: '', status: [], priority: [], category: [], assigned_to: [] }) });
    if (isNarrow(filters) || filters.status.length) return empty({ art: 'filter', title: t('empty.filter'), text: t('empty.filter.text'), action: t('filter.clear'), run: () => this.want({ ...filters, status: [], priority: [], category: [], assigned_to: [] }) });
    if (!desk.stats?.total) return empty({ art: 'inbox', title: t('empty.first'), text: desk.isStaff ? t('empty.first.text') : t('empty.first.customer'), action: t('new_ticket'), run: () => this.tell('new') });
    return empty({ art: 'check', title: t('empty.done'), text: desk.isStaff ? t('empty.done.text') : t('empty.done.customer') });
  }

  bulk() {
    const { size } = this.selected;
    if (!size) return nothing;
    const all = this.list.complete && size === this.list.tickets.length;
    return html`<div class="bulk" role="toolbar" aria-label=${t('bulk.label', { n: size })}><b class="num" role="status">${t(all ? 'bulk.all' : 'bulk.selected', { n: size })}</b><hr>
      <button class="btn btn-ghost btn-s" type="button" data-act="assigned_to" @click=${() => this.act(pickAssignee, 'assigned_to')}>${icon('user', 'i-s')}<span>${t('assign')}</span><kbd class="only-l">A</kbd></button>
      <button class="btn btn-ghost btn-s" type="button" data-act="status" @click=${() => this.act(pickStatus, 'status')}>${icon('s-progress', 'i-s')}<span>${t('status')}</span><kbd class="only-l">S</kbd></button>
      <button class="btn btn-ghost btn-s" type="button" data-act="priority" @click=${() => this.act(pickPriority, 'priority')}>${icon('p-high', 'i-s')}<span>${t('priority')}</span><kbd class="only-l">P</kbd></button>
      <hr><button class="btn btn-ghost btn-icon btn-s" type="button" aria-label=${t('bulk.clear')} @click=${() => { this.selected = new Set(); }}>${icon('x', 'i-s')}</button></div>`;
  }
}
