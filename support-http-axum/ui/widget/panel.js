// The widget's panel, which the launcher loads: it asks a guest who they are, and then one talks.
import { html, nothing } from '../vendor/lit.js';
import { Conversation } from '../lib/conversation.js';
import { currentLocale, direction, t, useTexts } from '../lib/i18n.js';
import { Outbox } from '../lib/outbox.js';
import { problem } from '../lib/problem.js';
import { bringIcons } from '../lib/sprite.js';
import { Element, painted } from '../parts/element.js';
import { avatar, icon } from '../parts/icon.js';
import { Log } from '../parts/log.js';
import { Desk } from './desk.js';
import { Form } from './form.js';
import { icons } from './icons.js';
import { Screen } from './screen.js';
import { Talk, skeleton } from './talk.js';

/** @import { Entry } from '../lib/conversation.js' */
/** @import { Problem } from '../lib/problem.js' */
/** @import { SharedLine } from '../lib/shared-line.js' */
/** @import { ChatSession } from '../lib/types.js' */
/** @import { Answers, Demand } from './form.js' */
/** @import { later } from './later.js' */
/** @typedef {{ id: string, token: string, open?: boolean, teased?: number }} Kept */
/**
 * What the launcher gives.
 * @typedef {object} Context
 * @property {HTMLElement & { kept: Kept | null, isOpen: boolean, close: () => void }} host the element that the site embeds
 * @property {URL} api
 * @property {{ contact: Record<string, Demand>, assistant: boolean, team: 'online' | 'busy' | 'away' | null }} settings
 * @property {string} name
 * @property {string} privacy
 * @property {string} locale
 * @property {Record<string, string>} texts
 * @property {string | null} identity
 * @property {(name: string, detail?: unknown) => void} emit
 * @property {(unread: number) => void} unread
 * @property {(line: string) => void} tease
 * @property {(path: string) => Promise<CSSStyleSheet>} sheet fetches one of the desk's
 */
/** @typedef {'idle' | 'loading' | 'form' | 'talk' | 'left' | 'failed'} Phase */

/** @param {Record<string, CustomElementConstructor>} elements */
const define = elements => Object.entries(elements).forEach(([name, element]) => customElements.get(name) ?? customElements.define(name, element));

/** What could not be loaded is asked for again after so long. */
const AGAIN = 3_000;

/** Where one begins, the best first. */
const BEGINNINGS = ['.sheet :is(input, textarea, .btn)', '.w-compose:not([hidden]) textarea', '.ended :is(input, .btn)', '.done :is(h3, .btn)', '.ctl button'];

/** What one has just begun one has in view. @param {ChatSession} session @returns {ChatSession} */
const fresh = session => ({ ...session, unread_count: 0 });

/** Makes the panel. @param {Context} context */
export function create(context) {
  useTexts(context.locale, context.texts);
  bringIcons();
  define({ 'sd-log': Log, 'sd-widget-form': Form, 'sd-widget-talk': Talk, 'sd-widget-panel': Panel });
  const panel = /** @type {Panel} */ (document.createElement('sd-widget-panel'));
  panel.context = context;
  panel.desk = new Desk(context);
  return panel;
}

export class Panel extends Element {
  static properties = { phase: { state: true }, failed: { state: true }, busy: { state: true }, asks: { state: true }, announced: { state: true }, lineState: { state: true }, laterIcons: { state: true } };

  constructor() {
    super();
    /** @type {Context} */ this.context = /** @type {any} */ (null);
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {Phase} */ this.phase = 'idle';
    /** @type {Problem | null} */ this.failed = null;
    this.busy = false;
    /** Whether one is asked if the chat shall end. */ this.asks = false;
    this.announced = '';
    this.lineState = 'connecting';
    /** @type {unknown} */ this.laterIcons = nothing;
    this.isShown = false;
    this.unread = 0;
    /** @type {Answers} */ this.known = {};
    /** @type {Conversation | null} */ this.conversation = null;
    /** @type {SharedLine | null} */ this.line = null;
    this.number = '';
    this.screen = new Screen(this, () => this.context.host.close());
  }

