// How it was: the first tap is kept, a comment can follow.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @typedef {{ stars: number, comment?: string }} Rated */

const STARS = [1, 2, 3, 4, 5];
const LONGEST = 2_000;

/** Events: `rate` with stars, and a comment if there is one; `save` for a copy of what was said; `anew` for another chat. */
export class Rating extends Element {
  static properties = { who: { type: String }, name: { type: String }, saved: { type: Number }, stars: { state: true }, isDone: { state: true }, canRate: { type: Boolean } };

  constructor() {
    super();
    /** Who answered. */ this.who = '';
    /** Who is asked. */ this.name = '';
    /** What the desk has. */ this.saved = 0;
    this.stars = 0;
    this.isDone = false;
    /** Whether there was anything to rate. */ this.canRate = true;
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (changed.has('saved') && !this.stars) this.stars = this.saved;
  }

  /** @param {number} stars */
  choose(stars) {
    this.stars = stars;
    this.tell('rate', { stars });
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    const comment = /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea')).value.trim();
    if (comment) this.tell('rate', { stars: this.stars, comment });
    this.isDone = true;
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('h3'))?.focus();
  }

  render() {
    return html`<section class="rate" aria-label=${t('widget.ended')}>${this.canRate && !this.isDone ? this.question() : this.thanks()}</section>`;
  }

  question() {
    return html`<form @submit=${this.submit}><h3>${this.who ? t('widget.rate.who', { who: this.who }) : t('widget.rate')}</h3>
      <p>${this.saved ? t('widget.rate.kept') : t('widget.rate.hint')}</p>
      <fieldset><legend class="vh">${t('widget.rate.label')}</legend>${STARS.map(n => html`<label title=${t('widget.stars', { n })}><input class="vh" type="radio" name="stars" value=${n}
        .checked=${this.stars === n} @change=${() => this.choose(n)}><span class="vh">${t('widget.stars', { n })}</span>${icon('star')}</label>`)}</fieldset>
      ${this.stars ? html`<textarea class="input" rows="2" dir="auto" maxlength=${LONGEST} aria-label=${t('widget.comment')} placeholder=${t('widget.comment')}></textarea>
        <button class="btn btn-primary" type="submit">${t('widget.rate.send')}</button>` : nothing}</form>${this.stars ? nothing : this.ways()}`;
  }

  thanks() {
    return html`${this.isDone ? html`<span class="tick">${icon('check')}</span><h3 tabindex="-1">${this.name ? t('widget.thanks.name', { name: this.name }) : t('widget.thanks')}</h3><p>${t('widget.thanks.text')}</p>`
      : html`<h3 tabindex="-1">${t('widget.ended')}</h3>`}${this.ways()}`;
  }

  ways() {
    return html`<div class="ways"><button class="btn" type="button" @click=${() => this.tell('anew')}>${icon('chat', 'i-s')}${t('widget.anew')}</button>
      <button class="btn btn-ghost" type="button" @click=${() => this.tell('save')}>${icon('doc', 'i-s')}${t('widget.save')}</button></div>`;
  }
}
