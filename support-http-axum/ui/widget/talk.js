// The conversation: what was said, suggestions, and where one writes.
import { html, nothing, repeat } from '../vendor/lit.js';
import { draft, dropDraft, keepDraft } from '../lib/drafts.js';
import { t } from '../lib/i18n.js';
import { LONGEST } from '../lib/text.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @import { Conversation, Entry } from '../lib/conversation.js' */
/** @import { LineState } from '../lib/line.js' */
/** @import { Log } from '../parts/log.js' */
/** @import { ChatSession } from '../lib/types.js' */
/** @import { Desk } from './desk.js' */

/** The key that some browsers report while an input method composes. */
const COMPOSING = 229;
const MOST_SUGGESTIONS = 4;

/** Where a conversation is about to be. */
export const skeleton = () => html`<div class="sk-chat" aria-busy="true"><span class="sk sk-b1"></span><span class="sk sk-b2"></span><span class="sk sk-b3"></span><span class="sk sk-b1"></span><span class="sk sk-b4"></span><span class="vh" role="status">${t('widget.opening')}</span></div>`;

/** Events: `handoff`, and those of the log that are not about the conversation itself. */
export class Talk extends Element {
  static properties = { conversation: { attribute: false }, line: { type: String }, text: { state: true } };

  constructor() {
    super();
    /** @type {Conversation} */ this.conversation = /** @type {any} */ (null);
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {LineState} */ this.line = 'connecting';
    this.text = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.conversation.addEventListener('change', () => this.requestUpdate(), { signal });
    this.text = draft(this.conversation.id);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop?.abort();
  }

  firstUpdated() {
    this.field.value = this.text;
  }

  wasOver = false;

  updated() {
    const isOver = this.session.status !== 'active';
    if (isOver && !this.wasOver) this.toEnd();
    this.wasOver = isOver;
  }

  /** Brings into view what has come to stand below the last message, once it is drawn. */
  toEnd() {
    requestAnimationFrame(() => {
      const log = /** @type {Log | null} */ (this.querySelector('sd-log'));
      if (!log) return;
      log.atEnd = true;
      log.settle();
    });
  }

  get field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea[name="message"]'));
  }

  get session() {
    return /** @type {ChatSession} */ (this.conversation.session);
  }

  typed() {
    this.text = this.field.value;
    keepDraft(this.conversation.id, this.text);
    this.conversation.typed(this.text.trim());
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
    event.preventDefault();
    this.send();
  }

  send(text = this.field.value.trim()) {
    if (!text) return this.field.focus();
    this.conversation.send(text);
    if (text === this.field.value.trim()) {
      this.field.value = this.text = '';
      dropDraft(this.conversation.id);
    }
    this.field.focus();
  }

  /** What one may answer with one tap: the newest answer's, until something is said. @returns {import('../lib/types.js').Suggestion[]} */
  get suggestions() {
    const last = this.conversation.entries.at(-1);
    return this.session.status === 'active' && this.session.owner === 'bot' && last?.kind === 'bot' ? last.message?.suggestions.slice(0, MOST_SUGGESTIONS) ?? [] : [];
  }

  /** Customers are not told which agent is typing: it is whom they are talking to. */
  get typists() {
    return this.conversation.typists.map(typist => (typist.kind === 'agent' ? { ...typist, name: typist.name ?? (this.person || null) } : typist));
  }

  /** Whoever of the team spoke last, or has the conversation. */
  get person() {
    return this.session.assigned_name ?? this.conversation.entries.findLast(({ kind }) => kind === 'admin')?.name ?? '';
  }

  render() {
    const { conversation, session } = this;
    const isOver = session.status !== 'active';
    return html`<sd-widget-banner .conversation=${conversation} .line=${this.line}></sd-widget-banner>
      ${conversation.ready ? repeat([conversation.id], id => id, () => html`<sd-log .entries=${conversation.entries} .divider=${conversation.divider} .typists=${this.typists} .complete=${conversation.complete}
          .label=${t('widget.conversation')} .nameOf=${this.nameOf} .footer=${isOver ? this.ended() : this.chips()} @rate=${this.toEnd}
          @seen=${(/** @type {CustomEvent<number>} */ { detail }) => conversation.seen(detail)} @missed=${(/** @type {CustomEvent<Entry[]>} */ { detail }) => conversation.divide(detail)}
          @older=${this.older} @retry=${(/** @type {CustomEvent<Entry>} */ { detail }) => conversation.retry(detail)} @drop=${(/** @type {CustomEvent<Entry>} */ { detail }) => conversation.drop(detail)}></sd-log>`)
        : skeleton()}
      <div class="w-compose" ?hidden=${isOver}><form class="w-box" @submit=${(/** @type {Event} */ event) => { event.preventDefault(); this.send(); }}>
        <textarea name="message" rows="1" dir="auto" maxlength=${LONGEST} enterkeyhint="send" aria-label=${t('widget.message')} placeholder=${session.owner === 'agent' && this.person ? t('say.to', { who: this.person }) : t('widget.write')}
          @input=${this.typed} @keydown=${this.pressed}></textarea>
        <button class="go" type="submit" aria-label=${t('send.plain')} aria-disabled=${this.text.trim() ? 'false' : 'true'}>${icon('send')}</button></form>
        <p class="w-foot">${this.foot()}</p></div>`;
  }

  older() {
    // Without an answer they are asked for again when one scrolls on.
    this.conversation.older().catch(() => {});
  }

  nameOf = (/** @type {Entry} */ { kind, name }) => (kind === 'bot' ? t('author.bot') : name ?? t(`author.${kind}`));

  foot() {
    const { owner } = this.session;
    if (owner === 'bot') return html`${t('say.to_bot')} <button class="link" type="button" @click=${() => this.tell('handoff')}>${t('widget.human')}</button>`;
    return owner === 'agent' && this.person ? t('widget.with.person', { who: this.person }) : t('widget.with.queue');
  }

  chips() {
    const { suggestions } = this;
    return suggestions.length ? html`<div class="suggest" role="group" aria-label=${t('widget.suggestions')}>${suggestions.map(({ label }) => html`<button class="suggestion" type="button" dir="auto" @click=${() => this.send(label)}>${label}</button>`)}</div>` : nothing;
  }

  ended() {
    const { conversation, desk, session } = this;
    return html`<sd-widget-ended .desk=${desk} .conversation=${conversation} .session=${session} .who=${this.person}></sd-widget-ended>`;
  }
}