  connectedCallback() {
    super.connectedCallback();
    this.stop = new AbortController();
    for (const kind of ['online', 'offline']) addEventListener(kind, () => this.lineChanged(), { signal: this.stop.signal });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop?.abort();
  }

  /** Shows it. @param {boolean} focus whether a person asked for it, here and now */
  async reveal(focus) {
    this.isShown = true;
    await this.updateComplete;
    this.screen.show();
    if (this.phase === 'idle' || this.phase === 'failed') await this.start();
    this.count(0);
    await this.updateComplete;
    if (focus) this.focusFirst();
    this.bringLater();
  }

  hide() {
    this.isShown = false;
    this.asks = false;
    this.screen.hide();
  }

  /** @param {string | null} token */
  identify(token) {
    this.desk.identify(token);
    this.known = {};
    this.reset();
    if (this.isShown) this.start();
  }

  /** What is needed once one talks. @type {Promise<typeof later> | undefined} */ later;

  bringLater() {
    return this.later ??= this.fetchLater();
  }

  /** @param {string} [again] makes another address: some browsers keep it that one failed @returns {Promise<typeof later>} */
  async fetchLater(again = '') {
    try {
      const [{ later }, sheet] = await Promise.all([import(`./later.js${again}`), this.context.sheet('joined/later.css')]);
      /** @type {ShadowRoot} */ (this.getRootNode()).adoptedStyleSheets.push(sheet);
      define(later.elements);
      this.laterIcons = later.icons;
      return later;
    } catch {
      await new Promise(done => { setTimeout(done, AGAIN); });
      return this.fetchLater(`${again}?`);
    }
  }

  async focusFirst() {
    await /** @type {Form | null} */ (this.querySelector('sd-widget-form'))?.updateComplete;
    // To give the focus to what has no place yet would have it laid out here and now.
    await painted();
    const field = BEGINNINGS.map(selector => /** @type {HTMLElement | null} */ (this.querySelector(selector))).find(Boolean);
    field?.focus();
  }

  /** Goes on with the conversation that there is, or begins. */
  async start() {
    this.phase = 'loading';
    try {
      const session = await this.desk.current();
      if (session && session.status !== 'archived') this.take(session);
      else if (this.isAway || this.asksContact) this.phase = 'form';
      else this.take(fresh(await this.desk.begin({})));
    } catch (error) {
      this.failed = problem(error);
      this.phase = 'failed';
    }
  }

  /** Nobody answers: no assistant, and none of the team. */
  get isAway() {
    const { assistant, team } = this.context.settings;
    return !assistant && team === 'away';
  }

  get asksContact() {
    return !this.desk.isIdentified && Object.values(this.context.settings.contact).some(demand => demand !== 'hidden');
  }

  /** Whether all that must be known is. */
  get isKnown() {
    return this.desk.isIdentified || Object.entries(this.context.settings.contact).every(([field, demand]) => demand !== 'required' || this.known[/** @type {keyof Answers} */ (field)]);
  }

  /** @param {Answers} answers */
  async begin({ message, ...answers }) {
    this.busy = true;
    this.failed = null;
    try {
      if (message && this.desk.isIdentified) {
        const { leave } = await this.bringLater();
        this.number = (await leave(this.desk, message)).number;
        this.phase = 'left';
        return;
      }
      const given = Object.entries(answers).filter(([, value]) => value).map(([field, value]) => [`guest_${field}`, value]);
      this.take(fresh(await this.desk.begin(Object.fromEntries(given))));
      if (message) this.conversation?.send(message);
    } catch (error) {
      this.failed = problem(error);
      this.phase = 'form';
    } finally {
      this.busy = false;
    }
    await this.updateComplete;
    if (this.phase !== 'form') this.focusFirst();
  }

