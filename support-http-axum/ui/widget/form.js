// What a guest is asked for before the first word; where nobody answers now, the message too.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { problem } from '../lib/problem.js';
import { LONGEST } from '../lib/text.js';
import { Element, painted } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @import { Contact } from './desk.js' */
/** @typedef {'required' | 'optional' | 'hidden'} Demand */
/** @typedef {'name' | 'email' | 'phone' | 'message'} Field */
/** @typedef {Partial<Record<Field, string>>} Answers */

/** @type {readonly Field[]} */
const CONTACT = ['name', 'email', 'phone'];
/** @type {Record<Field, Record<string, string>>} */
const KINDS = {
  name: { type: 'text', autocomplete: 'name', dir: 'auto' }, email: { type: 'email', autocomplete: 'email', dir: 'ltr', inputmode: 'email' },
  phone: { type: 'tel', autocomplete: 'tel', dir: 'ltr', inputmode: 'tel' }, message: { dir: 'auto' },
};

/** What is wrong with a value, as a key of the catalog; the desk asks for the same. @type {Record<Field, (value: string) => string>} */
const CHECKS = {
  name: value => (value.length > 120 ? 'long' : /[<>]|:\/\//.test(value) ? 'name' : ''),
  email: value => {
    const [local = '', domain = '', ...more] = value.split('@');
    if (!value.includes('@')) return 'email.at';
    if (!/^[^.]+(\.[^.]+)+$/.test(domain)) return 'email.dot';
    return more.length || !local || local.length > 64 || value.length > 254 || /[\s"(),:;<>[\]\\]/.test(value) ? 'email' : '';
  },
  phone: value => {
    const digits = value.replace(/\D/g, '').length;
    if (!/^\+?[\d\s().-]*$/.test(value)) return 'phone';
    return digits < 7 || value.length < 10 ? 'phone.short' : digits > 15 || value.length > 32 ? 'long' : '';
  },
  message: value => (value.length > LONGEST ? 'long' : ''),
};

/** Events: `begin` with what was answered. */
export class Form extends Element {
  static properties = { contact: { attribute: false }, known: { attribute: false }, isAway: { type: Boolean }, isUser: { type: Boolean }, assistant: { type: Boolean }, privacy: { type: String }, name: { type: String }, busy: { type: Boolean }, failed: { attribute: false }, wrong: { state: true } };

  constructor() {
    super();
    /** @type {Record<string, Demand>} */ this.contact = {};
    /** What is known already and not asked for again. @type {Answers} */ this.known = {};
    /** Whether nobody answers now, so that one leaves a message. */ this.isAway = false;
    this.isUser = false;
    this.assistant = false;
    this.privacy = '';
    this.name = '';
    this.busy = false;
    /** Why it did not begin. @type {unknown} */ this.failed = null;
    /** What is wrong, by field; `null` until one has tried to go on. @type {Partial<Record<Field, string>> | null} */ this.wrong = null;
  }

  /** At first it waits for what is around it. */
  async scheduleUpdate() {
    if (!this.hasUpdated) await painted();
    super.scheduleUpdate();
  }

  get fields() {
    const asked = this.isUser ? [] : CONTACT.filter(field => this.contact[field] !== 'hidden' && !this.known[field]);
    return this.isAway ? [...asked, /** @type {const} */ ('message')] : asked;
  }

  /** @param {Field} field */
  isRequired(field) {
    return field === 'message' || this.contact[field] === 'required';
  }

  /** @param {Field} field */
  input(field) {
    return /** @type {HTMLInputElement | HTMLTextAreaElement} */ (this.querySelector(`[name="${field}"]`));
  }

  /** @param {Field} field */
  complaint(field) {
    const value = this.input(field).value.trim();
    if (!value) return this.isRequired(field) ? t(`widget.missing.${field}`) : '';
    const wrong = CHECKS[field](value);
    return wrong && t(`widget.wrong.${wrong}`);
  }

  check() {
    const wrong = this.fields.map(field => /** @type {const} */ ([field, this.complaint(field)])).filter(([, complaint]) => complaint);
    this.wrong = Object.fromEntries(wrong);
    return wrong[0]?.[0];
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const first = this.check();
    if (first) return this.input(first).focus();
    this.tell('begin', /** @satisfies {Answers} */ ({ ...this.known, ...Object.fromEntries(this.fields.map(field => [field, this.input(field).value.trim()])) }));
  }

  /** What the desk has against it stands below its field. @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has('failed') || !this.failed) return;
    const found = problem(this.failed).errors.map(({ pointer = '', code }) => ({ field: /** @type {Field} */ (pointer.replace('/guest_', '')), code }));
    const own = found.filter(({ field }) => this.fields.includes(field));
    if (own.length) this.wrong = Object.fromEntries(own.map(({ field, code }) => [field, t(`widget.${code === 'required' ? 'missing' : 'wrong'}.${field}`)]));
  }

  /** What went wrong and belongs to no field. */
  get reason() {
    if (!this.failed) return '';
    const { status, message, errors } = problem(this.failed);
    if (status === 422 && errors.some(({ pointer = '' }) => pointer.startsWith('/guest_'))) return '';
    return status === 0 ? t('failed.no_answer') : status === 429 ? t('failed.too_many') : status >= 500 ? t('failed.server') : message;
  }

  render() {
    const { reason } = this;
    return html`<div class="sheet"><form novalidate aria-label=${t(this.isAway ? 'widget.leave' : 'widget.start')} @submit=${this.submit} @input=${() => this.wrong && this.check()}>
        ${this.fields.map(field => this.field(field))}
        ${reason ? html`<p class="err" role="alert">${icon('warn', 'i-s')}<span>${reason}</span></p>` : nothing}
        <button class="btn btn-wide" type="submit" aria-disabled=${this.busy ? 'true' : 'false'}>${this.busy ? html`<span class="wait" aria-hidden="true"></span>` : nothing}${t(this.isAway ? 'widget.leave.send' : 'widget.start')}</button>
      </form><p class="fine">${this.fine}</p></div>`;
  }

  get fine() {
    const next = this.isAway ? t(this.isUser ? 'widget.fine.ticket' : 'widget.fine.later') : this.assistant ? t('widget.fine.assistant') : t('widget.fine.team');
    return html`${next} ${this.privacy ? html`<a href=${this.privacy} target="_blank" rel="noopener">${t('widget.privacy')}</a>` : t('widget.fine.data', { name: this.name })}`;
  }

  /** @param {Field} field */
  field(field) {
    const complaint = this.wrong?.[field] ?? '';
    const { type, autocomplete, dir, inputmode } = /** @type {Record<string, string>} */ (KINDS[field]);
    const [label, described] = [t(`widget.field.${field}`), complaint ? `w-${field}-wrong` : nothing];
    return html`<div><label class="label" for="w-${field}">${label}${this.isRequired(field) ? nothing : html` <span class="req">${t('widget.optional')}</span>`}</label>
      ${field === 'message'
        ? html`<textarea class="input" id="w-message" name="message" rows="3" dir="auto" required maxlength=${LONGEST} aria-invalid=${complaint ? 'true' : nothing} aria-describedby=${described}></textarea>`
        : html`<input class="input" id="w-${field}" name=${field} type=${type} autocomplete=${/** @type {any} */ (autocomplete)} inputmode=${inputmode ?? nothing} dir=${dir} ?required=${this.isRequired(field)}
            aria-invalid=${complaint ? 'true' : nothing} aria-describedby=${described}>`}
      ${complaint ? html`<p class="err" id="w-${field}-wrong">${icon('warn', 'i-s')}<span>${complaint}</span></p>` : nothing}</div>`;
  }
}
