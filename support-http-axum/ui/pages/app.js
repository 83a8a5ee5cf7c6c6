// The frame around the pages: navigation, commands, the live line, and what stands above everything.
import { html, nothing } from '../vendor/lit.js';
import { productName } from '../lib/config.js';
import { desk } from '../lib/desk.js';
import { LOCALES, currentLocale, direction, loadTexts, number, t } from '../lib/i18n.js';
import { MOD, bind } from '../lib/keys.js';
import { Line } from '../lib/line.js';
import { openOutgoing, outgoing } from '../lib/outgoing.js';
import { current, follow, go, to } from '../lib/route.js';
import { me, signInAddress, signOut, token } from '../lib/session.js';
import { local } from '../lib/storage.js';
import { TicketList } from '../lib/ticket-list.js';
import { ACTIVE } from '../lib/types.js';
import { openMenu } from '../lib/ui.js';
import { Element } from '../parts/element.js';
import { empty } from '../parts/empty.js';
import { avatar, icon } from '../parts/icon.js';

/** @import { Dialog } from '../parts/dialog.js' */
/** @import { Grid } from '../parts/grid.js' */
/** @import { Command } from '../parts/palette.js' */
/** @import { TicketPage } from './ticket.js' */
/** @import { TicketsPage } from './tickets.js' */

/** A line that is away for less than this is not worth a word. */
const GRACE = 2_000;
/** Events that come this close together are one look. */
const GATHER = 200;

export class App extends Element {
  static properties = { route: { state: true }, ready: { state: true }, signedOut: { state: true }, minute: { state: true }, lineIsDown: { state: true } };

  constructor() {
    super();
    this.route = current();
    this.ready = false;
    this.signedOut = false;
    this.minute = 0;
    this.lineIsDown = false;
    this.list = new TicketList();
    this.listAddress = to('tickets');
    this.line = new Line('support/events');
    this.downTimer = 0;
    this.lookTimer = 0;
  }

  async connectedCallback() {
    super.connectedCallback();
    await loadTexts();
    Object.assign(document.documentElement, { lang: currentLocale(), dir: direction() });
    this.ready = true;
    addEventListener('support:route', this.routed);
    addEventListener('popstate', this.routed);
    addEventListener('support:signed-out', () => { this.signedOut = true; });
    addEventListener('focus', () => this.look());
    desk.addEventListener('change', () => this.requestUpdate());
    this.addEventListener('click', follow);
    this.addEventListener('new', () => this.dialog('sd-new-ticket').open());
    this.addEventListener('keys', () => this.dialog('sd-key-sheet').open());
    this.addEventListener('created', () => this.look());
    this.addEventListener('back', event => this.back(/** @type {CustomEvent<string>} */ (event).detail));
    this.line.addEventListener('refetch', () => this.look());
    this.line.addEventListener('event', event => this.heard(/** @type {CustomEvent} */ (event).detail));
    this.line.addEventListener('state', () => this.lineChanged());
    bind({
      'mod+k': () => this.dialog('sd-palette').open(), '?': () => this.dialog('sd-key-sheet').open(), c: () => this.dialog('sd-new-ticket').open(),
      'g t': () => go(to('tickets')), '/': () => { go(to('tickets')); this.updateComplete.then(() => /** @type {HTMLInputElement | null} */ (this.querySelector('sd-filter-bar input'))?.focus()); },
      ...(desk.isStaff && { 'g m': () => go(to('tickets?assigned_to=me')), 'g u': () => go(to('tickets?assigned_to=none')) }),
    });
    setInterval(() => { this.minute++; }, 60_000);
    desk.refresh();
    openOutgoing();
    this.line.open();
  }

  get grid() {
    return /** @type {Grid | null} */ (this.querySelector('sd-grid'));
  }

  /** @param {string} name */
  dialog(name) {
    return /** @type {Dialog} */ (this.querySelector(name));
  }