  /** Shows a conversation, and follows it. @param {ChatSession} session */
  take(session) {
    this.reset();
    const { desk } = this;
    const outbox = new Outbox({ post: item => desk.post(item), reason: failed => (failed.code === 'session_closed' ? t('widget.ended') : failed.message) }).open(session.id);
    const conversation = this.conversation = new Conversation({ id: session.id, side: 'customer', self: { id: null, name: null }, remote: desk.remote, outbox });
    conversation.addEventListener('change', () => this.followed());
    conversation.addEventListener('news', event => this.heard(/** @type {CustomEvent<Entry[]>} */ (event).detail));
    this.known = { name: session.guest_name ?? '', email: session.guest_email ?? '', phone: session.guest_phone ?? '' };
    this.count(this.isShown ? 0 : session.unread_count);
    this.owner = session.owner;
    this.phase = 'talk';
    conversation.open(session);
    this.follow(conversation);
  }

  /** Opens the line. @param {Conversation} conversation */
  async follow(conversation) {
    const { SharedLine } = await this.bringLater();
    if (this.conversation !== conversation) return;
    const { desk } = this;
    const line = this.line = new SharedLine('chat/events', conversation.id, { base: this.context.api, credential: () => desk.credential, credentials: 'omit' });
    line.addEventListener('event', event => conversation.hear(/** @type {CustomEvent} */ (event).detail));
    line.addEventListener('refetch', () => conversation.catchUp());
    line.addEventListener('state', () => this.lineChanged());
    line.open();
  }

  /** @type {string} */ owner = '';

  /** What changed about who answers is said aloud. */
  followed() {
    this.requestUpdate();
    const session = this.conversation?.session;
    if (!session || session.owner === this.owner) return;
    this.owner = session.owner;
    if (session.owner === 'agent') this.announced = t('widget.joined', { who: session.assigned_name ?? t('author.admin') });
  }

  lineChanged() {
    const state = this.line?.state ?? 'connecting';
    // A browser that is offline may take a while to find its line dead.
    this.lineState = navigator.onLine ? state : 'offline';
    if (state === 'open') this.conversation?.catchUp();
    // The token is not good any more: what is left of the conversation is not ours to show.
    else if (state === 'closed' && !this.desk.isIdentified) this.desk.current().then(session => { if (!session) { this.reset(); this.start(); } }, () => {});
  }

  /** @param {Entry[]} news */
  heard(news) {
    for (const { message } of news) this.context.emit('message', message);
    if (this.isShown) return;
    const [first] = news;
    if (this.unread === 0 && first) this.context.tease(first.text);
    this.count(this.unread + news.length);
  }

  /** @param {number} unread */
  count(unread) {
    this.unread = unread;
    this.context.unread(unread);
  }

  reset() {
    const { line, conversation } = this;
    this.line = this.conversation = null;
    line?.close();
    conversation?.close();
    this.phase = 'idle';
    this.asks = false;
  }

  async handoff() {
    const { conversation } = this;
    if (!conversation) return;
    try {
      conversation.hear({ kind: 'session_updated', data: await this.desk.act(conversation.id, 'handoff') });
    } catch {
      // The words themselves are understood as well, and wait for a connection.
      conversation.send(t('widget.human'));
    }
  }

  /** @param {{ isSure?: boolean }} [how] */
  async end({ isSure = false } = {}) {
    const { conversation } = this;
    if (!conversation || conversation.session?.status !== 'active') return this.context.host.close();
    this.asks = !isSure && this.isWriting;
    if (this.asks) return;
    const said = conversation.entries.some(({ isOwn }) => isOwn);
    try {
      conversation.hear({ kind: 'session_updated', data: await this.desk.act(conversation.id, 'close') });
    } catch (error) {
      this.announced = t('failed.no_answer');
      return;
    }
    if (said) return this.updateComplete.then(() => this.focusFirst());
    // Nothing was said: there is nothing to rate and nothing to keep.
    this.context.host.close();
    this.context.host.kept = null;
    this.reset();
  }

  get isWriting() {
    return /** @type {Talk | null} */ (this.querySelector('sd-widget-talk'))?.text.trim() !== '';
  }

  async anew() {
    this.reset();
    this.context.host.kept = null;
    if (this.isAway || !this.isKnown) this.phase = 'form';
    else await this.begin(this.known);
    await this.updateComplete;
    this.focusFirst();
  }

