// What stands where a conversation ended: how it was, a copy of it, and the way to another one.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';
import { Rating } from '../parts/stars.js';

/** @typedef {{ rating: number, feedback?: string }} Rated */

/** Events: `rate`; `save` for a copy of what was said; `anew` for another chat. */
export class Ended extends Element {
  static properties = { who: { type: String }, name: { type: String }, rating: { type: Number }, feedback: { type: String }, canRate: { type: Boolean }, isDone: { state: true } };

  constructor() {
    super();
    /** Who answered. */ this.who = '';
    /** Who is asked. */ this.name = '';
    this.rating = 0;
    this.feedback = '';
    /** Whether there was anything to rate. */ this.canRate = true;
    this.isDone = false;
  }

  /** After the last word one is thanked. @param {CustomEvent<Rated> & { target: Rating }} event */
  async rated({ target }) {
    if (!target.isSaved) return;
    this.isDone = true;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('h3'))?.focus();
  }

  render() {
    return html`<section class="ended" aria-label=${t('widget.ended')}>
      ${this.canRate && !this.isDone ? html`<sd-rating .who=${this.who} .rating=${this.rating} .feedback=${this.feedback} @rate=${this.rated}></sd-rating>` : this.thanks()}
      <div class="ways"><button class="btn" type="button" @click=${() => this.tell('anew')}>${icon('chat', 'i-s')}${t('widget.anew')}</button>
        <button class="btn btn-ghost" type="button" @click=${() => this.tell('save')}>${icon('doc', 'i-s')}${t('widget.save')}</button></div></section>`;
  }

  thanks() {
    if (!this.isDone) return html`<h3 tabindex="-1">${t('widget.ended')}</h3>`;
    return html`<span class="tick">${icon('check')}</span><h3 tabindex="-1">${this.name ? t('widget.thanks.name', { name: this.name }) : t('widget.thanks')}</h3><p>${t('widget.thanks.text')}</p>`;
  }
}
