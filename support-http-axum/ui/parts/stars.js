// Stars: to look at, and to give.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from './element.js';
import { icon } from './icon.js';

const ALL = [1, 2, 3, 4, 5];
const LONGEST_COMMENT = 2_000;

/** @param {number} rating */
export const stars = rating => html`<span class="stars" role="img" aria-label=${t('rated', { n: Math.round(rating) })}>${ALL.map(star => icon('star', star <= Math.round(rating) ? '' : 'off'))}</span>`;

/** The first tap saves; what one adds is sent with it again. Events: `rate` with a rating and what was added. */
export class Rating extends Element {
  static properties = { rating: { type: Number }, feedback: { type: String }, who: { type: String }, isSaved: { state: true } };

  constructor() {
    super();
    this.rating = 0;
    this.feedback = '';
    this.who = '';
    this.isSaved = false;
  }

  /** @param {number} rating */
  rate(rating) {
    this.rating = rating;
    this.tell('rate', { rating, ...(this.feedback && { feedback: this.feedback }) });
  }

  /** @param {Event} event */
  add(event) {
    event.preventDefault();
    const feedback = /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea')).value.trim();
    this.isSaved = true;
    this.tell('rate', { rating: this.rating, ...(feedback && { feedback }) });
  }

  render() {
    return html`<div class="rate"><fieldset>
        <legend>${this.who ? t('rate.title', { who: this.who }) : t('rate.title.plain')}</legend>
        <p>${this.rating ? t('rate.thanks') : t('rate.hint')}</p>
        <div class="rate-in">${ALL.map(star => html`<label class=${star <= this.rating ? 'on' : ''}>
          <input type="radio" name="rating" value=${star} .checked=${star === this.rating} @change=${() => this.rate(star)}><span class="vh">${t('rated', { n: star })}</span>${icon('star')}</label>`)}</div>
      </fieldset>
      ${this.rating && !this.isSaved ? html`<form @submit=${this.add}><label class="vh" for="rate-more">${t('rate.more')}</label>
        <textarea class="input" id="rate-more" maxlength=${LONGEST_COMMENT} rows="2" dir="auto" placeholder=${t('rate.more')} .value=${this.feedback}></textarea>
        <button class="btn" type="submit">${t('rate.add')}</button></form>` : nothing}
    </div>`;
  }
}