  render() {
    const { phase } = this;
    return html`${icons}${this.laterIcons}<dialog class="panel" part="panel" aria-labelledby="w-title" lang=${currentLocale()} dir=${direction()} @cancel=${this.screen.cancel} @keydown=${this.screen.pressed} @keyup=${this.screen.keep} @keypress=${this.screen.keep}
      @begin=${(/** @type {CustomEvent<Answers>} */ { detail }) => this.begin(detail)} @handoff=${this.handoff} @anew=${this.anew} @now=${() => this.line?.now()}
      @announce=${(/** @type {CustomEvent<string>} */ { detail }) => { this.announced = detail; }} @stay=${() => { this.asks = false; this.focusFirst(); }} @leave=${() => this.end({ isSure: true })}>
      <div class="head" part="header"><div class="head-row">${phase === 'form' ? html`<b class="brand" dir="auto">${this.context.name}</b>` : this.heading()}
        <div class="ctl"><button type="button" aria-label=${t('widget.minimize')} @click=${() => this.context.host.close()}>${icon('minus')}</button>
          ${phase === 'talk' && this.conversation?.session?.status === 'active' ? html`<button type="button" aria-label=${t('widget.end')} @click=${() => this.end()}>${icon('x')}</button>` : nothing}</div></div>
        ${phase === 'form' ? html`<div class="hi"><h2 id="w-title">${t(this.isAway ? 'widget.away.title' : 'widget.hello')}</h2>${this.presence()}</div>` : nothing}</div>
      ${this.body()}
      ${this.asks ? html`<sd-widget-question></sd-widget-question>` : nothing}
      <p class="vh" role="status">${this.announced}</p></dialog>`;
  }

  heading() {
    const session = this.conversation?.session;
    const who = session?.owner === 'agent' ? session.assigned_name : null;
    return html`${who ? avatar(who, 40) : html`<span class="av av-40 mark" aria-hidden="true">${icon(session?.owner === 'bot' ? 'spark' : 'chat')}</span>`}
      <div class="head-t"><h2 id="w-title" dir="auto">${who ?? this.context.name}</h2>${who ? html`<p dir="auto">${this.isDown ? this.reconnecting() : this.context.name}</p>` : this.isDown ? html`<p>${this.reconnecting()}</p>` : this.presence()}</div>`;
  }

  get isDown() {
    return this.phase === 'talk' && (this.lineState === 'waiting' || this.lineState === 'offline');
  }

  reconnecting() {
    return html`<i class="off"></i>${t('line.waiting')}`;
  }

  /** Whether somebody is there: in words, for nobody has measured how long an answer takes. */
  presence() {
    const { team, assistant } = this.context.settings;
    if (this.phase === 'loading') return html`<p>${t('widget.opening')}</p>`;
    if (team === null) return nothing;
    const isBots = assistant && (this.conversation?.session?.owner ?? 'bot') === 'bot';
    const words = team === 'away' && isBots ? 'widget.team.assistant' : `widget.team.${team}`;
    return html`<p><i class=${team === 'online' ? '' : 'off'}></i>${t(words)}</p>`;
  }

  body() {
    const { contact, assistant } = this.context.settings;
    if (this.phase === 'form') {
      return html`<sd-widget-form .contact=${contact} .known=${this.known} ?isAway=${this.isAway} ?isUser=${this.desk.isIdentified} .assistant=${assistant} .privacy=${this.context.privacy} .name=${this.context.name}
        .busy=${this.busy} .failed=${this.failed}></sd-widget-form>`;
    }
    if (this.phase === 'talk') return html`<sd-widget-talk .conversation=${/** @type {Conversation} */ (this.conversation)} .desk=${this.desk} .line=${this.lineState}></sd-widget-talk>`;
    if (this.phase === 'failed') {
      return html`<div class="done" role="alert"><h3>${t('failed.title')}</h3><p>${this.failed?.status ? t('failed.server') : t('failed.no_answer')}</p><button class="btn" type="button" @click=${() => this.start()}>${t('try_again')}</button></div>`;
    }
    if (this.phase === 'left') return html`<sd-widget-left .number=${this.number}></sd-widget-left>`;
    return skeleton();
  }
}
