// What stands where a conversation ended: how it was, a copy of it, and the way to another one.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';
import { Rating } from '../parts/stars.js';

/** @import { Conversation } from '../lib/conversation.js' */
/** @import { ChatSession } from '../lib/types.js' */
/** @import { Desk } from './desk.js' */
/** @typedef {{ rating: number, feedback?: string }} Rated */

/** Events: `anew` for another chat; `announce` with what is to be said aloud. */
export class Ended extends Element {
  static properties = { session: { attribute: false }, who: { type: String }, isDone: { state: true } };

  constructor() {
    super();
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {Conversation} */ this.conversation = /** @type {any} */ (null);
    /** As it is now. @type {ChatSession} */ this.session = /** @type {any} */ (null);
    /** Who answered. */ this.who = '';
    this.isDone = false;
  }

  /** Whether there was anything to rate. */
  get canRate() {
    return this.session.status === 'closed' && this.conversation.entries.some(({ isOwn }) => isOwn);
  }

  /** After the last word one is thanked. @param {CustomEvent<Rated> & { target: Rating }} event */
  async rated({ target, detail: { rating, feedback } }) {
    this.isDone = target.isSaved;
    if (this.isDone) this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector('h3'))?.focus());
    const data = await this.desk.ask('POST', `chat/sessions/${this.session.id}/rate`, { body: { rating, ...(feedback && { feedback }) } }).catch(() => null);
    if (data) this.conversation.hear({ kind: 'session_updated', data });
    else this.tell('announce', t('failed.no_answer'));
  }

  async save() {
    const text = await this.desk.fetch('GET', `chat/sessions/${this.session.id}/transcript`, { accept: 'text/plain' }).then(answer => answer.text(), () => null);
    if (text === null) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = `${this.desk.name}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  }

  render() {
    const { session } = this;
    return html`<section class="ended" aria-label=${t('widget.ended')}>
      ${this.canRate && !this.isDone ? html`<sd-rating .who=${this.who} .rating=${session.rating ?? 0} .feedback=${session.feedback ?? ''} @rate=${this.rated}></sd-rating>` : this.thanks()}
      <div class="ways"><button class="btn" type="button" @click=${() => this.tell('anew')}>${icon('chat', 'i-s')}${t('widget.anew')}</button>
        <button class="btn btn-ghost" type="button" @click=${this.save}>${icon('doc', 'i-s')}${t('widget.save')}</button></div></section>`;
  }

  thanks() {
    if (!this.isDone) return html`<h3 tabindex="-1">${t('widget.ended')}</h3>`;
    const name = this.session.guest_name?.split(' ')[0];
    return html`<span class="tick">${icon('check')}</span><h3 tabindex="-1">${name ? t('widget.thanks.name', { name }) : t('widget.thanks')}</h3><p>${t('widget.thanks.text')}</p>`;
  }
}
