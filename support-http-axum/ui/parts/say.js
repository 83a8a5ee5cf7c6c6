// Where one writes in a chat: Enter sends, Shift and Enter begin a new line. It never waits for the server.
import { html, nothing } from '../vendor/lit.js';
import { draft, dropDraft, keepDraft } from '../lib/drafts.js';
import { t } from '../lib/i18n.js';
import { LONGEST } from '../lib/text.js';
import { Element } from './element.js';
import { icon } from './icon.js';

/** The key that some browsers report while an input method composes. */
const COMPOSING = 229;

/** Events: `say` with a text; `typed` with what stands there. */
export class Say extends Element {
  static properties = { place: { type: String }, label: { type: String }, hint: { type: String }, isEmpty: { state: true } };

  constructor() {
    super();
    /** Whose draft it is. */ this.place = '';
    this.label = '';
    this.hint = '';
    this.isEmpty = true;
  }

  get field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea'));
  }

  get draftId() {
    return `chat:${this.place}`;
  }

  focus() {
    this.field.focus();
  }

  /** @param {import('lit').PropertyValues} changed */
  updated(changed) {
    if (!changed.has('place')) return;
    this.field.value = draft(this.draftId);
    this.isEmpty = !this.field.value;
  }

  send() {
    const text = this.field.value.trim();
    if (!text) return this.field.focus();
    this.field.value = '';
    this.isEmpty = true;
    dropDraft(this.draftId);
    this.tell('say', text);
    this.field.focus();
  }

  typed() {
    const { value } = this.field;
    this.isEmpty = !value;
    keepDraft(this.draftId, value);
    this.tell('typed', value.trim());
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || event.keyCode === COMPOSING) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      this.field.blur();
    }
  }

  render() {
    return html`<form class="compose" aria-label=${t('compose.label')} @submit=${(/** @type {Event} */ event) => { event.preventDefault(); this.send(); }}>
      <textarea aria-label=${this.label} placeholder=${this.label} rows="1" maxlength=${LONGEST} dir="auto" enterkeyhint="send" @input=${this.typed} @keydown=${this.pressed}></textarea>
      <div class="tools">${this.hint ? html`<span class="hint">${this.hint}</span>` : nothing}
        <div class="push"><span class="hint only-l"><kbd>↵</kbd> ${t('say.sends')} <kbd>⇧</kbd><kbd>↵</kbd> ${t('say.line')}</span>
          <button class="btn btn-primary btn-s" type="submit" aria-disabled=${this.isEmpty ? 'true' : nothing}>${icon('send', 'i-s flip')}${t('send.plain')}</button></div></div>
    </form>`;
  }
}
