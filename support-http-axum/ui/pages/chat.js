// One chat, as either side of it sees it.
import { html, nothing, repeat } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { Conversation } from '../lib/conversation.js';
import { desk, reason } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { outgoing } from '../lib/outgoing.js';
import { customerName } from '../lib/people.js';
import { problem } from '../lib/problem.js';
import { me } from '../lib/session.js';
import { say } from '../lib/ui.js';
import { briefingCard } from '../parts/briefing.js';
import { Element } from '../parts/element.js';
import { empty } from '../parts/empty.js';
import { icon } from '../parts/icon.js';

/** @import { Entry } from '../lib/conversation.js' */
/** @import { ChatSession } from '../lib/types.js' */
/** @import { ChatHead } from '../parts/chat-head.js' */
/** @import { Say } from '../parts/say.js' */

/** So long after its end a customer's message opens a chat again; later, the server says that it does not. */
const REOPENS = 30 * 60_000;

const remote = { messages: api.messages, read: api.readChat, typing: api.typing };

/** Events: `session` with the chat as it is now; `read` with its id. */
export class Chat extends Element {
  static properties = { session: { attribute: false }, search: { type: String }, minute: { type: Number }, sheet: { type: Boolean }, slow: { state: true }, failed: { state: true }, traces: { state: true } };

  constructor() {
    super();
    /** @type {ChatSession} */ this.session = /** @type {any} */ (undefined);
    this.search = '';
    this.minute = 0;
    this.sheet = false;
    this.slow = false;
    /** @type {unknown} */ this.failed = null;
    /** What the bot thought, by the number of what it said; empty while it is read. @type {Map<number, string>} */ this.traces = new Map();
    /** @type {Conversation | null} */ this.conversation = null;
    this.wasUnread = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.conversation?.close();
  }

  get head() {
    return /** @type {ChatHead | null} */ (this.querySelector('sd-chat-head'));
  }

