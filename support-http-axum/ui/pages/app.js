// The frame around the pages: navigation, commands, the live line, and what stands above everything.
import { html, nothing } from '../vendor/lit.js';
import { AVAILABILITIES, availability, become, watchIdleness } from '../lib/availability.js';
import { ChatList } from '../lib/chat-list.js';
import { productName } from '../lib/config.js';
import { desk } from '../lib/desk.js';
import { currentLocale, direction, number, t } from '../lib/i18n.js';
import { LOCALES, loadTexts } from '../lib/language.js';
import { MOD, bind } from '../lib/keys.js';
import { Bell, canNotify, hasNotifications, hasSound, setCount, setNotifications, setSound, setTitle } from '../lib/notify.js';
import { openOutgoing, outgoing } from '../lib/outgoing.js';
import { ownLine } from '../lib/own-line.js';
import { customerName } from '../lib/people.js';
import { current, follow, go, to } from '../lib/route.js';
import { me, person, signInAddress, signOut, token } from '../lib/session.js';
import { local } from '../lib/storage.js';
import { TicketList } from '../lib/ticket-list.js';
import { ACTIVE } from '../lib/types.js';
import { openMenu, say } from '../lib/ui.js';
import { Unread } from '../lib/unread.js';
import { viewers } from '../lib/viewers.js';
import { Element } from '../parts/element.js';
import { empty } from '../parts/empty.js';
import { avatar, icon } from '../parts/icon.js';

/** @import { SharedLine } from '../lib/shared-line.js' */
/** @import { ChatSession } from '../lib/types.js' */
/** @import { Dialog } from '../parts/dialog.js' */
/** @import { Grid } from '../parts/grid.js' */
/** @import { Command } from '../parts/palette.js' */
/** @import { ChatHead } from '../parts/chat-head.js' */
/** @import { ChatsPage } from './chats.js' */
/** @import { Route } from '../lib/route.js' */
/** @import { TicketPage } from './ticket.js' */
/** @import { TicketsPage } from './tickets.js' */

/** A line that is away for less than this is not worth a word. */
const GRACE = 2_000;
/** Events that come this close together are one look. */
const GATHER = 200;
/** What other pages draw with is loaded when this one has had its time. */
const PREFETCH_AFTER = 3_000;
/** So long it is said that the line is back. */
const BACK = 4_000;

/** Whose elements are there. @type {Set<'chats' | 'tickets'>} */
const loaded = new Set();

/** @param {Route} route */
const partOf = ({ page }) => (page === 'chats' ? 'chats' : 'tickets');

/** Loads what a page draws with. @param {Route} route */
async function elements(route) {
  const part = partOf(route);
  await (part === 'chats' ? import('../elements-chats.js') : import('../elements-tickets.js'));
  loaded.add(part);
}

export class App extends Element {
  static properties = { route: { state: true }, ready: { state: true }, signedOut: { state: true }, minute: { state: true }, lineIsDown: { state: true }, missed: { state: true } };

  constructor() {
    super();
    this.route = current();
    this.ready = false;
    this.signedOut = false;
    this.minute = 0;
    this.lineIsDown = false;
    this.list = new TicketList();
    this.listAddress = to('tickets');
    this.chats = new ChatList({ isStaff: desk.isStaff, self: me()?.id ?? null });
    this.unread = new Unread();
    this.ticketLine = ownLine('support/events');
    this.chatLine = ownLine('chat/events');
    this.bell = new Bell({ person: person(), leads: () => this.chatLine.leads, watches: id => this.watches(id), open: id => go(to(`chats/${id}`)) });
    /** Messages that came while there was no line, as soon as there is one again; before, -1. */ this.missed = -1;
    this.backTimer = 0;
    this.downTimer = 0;
    this.lookTimer = 0;
  }