  routed = () => {
    this.scrolled = this.grid?.y ?? this.scrolled;
    if (this.route.page === 'tickets' && current().page === 'tickets') this.listAddress = location.href;
    this.route = current();
  };

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has('route') && this.route.page === 'tickets') {
      this.listAddress = location.href;
      document.title = `${desk.isStaff ? t('tickets') : t('my_tickets')} · ${productName}`;
    }
  }

  /** From a ticket to where one was in the list. @param {string} id */
  async back(id) {
    const scrolled = this.scrolled;
    go(this.listAddress);
    await this.updateComplete;
    const page = /** @type {TicketsPage | null} */ (this.querySelector('sd-tickets-page'));
    await page?.updateComplete;
    if (!page) return;
    const { grid } = this;
    await grid?.updateComplete;
    grid?.goTo(scrolled);
    page.returnTo(id);
  }

  scrolled = 0;

  /** Shows a changed ticket at once; what else it means, for a burst of events together. @param {{ kind: string, data: any }} event */
  heard({ kind, data }) {
    if (kind === 'ticket_updated') this.list.put(data);
    if (!kind.startsWith('ticket_') && !['reply_created', 'note_created'].includes(kind)) return;
    clearTimeout(this.lookTimer);
    this.lookTimer = setTimeout(() => this.look(), GATHER);
  }

  /** Looks for what changed. */
  look() {
    if (this.signedOut) return;
    desk.refresh();
    if (this.route.page === 'ticket') /** @type {TicketPage | null} */ (this.querySelector('sd-ticket-page'))?.load();
    this.list.refresh((this.grid?.y ?? this.scrolled) > 40 || this.route.page === 'ticket');
  }

  lineChanged() {
    if (['open', 'absent', 'closed'].includes(this.line.state)) {
      clearTimeout(this.downTimer);
      this.downTimer = 0;
      this.lineIsDown = false;
      if (this.line.state === 'open') outgoing.flush();
    } else this.downTimer ||= setTimeout(() => { this.lineIsDown = true; }, GRACE);
    this.requestUpdate();
  }

  /** @returns {Command[]} */
  get commands() {
    const places = desk.isStaff ? [
      { label: t('view.mine'), icon: icon('user'), keys: ['G', 'M'], run: () => go(to('tickets?assigned_to=me')) },
      { label: t('view.unassigned'), icon: icon('inbox'), keys: ['G', 'U'], run: () => go(to('tickets?assigned_to=none')) },
    ] : [];
    return [
      { label: t('new_ticket'), icon: icon('plus'), keys: ['C'], run: () => this.dialog('sd-new-ticket').open() },
      { label: desk.isStaff ? t('tickets') : t('my_tickets'), icon: icon('ticket'), keys: ['G', 'T'], run: () => go(to('tickets')) },
      ...places,
      { label: t('view.closed'), icon: icon('archive'), run: () => go(to('tickets?status=closed')) },
      { label: t('theme.light'), icon: icon('spark'), run: () => theme('light') },
      { label: t('theme.dark'), icon: icon('moon'), run: () => theme('dark') },
      { label: t('theme.system'), icon: icon('screen'), run: () => theme(null) },
      { label: t('keys.title'), icon: icon('keys'), keys: ['?'], run: () => this.dialog('sd-key-sheet').open() },
    ];
  }

  /** @param {MouseEvent & { currentTarget: globalThis.Element }} event */
  settings(event) {
    const chosen = local.read('theme') ?? 'system';
    openMenu({
      anchor: event.currentTarget, label: t('settings'), selected: [`theme.${chosen}`, `locale.${currentLocale()}`],
      options: [
        ...['system', 'light', 'dark'].map(name => ({ value: `theme.${name}`, label: t(`theme.${name}`), icon: icon({ system: 'screen', light: 'spark', dark: 'moon' }[name] ?? '', 'i-s') })),
        ...LOCALES.map(tag => ({ value: `locale.${tag}`, label: nameOf(tag), icon: icon('globe', 'i-s') })),
        ...(token() ? [{ value: 'out', label: t('sign_out'), icon: icon('x', 'i-s') }] : []),
      ],
      choose: ([value = '']) => {
        const [what, which = ''] = value.split('.');
        if (what === 'theme') theme(which === 'system' ? null : which);
        else if (what === 'locale') language(which);
        else signOut();
      },
    });
  }

  render() {
    if (!this.ready) return nothing;
    return html`<a class="skip" href="#main" @click=${(/** @type {Event} */ event) => { event.preventDefault(); event.stopPropagation(); this.querySelector('main')?.focus(); }}>${t('skip')}</a>
      <div class="app">${this.side()}<main class="main" id="main" tabindex="-1">
        ${this.lineIsDown ? html`<div class="strip t-waiting" role="status">${icon('offline', 'i-s')}<span>${t(navigator.onLine ? 'line.waiting.text' : 'line.offline.text')}</span><button class="btn btn-s" type="button" @click=${() => this.line.now()}>${t('line.now')}</button></div>` : nothing}
        ${this.signedOut ? this.signIn() : this.page()}<sd-menu></sd-menu></main>${this.tabs()}</div>
      <sd-toasts></sd-toasts><sd-palette .commands=${this.commands}></sd-palette><sd-key-sheet></sd-key-sheet><sd-new-ticket></sd-new-ticket>`;
  }

  page() {
    const { route } = this;
    if (route.page === 'ticket') return html`<sd-ticket-page class="page" .number=${route.id} .list=${this.list} .minute=${this.minute}></sd-ticket-page>`;
    return html`<sd-tickets-page class="page" .list=${this.list} .minute=${this.minute}></sd-tickets-page>`;
  }

  signIn() {
    const address = signInAddress();
    return html`<h1 class="vh">${t('sign_in')}</h1>${empty({ art: 'lock', title: t('signed_out'), text: address ? t('signed_out.text') : t('signed_out.elsewhere'), ...(address && { action: t('sign_in'), href: address }) })}`;
  }

  /** @param {string} path @param {string} name @param {string} art @param {number} [count] */
  link(path, name, art, count) {
    const here = location.href === to(path) ? 'page' : this.route.page === 'ticket' && path === 'tickets' ? 'true' : nothing;
    return html`<li><a href=${to(path)} aria-current=${here}>${icon(art)}<span class="cut">${name}</span>${count ? html`<span class="n">${number(count)}</span>` : nothing}</a></li>`;
  }

  side() {
    const { stats } = desk;
    const active = stats ? ACTIVE.reduce((sum, status) => sum + stats.by_status[status], 0) : 0;
    const self = me();
    const mine = desk.agents.find(({ id }) => id === self?.id)?.open_tickets;
    return html`<aside class="side" aria-label=${t('sidebar')}>
      <div>
        <a class="brand" href=${to('tickets')}><span class="brand-tile">${icon('logo')}</span><span dir="auto">${productName}<small>${t('support')}</small></span></a>
        <button class="btn jumpto" type="button" @click=${() => this.dialog('sd-palette').open()}>${icon('search')}<span class="cut">${t('palette.open')}</span><span class="at-end"><kbd>${MOD}</kbd><kbd>K</kbd></span></button>
      </div>
      <nav class="nav" aria-label=${t('support')}><h2>${t('support')}</h2><ul>${this.link('tickets', desk.isStaff ? t('tickets') : t('my_tickets'), 'ticket', active)}</ul></nav>
      <nav class="nav" aria-label=${t('views')}><h2>${t('views')}</h2><ul>
        ${desk.isStaff ? html`${this.link('tickets?assigned_to=me', t('view.mine'), 'user', mine)}${this.link('tickets?assigned_to=none', t('view.unassigned'), 'inbox', stats?.unassigned)}` : nothing}
        ${this.link('tickets?status=resolved', t('view.resolved'), 'check')}${this.link('tickets?status=closed', t('view.closed'), 'archive')}
      </ul></nav>
      <div class="side-foot">${avatar(self?.name ?? t('me'), 32)}<div><b dir="auto">${self?.name ?? t('me')}</b><small>${t(`line.${this.line.state}`)}</small></div>
        <button class="btn btn-ghost btn-icon btn-s" type="button" aria-label=${t('settings')} aria-haspopup="listbox" aria-expanded="false" @click=${this.settings}>${icon('dots')}</button></div>
    </aside>`;
  }

  tabs() {
    return html`<nav class="tabbar" aria-label=${t('navigation')}>
      <a href=${to('tickets')} aria-current=${this.route.page === 'tickets' ? 'page' : nothing}>${icon('ticket')}${desk.isStaff ? t('tickets') : t('my_tickets')}</a>
      <button type="button" @click=${() => this.dialog('sd-palette').open()}>${icon('search')}${t('search')}</button>
      <button type="button" aria-haspopup="listbox" aria-expanded="false" @click=${this.settings}>${icon('user')}${t('settings')}</button></nav>`;
  }
}

/** @param {string | null} name */
function theme(name) {
  local.write('theme', name);
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
}

/** @param {string} tag */
function nameOf(tag) {
  return new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
}

/** @param {string} tag */
function language(tag) {
  local.write('locale', tag);
  location.reload();
}
