// Where one answers: a reply to the customer, or a note among staff. Each keeps its draft.
import { html, nothing } from '../vendor/lit.js';
import { desk } from '../lib/desk.js';
import { draft, dropDraft, keepDraft } from '../lib/drafts.js';
import { t } from '../lib/i18n.js';
import { MOD } from '../lib/keys.js';
import { LONGEST } from '../lib/text.js';
import { openMenu } from '../lib/ui.js';
import { Element } from './element.js';
import { icon } from './icon.js';
import { statusIcon } from './signs.js';

/** @import { Status, Ticket } from '../lib/types.js' */
/** @typedef {{ message: string, internal: boolean, status?: Status }} Answer */

/** What a reply can do to the status beside being sent; the first is what the button does. @type {(Status | '')[]} */
const ENDS = ['waiting_for_customer', '', 'resolved'];

/** Events: `began` when one begins to write, `answer` with what to send. */
export class Composer extends Element {
  static properties = { ticket: { attribute: false }, note: { state: true }, news: { type: Number }, warned: { state: true } };

  constructor() {
    super();
    /** @type {Ticket} */ this.ticket = /** @type {any} */ (undefined);
    this.note = false;
    /** Replies of others that came while this one was written. */
    this.news = 0;
    this.warned = 0;
    this.isWriting = false;
  }

  get field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea'));
  }

  get draftId() {
    return `${this.ticket.id}:${this.note ? 'note' : 'reply'}`;
  }

  /** @param {boolean} note */
  async write(note) {
    this.note = note;
    await this.updateComplete;
    this.field.focus();
  }

  /** @param {import('lit').PropertyValues} changed */
  updated(changed) {
    const other = changed.has('ticket') && /** @type {Ticket | undefined} */ (changed.get('ticket'))?.id !== this.ticket.id;
    if (other || changed.has('note')) {
      this.field.value = draft(this.draftId);
      this.isWriting = this.field.value !== '';
    }
    if (other) this.warned = 0;
  }

  /** @param {Status | ''} [status] */
  send(status = this.note || !desk.isStaff ? '' : ENDS[0]) {
    const message = this.field.value.trim();
    if (!message) return this.field.focus();
    if (this.news > this.warned) {
      // What the customer just said may change the answer: it is shown first.
      this.warned = this.news;
      return;
    }
    this.tell('answer', { message, internal: this.note, ...(status && { status }) });
    this.field.value = '';
    this.isWriting = false;
    this.warned = 0;
    dropDraft(this.draftId);
    this.field.focus();
  }

  typed() {
    if (!this.isWriting) this.tell('began');
    this.isWriting = this.field.value !== '';
    keepDraft(this.draftId, this.field.value);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.field.blur();
    }
  }

  /** @param {KeyboardEvent} event */
  tabPressed(event) {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.note = !this.note;
    this.updateComplete.then(() => /** @type {HTMLElement} */ (this.querySelector('[role="tab"][aria-selected="true"]')).focus());
  }

  /** @param {MouseEvent & { currentTarget: globalThis.Element }} event */
  ways(event) {
    openMenu({
      anchor: event.currentTarget, label: t('send.ways'), selected: [],
      options: ENDS.map(value => ({ value, label: t(`send.${value || 'plain'}`), icon: value ? statusIcon(value) : icon('send', 'i-s') })),
      choose: ([value]) => this.send(/** @type {Status | ''} */ (value)),
    });
  }

  render() {
    const customer = this.ticket.requester.name ?? t('the_customer');
    const label = this.note ? t('compose.note') : desk.isStaff ? t('compose.reply', { name: customer }) : t('compose.answer');
    const tab = (/** @type {boolean} */ note, /** @type {unknown} */ text) => html`<button class="tab" type="button" role="tab" id="tab-${note ? 'note' : 'reply'}"
      aria-selected=${this.note === note ? 'true' : 'false'} aria-controls="answer" tabindex=${this.note === note ? 0 : -1}
      @click=${() => this.write(note)} @keydown=${this.tabPressed}>${text}</button>`;
    const isWarned = this.news > 0 && this.warned === this.news;
    return html`<div class="composer"><div class="col"><form class="compose ${this.note ? 'is-note' : ''}" aria-label=${t('compose.label')}
      @submit=${(/** @type {Event} */ event) => { event.preventDefault(); this.send(); }}>
      ${desk.isStaff ? html`<div class="tabs" role="tablist" aria-label=${t('compose.kind')}>${tab(false, t('reply'))}${tab(true, html`${icon('lock', 'i-xs')}${t('note')}`)}</div>` : nothing}
      <div role=${desk.isStaff ? 'tabpanel' : nothing} id="answer" aria-labelledby=${desk.isStaff ? `tab-${this.note ? 'note' : 'reply'}` : nothing}>
        <textarea aria-label=${label} placeholder=${label} maxlength=${LONGEST} rows="2" dir="auto"
          @input=${this.typed} @keydown=${this.pressed}></textarea></div>
      <div class="tools">
        <span class="hint only-l">${this.note ? t('compose.note.hint') : ''}</span>
        <div class="push">
          ${isWarned ? html`<span class="warned" role="alert">${t('compose.news', { n: this.news })}</span>` : nothing}
          <kbd class="only-l">${MOD} ↵</kbd>
          ${this.button(isWarned)}</div></div>
    </form></div></div>`;
  }

  /** @param {boolean} isWarned */
  button(isWarned) {
    if (this.note) return html`<button class="btn btn-s btn-note" type="submit">${t('add_note')}</button>`;
    const text = isWarned ? t('send.anyway') : desk.isStaff ? t('send.waiting_for_customer') : t('send.plain');
    if (!desk.isStaff) return html`<button class="btn btn-primary btn-s" type="submit">${text}</button>`;
    return html`<span class="btn-group"><button class="btn btn-primary btn-s" type="submit">${text}</button><button class="btn btn-primary btn-s" type="button"
      aria-label=${t('send.ways')} aria-haspopup="listbox" aria-expanded="false" @click=${this.ways}>${icon('down', 'i-s')}</button></span>`;
  }
}