  async connectedCallback() {
    super.connectedCallback();
    await Promise.all([loadTexts(), elements(this.route)]);
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
    this.addEventListener('read', event => this.haveRead(/** @type {CustomEvent<string>} */ (event).detail));
    this.addEventListener('bell', event => this.calls(/** @type {CustomEvent<globalThis.Element>} */ (event).detail));
    this.ticketLine.addEventListener('refetch', () => this.look());
    this.ticketLine.addEventListener('event', event => this.heard(/** @type {CustomEvent} */ (event).detail));
    this.chatLine.addEventListener('refetch', () => this.catchUp());
    this.chatLine.addEventListener('event', event => this.heardOfChats(/** @type {CustomEvent} */ (event).detail));
    for (const line of [this.ticketLine, this.chatLine]) line.addEventListener('state', () => this.lineChanged(line));
    this.unread.addEventListener('change', () => { setCount(this.unread.count); this.requestUpdate(); });
    this.unread.addEventListener('called', event => this.called(/** @type {CustomEvent} */ (event).detail));
    bind({
      'mod+k': () => this.openPalette(), '?': () => this.dialog('sd-key-sheet').open(), c: () => this.dialog('sd-new-ticket').open(),
      'g t': () => go(to('tickets')), 'g c': () => go(to('chats')), '/': () => { go(to('tickets')); this.updateComplete.then(() => /** @type {HTMLInputElement | null} */ (this.querySelector('sd-filter-bar input'))?.focus()); },
      ...(desk.isStaff && { 'g m': () => go(to('tickets?assigned_to=me')), 'g u': () => go(to('tickets?assigned_to=none')) }),
    });
    setInterval(() => { this.minute++; }, 60_000);
    desk.refresh();
    openOutgoing();
    this.ticketLine.open();
    this.chatLine.open();
    this.unread.load();
    if (desk.isStaff) watchIdleness();
    // The other pages are wanted next.
    setTimeout(() => Promise.all([elements({ page: 'chats', id: '' }), elements({ page: 'tickets' })]).catch(() => {}), PREFETCH_AFTER);
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
    const route = current();
    if (loaded.has(partOf(route))) this.route = route;
    else elements(route).then(() => { this.route = route; }, () => say({ kind: 'failed', text: t('failed.no_answer') }));
  };

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (this.ready && (changed.has('route') || changed.has('ready')) && this.route.page === 'tickets') {
      this.listAddress = location.href;
      setTitle(desk.isStaff ? t('tickets') : t('my_tickets'));
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

  /** What can be done depends on what is shown now. */
  async openPalette() {
    this.requestUpdate();
    await this.updateComplete;
    this.dialog('sd-palette').open();
  }

  get chatsPage() {
    return /** @type {ChatsPage | null} */ (this.querySelector('sd-chats-page'));
  }

  /** The line of what is shown. */
  get line() {
    return this.route.page === 'chats' ? this.chatLine : this.ticketLine;
  }

  /** Whether somebody looks at a chat in this tab. @param {string} id */
  watches(id) {
    return this.route.page === 'chats' && this.route.id === id && document.visibilityState === 'visible' && document.hasFocus();
  }

  /** @param {{ kind: string, data: any }} event */
  heardOfChats(event) {
    const { kind, data } = event;
    if (kind === 'presence' && data.availability) desk.noteAvailability(data.agent.id, data.availability);
    else if (kind === 'presence') viewers.hear(data);
    if (kind === 'message_created' && this.missed >= 0 && data.sender_id !== me()?.id) this.missed += 1;
    this.chats.hear(event);
    this.unread.hear(event);
    this.chatsPage?.hear(event);
  }

  /** @param {{ session: ChatSession, seq: number, text: string }} call */
  called({ session, seq, text }) {
    this.bell.ring({ id: session.id, seq, text, name: desk.isStaff ? customerName(session) : session.assigned_name ?? t('author.admin') });
  }

  /** @param {string} id of a chat */
  haveRead(id) {
    this.chats.read(id);
    this.unread.read(id);
  }

  /** What was missed of chats is read. */
  catchUp() {
    if (this.signedOut) return;
    this.unread.load();
    if (this.chats.asked !== null) this.chats.refresh();
    this.chatsPage?.catchUp();
  }

  /** @param {SharedLine} line */
  lineChanged(line) {
    if (line === this.chatLine && line.state === 'open') {
      outgoing.flush();
      // Who listens is there.
      if (desk.isStaff) desk.readAgents();
      // What came between reading and listening.
      this.chatsPage?.catchUp();
    }
    if (line !== this.line) return;
    if (['open', 'absent', 'closed'].includes(line.state)) {
      clearTimeout(this.downTimer);
      if (this.lineIsDown && line.state === 'open') this.sayBack();
      this.downTimer = 0;
      this.lineIsDown = false;
    } else this.downTimer ||= setTimeout(() => { this.lineIsDown = true; }, GRACE);
    this.requestUpdate();
  }

  sayBack() {
    this.missed = 0;
    clearTimeout(this.backTimer);
    this.backTimer = setTimeout(() => { this.missed = -1; }, BACK);
  }

  /** How somebody is called who looks elsewhere. @param {globalThis.Element} anchor */
  calls(anchor) {
    openMenu({
      anchor, label: t('notify'), many: true, selected: [...(hasSound() ? ['sound'] : []), ...(hasNotifications() ? ['notify'] : [])],
      options: [{ value: 'sound', label: t('notify.sound'), icon: icon('bell', 'i-s') }, ...(canNotify() ? [{ value: 'notify', label: t('notify.desktop'), icon: icon('screen', 'i-s') }] : [])],
      choose: async chosen => {
        setSound(chosen.includes('sound'));
        const wanted = chosen.includes('notify');
        if (wanted !== hasNotifications() && !await setNotifications(wanted) && wanted) say({ kind: 'failed', text: t('notify.refused') });
      },
    });
  }

  /** @returns {Command[]} */
  get commands() {
    const places = desk.isStaff ? [
      { label: t('view.mine'), icon: icon('user'), keys: ['G', 'M'], run: () => go(to('tickets?assigned_to=me')) },
      { label: t('view.unassigned'), icon: icon('inbox'), keys: ['G', 'U'], run: () => go(to('tickets?assigned_to=none')) },
    ] : [];
    const head = /** @type {ChatHead | null} */ (this.querySelector('sd-chat-head'));
    const deeds = desk.isStaff && head ? ['take', 'close', 'reopen', 'bot', 'queue', 'ticket', 'archive'].filter(deed => head.can(deed)) : [];
    return [
      ...deeds.map(deed => ({ label: t(`deed.${deed}`), icon: icon('chat'), run: () => { head?.act(deed); } })),
      { label: t('new_ticket'), icon: icon('plus'), keys: ['C'], run: () => this.dialog('sd-new-ticket').open() },
      { label: desk.isStaff ? t('tickets') : t('my_tickets'), icon: icon('ticket'), keys: ['G', 'T'], run: () => go(to('tickets')) },
      { label: t(desk.isStaff ? 'chats' : 'my_chats'), icon: icon('chat'), keys: ['G', 'C'], run: () => go(to('chats')) },
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
      anchor: event.currentTarget, label: t('settings'), selected: [`theme.${chosen}`, `locale.${currentLocale()}`, ...(desk.isStaff ? [`available.${availability()}`] : [])],
      options: [
        ...(desk.isStaff ? AVAILABILITIES.map(value => ({ value: `available.${value}`, label: t(`availability.${value}`), icon: html`<span class="dot ${value}"></span>` })) : []),
        ...['system', 'light', 'dark'].map(name => ({ value: `theme.${name}`, label: t(`theme.${name}`), icon: icon({ system: 'screen', light: 'spark', dark: 'moon' }[name] ?? '', 'i-s') })),
        ...LOCALES.map(tag => ({ value: `locale.${tag}`, label: nameOf(tag), icon: icon('globe', 'i-s') })),
        ...(token() ? [{ value: 'out', label: t('sign_out'), icon: icon('x', 'i-s') }] : []),
      ],
      choose: ([value = '']) => {
        const [what, which = ''] = value.split('.');
        if (what === 'available') become(/** @type {any} */ (which));
        else if (what === 'theme') theme(which === 'system' ? null : which);
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
        ${this.missed >= 0 && !this.lineIsDown ? html`<div class="strip t-open" role="status">${icon('check', 'i-s')}<span>${t('line.back')}${this.missed ? ` ${t('line.missed', { n: this.missed })}` : ''}</span></div>` : nothing}
        ${this.signedOut ? this.signIn() : this.page()}<sd-menu></sd-menu></main>${this.tabs()}</div>
      <sd-toasts></sd-toasts><sd-palette .commands=${this.commands}></sd-palette><sd-key-sheet></sd-key-sheet><sd-new-ticket></sd-new-ticket>`;
  }

  page() {
    const { route } = this;
    if (route.page === 'chats') return html`<sd-chats-page class="page" .list=${this.chats} .chatId=${route.id} .minute=${this.minute}></sd-chats-page>`;
    if (route.page === 'ticket') return html`<sd-ticket-page class="page" .number=${route.id} .list=${this.list} .minute=${this.minute}></sd-ticket-page>`;
    return html`<sd-tickets-page class="page" .list=${this.list} .minute=${this.minute}></sd-tickets-page>`;
  }

  signIn() {
    const address = signInAddress();
    return html`<h1 class="vh">${t('sign_in')}</h1>${empty({ art: 'lock', title: t('signed_out'), text: address ? t('signed_out.text') : t('signed_out.elsewhere'), ...(address && { action: t('sign_in'), href: address }) })}`;
  }

  /** @param {string} path @param {string} name @param {string} art @param {number} [count] @param {unknown} [sign] */
  link(path, name, art, count, sign = nothing) {
    const { page } = this.route;
    const here = location.href === to(path) || (page === 'chats' && path === 'chats') ? 'page' : page === 'ticket' && path === 'tickets' ? 'true' : nothing;
    return html`<li><a href=${to(path)} aria-current=${here}>${icon(art)}<span class="cut">${name}</span>${sign}${count ? html`<span class="n">${number(count)}</span>` : nothing}</a></li>`;
  }

  side() {
    const { stats } = desk;
    const active = stats ? ACTIVE.reduce((sum, status) => sum + stats.by_status[status], 0) : 0;
    const self = me();
    const mine = desk.agents.find(({ id }) => id === self?.id)?.open_tickets;
    return html`<aside class="side" aria-label=${t('sidebar')}>
      <div>
        <a class="brand" href=${to('tickets')}><span class="brand-tile">${icon('logo')}</span><span dir="auto">${productName}<small>${t('support')}</small></span></a>
        <button class="btn jumpto" type="button" @click=${() => this.openPalette()}>${icon('search')}<span class="cut">${t('palette.open')}</span><span class="at-end"><kbd>${MOD}</kbd><kbd>K</kbd></span></button>
      </div>
      <nav class="nav" aria-label=${t('support')}><h2>${t('support')}</h2><ul>${this.link('tickets', desk.isStaff ? t('tickets') : t('my_tickets'), 'ticket', active)}${this.link('chats', t(desk.isStaff ? 'chats' : 'my_chats'), 'chat', this.unread.count, this.chatLine.state === 'open' ? html`<span class="live"></span>` : nothing)}</ul></nav>
      <nav class="nav" aria-label=${t('views')}><h2>${t('views')}</h2><ul>
        ${desk.isStaff ? html`${this.link('tickets?assigned_to=me', t('view.mine'), 'user', mine)}${this.link('tickets?assigned_to=none', t('view.unassigned'), 'inbox', stats?.unassigned)}` : nothing}
        ${this.link('tickets?status=resolved', t('view.resolved'), 'check')}${this.link('tickets?status=closed', t('view.closed'), 'archive')}
      </ul></nav>
      <div class="side-foot"><span class="face">${avatar(self?.name ?? t('me'), 32)}${desk.isStaff ? html`<span class="pres ${availability() === 'online' ? '' : `pres-away ${availability()}`}"><span class="vh">${t(`availability.${availability()}`)}</span></span>` : nothing}</span><div><b dir="auto">${self?.name ?? t('me')}</b><small>${t(`line.${this.line.state}`)}</small></div>
        <button class="btn btn-ghost btn-icon btn-s" type="button" aria-label=${t('settings')} aria-haspopup="listbox" aria-expanded="false" @click=${this.settings}>${icon('dots')}</button></div>
    </aside>`;
  }

  tabs() {
    return html`<nav class="tabbar" aria-label=${t('navigation')}>
      <a href=${to('tickets')} aria-current=${this.route.page === 'tickets' ? 'page' : nothing}>${icon('ticket')}${desk.isStaff ? t('tickets') : t('my_tickets')}</a>
      <a href=${to('chats')} aria-current=${this.route.page === 'chats' ? 'page' : nothing}>${icon('chat')}${t('chats.short')}${this.unread.count ? html`<span class="count">${this.unread.count}<span class="vh"> ${t('unread')}</span></span>` : nothing}</a>
      <button type="button" @click=${() => this.openPalette()}>${icon('search')}${t('search')}</button>
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