  get field() {
    return /** @type {Say | null} */ (this.querySelector('sd-say'));
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has('session')) return;
    if (this.conversation?.id !== this.session.id) this.begin();
    else if (this.conversation) this.conversation.session = { ...this.session, unread_count: this.conversation.session?.unread_count ?? 0 };
  }

  begin() {
    this.conversation?.close();
    const conversation = this.conversation = new Conversation({ id: this.session.id, side: desk.isStaff ? 'agent' : 'customer', self: { id: me()?.id ?? null, name: me()?.name ?? null }, remote, outbox: outgoing });
    conversation.addEventListener('change', () => {
      if (this.wasUnread && !conversation.unread) this.tell('read', conversation.id);
      this.wasUnread = conversation.unread > 0;
      this.requestUpdate();
    });
    conversation.addEventListener('failed', event => { this.failed = /** @type {CustomEvent} */ (event).detail; });
    Object.assign(this, { traces: new Map(), slow: false, failed: null });
    setTimeout(() => { this.slow = true; }, 150);
    conversation.open(this.session);
  }

  /** @param {{ kind: string, data: any }} event of the live line */
  hear(event) {
    this.conversation?.hear(event);
  }

  async catchUp() {
    this.failed = null;
    await this.conversation?.catchUp();
  }

  nameOf = (/** @type {Entry} */ entry) => {
    if (entry.kind === 'user') return desk.isStaff ? entry.name ?? customerName(this.session) : t('me');
    return entry.name ?? t(`author.${entry.kind}`);
  };

  /** What agents see below a message, and nobody else: why the bot said it, and what it hands over. @param {Entry} entry */
  extra = ({ kind, seq, message }) => {
    if (!desk.isStaff || !message) return nothing;
    if (kind === 'system') return message.metadata.briefing ? briefingCard(message.metadata.briefing) : nothing;
    // A greeting is no answer.
    if (kind !== 'bot' || !message.metadata.decision) return nothing;
    const trace = this.traces.get(seq);
    return html`<button class="why" type="button" aria-expanded=${trace === undefined ? 'false' : 'true'} @click=${() => this.explain(seq)}>${icon('info')}${t('why')}</button>
      ${trace ? html`<p class="trace" dir="auto">${trace}</p>` : nothing}`;
  };

  /** @param {number} seq */
  async explain(seq) {
    const show = (/** @type {string | undefined} */ text) => {
      const traces = new Map(this.traces);
      if (text === undefined) traces.delete(seq);
      else traces.set(seq, text);
      this.traces = traces;
    };
    if (this.traces.has(seq)) return show(undefined);
    show('');
    try {
      const { explanation, sentence } = await api.trace(this.session.id, seq);
      show(explanation ?? sentence ?? t('why.unknown'));
    } catch (error) {
      show(problem(error).status === 404 ? t('why.unknown') : reason(error));
    }
  }

  /** @param {{ rating: number, feedback?: string }} rating */
  async rate(rating) {
    try {
      this.tell('session', await api.rateChat(this.session.id, rating));
    } catch (error) {
      say({ kind: 'failed', text: reason(error) });
    }
  }

  render() {
    const { session, conversation, failed } = this;
    if (!conversation) return nothing;
    return html`<section class="conv" aria-label=${t('chat.with', { who: desk.isStaff ? customerName(session) : t('author.admin') })}>
      <sd-chat-head .session=${session} .search=${this.search} .minute=${this.minute} .sheet=${this.sheet}></sd-chat-head>
      ${conversation.ready ? repeat([conversation.id], id => id, () => this.log(conversation))
        : failed ? empty({ art: 'warn', kind: 't-danger', title: t('failed.title'), text: reason(failed), reference: problem(failed).reference, action: t('try_again'), run: () => this.catchUp() })
          : html`<div class="log sk-talk" aria-hidden="true">${this.slow ? ['sk-m', 'sk-l', 'sk-s', 'sk-m'].map(width => html`<span class="sk ${width}"></span>`) : nothing}</div>`}
      ${this.composer(conversation)}
    </section>`;
  }

  /** @param {Conversation} conversation */
  log(conversation) {
    return html`<sd-log .entries=${conversation.entries} .divider=${conversation.divider} .typists=${desk.isStaff ? [] : conversation.typists} .complete=${conversation.complete}
      .nameOf=${this.nameOf} .extra=${this.extra} .also=${this.traces} .footer=${this.footer(conversation)} label=${t('messages')}
      @seen=${(/** @type {CustomEvent<number>} */ event) => conversation.seen(event.detail)} @missed=${(/** @type {CustomEvent<Entry[]>} */ event) => conversation.divide(event.detail)}
      @older=${() => conversation.older().catch(error => say({ kind: 'failed', text: reason(error) }))} @retry=${(/** @type {CustomEvent<Entry>} */ event) => conversation.retry(event.detail)}
      @drop=${(/** @type {CustomEvent<Entry>} */ event) => conversation.drop(event.detail)} @rate=${(/** @type {CustomEvent} */ event) => this.rate(event.detail)}></sd-log>`;
  }

  /** What stands at the end, for customers: what they can say with one click, and how they liked it. @param {Conversation} conversation */
  footer(conversation) {
    const { session } = this;
    if (desk.isStaff) return session.status !== 'active' && session.rating === null ? html`<p class="sys">${t('rate.none')}</p>` : nothing;
    if (session.status === 'closed') return html`<sd-rating .rating=${session.rating ?? 0} .feedback=${session.feedback ?? ''} .who=${session.assigned_name ?? ''}></sd-rating>`;
    const last = conversation.entries.at(-1);
    const suggestions = session.status === 'active' && last?.kind === 'bot' ? last.message?.suggestions ?? [] : [];
    return suggestions.length ? html`<div class="suggest" role="group" aria-label=${t('suggestions')}>${suggestions.slice(0, 4).map(({ label }) => html`<button class="suggestion" type="button" dir="auto" @click=${() => conversation.send(label)}>${label}</button>`)}</div>` : nothing;
  }

  /** @param {Conversation} conversation */
  composer(conversation) {
    const { session } = this;
    const name = desk.isStaff ? customerName(session) : t('author.admin');
    const isOver = session.status !== 'active' && (desk.isStaff || session.status === 'archived' || Date.now() - Date.parse(session.closed_at ?? session.updated_at) > REOPENS);
    if (isOver) {
      return html`<div class="composer over"><span>${t(`over.${session.status}`)}</span>${desk.isStaff ? html`<button class="btn btn-s" type="button" @click=${() => this.head?.act('reopen')}>${icon('refresh', 'i-s')}${t('deed.reopen')}</button>` : nothing}</div>`;
    }
    const typing = desk.isStaff ? conversation.typists : [];
    const hint = session.status === 'closed' ? t('say.reopens') : desk.isStaff && session.owner === 'bot' ? t('say.takes_over') : !desk.isStaff && session.owner === 'bot' ? t('say.to_bot') : '';
    return html`<div class="composer">
      <div class="typing-line" role="status">${typing.length ? html`<span class="typing" aria-hidden="true"><i></i><i></i><i></i></span><span dir="auto">${t('typing.one', { who: typing.map(({ name: who, kind }) => who ?? (kind === 'customer' ? name : t('author.agent'))).join(', ') })}</span>` : nothing}</div>
      <sd-say .place=${session.id} .label=${t('say.to', { who: name })} .hint=${hint}
        @say=${(/** @type {CustomEvent<string>} */ event) => conversation.send(event.detail)} @typed=${(/** @type {CustomEvent<string>} */ event) => conversation.typed(event.detail)}></sd-say>
    </div>`;
  }
}
