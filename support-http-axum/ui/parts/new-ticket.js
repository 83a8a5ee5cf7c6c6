// A new ticket: one's own, or, for staff, in a customer's name.
import { html, nothing } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { categoryName, desk, reason } from '../lib/desk.js';
import { draft, dropDraft, keepDraft } from '../lib/drafts.js';
import { t } from '../lib/i18n.js';
import { MOD } from '../lib/keys.js';
import { problem } from '../lib/problem.js';
import { go, to } from '../lib/route.js';
import { PRIORITIES } from '../lib/types.js';
import { say } from '../lib/ui.js';
import { Dialog } from './dialog.js';
import { icon } from './icon.js';

const DRAFT = 'new-ticket';
const FIELDS = /** @type {const} */ (['requester', 'subject', 'description', 'priority', 'category']);

/** @typedef {(typeof FIELDS)[number]} Field */

/** Events: `created`. */
export class NewTicket extends Dialog {
  static properties = { ...Dialog.properties, errors: { state: true }, busy: { state: true }, failed: { state: true } };

  constructor() {
    super();
    /** @type {Partial<Record<Field, string>>} */ this.errors = {};
    this.busy = false;
    this.failed = '';
    this.key = '';
  }

  async open() {
    this.key = crypto.randomUUID();
    await super.open();
    /** @type {Record<string, string>} */ let kept = {};
    try {
      kept = JSON.parse(draft(DRAFT) || '{}');
    } catch {
      // A draft of another version.
    }
    for (const field of FIELDS) if (kept[field] && this.field(field)) this.field(field).value = kept[field];
    this.field(desk.isStaff ? 'requester' : 'subject').focus();
  }

  /** @param {Field} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.querySelector(`[name="${name}"]`));
  }

  /** @param {Field} name */
  value(name) {
    return this.field(name)?.value.trim() ?? '';
  }

  changed() {
    // Once an error is shown, it goes as soon as it is mended.
    if (Object.keys(this.errors).length) this.errors = this.wrong();
    keepDraft(DRAFT, JSON.stringify(Object.fromEntries(FIELDS.map(name => [name, this.value(name)]))));
  }

  wrong() {
    /** @type {Partial<Record<Field, string>>} */
    const errors = {};
    if (desk.isStaff && !this.value('requester')) errors.requester = t('new.no_requester');
    if (!this.value('subject')) errors.subject = t('new.no_subject');
    if (!this.value('description')) errors.description = t('new.no_description');
    return errors;
  }

  /** @param {Event} [event] */
  async create(event) {
    event?.preventDefault();
    if (this.busy) return;
    this.errors = this.wrong();
    this.failed = '';
    if (Object.keys(this.errors).length) return this.toFirstError();
    this.busy = true;
    const category = this.value('category').toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
    const who = this.value('requester');
    const body = {
      subject: this.value('subject'), description: this.value('description'), priority: this.value('priority'),
      ...(category && { category }),
      ...(desk.isStaff && { requester: { id: who, ...(who.includes('@') && { email: who }) } }),
    };
    try {
      const ticket = await api.createTicket(body, this.key);
      dropDraft(DRAFT);
      this.close();
      this.tell('created', ticket);
      say({ text: t('new.done', { number: ticket.number }) });
      go(to(`tickets/${ticket.number}`));
    } catch (error) {
      this.refused(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown} error */
  refused(error) {
    const { errors, status } = problem(error);
    // Mended, it is another request: the key of the first one belongs to the first body.
    if (status >= 400 && status < 500) this.key = crypto.randomUUID();
    for (const { pointer = '', detail } of errors) {
      const name = FIELDS.find(field => pointer.startsWith(`/${field}`));
      if (name) this.errors = { ...this.errors, [name]: detail };
    }
    if (Object.keys(this.errors).length) this.toFirstError();
    else this.failed = reason(error);
  }

  async toFirstError() {
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector('[aria-invalid="true"]'))?.focus();
  }

  /** @param {Field} name @param {unknown} control */
  labeled(name, control) {
    const error = this.errors[name];
    return html`<div><label class="label" for="new-${name}">${t(`new.${name}`)}</label>${control}
      ${error ? html`<p class="err" id="new-${name}-error">${icon('warn', 'i-s')}${error}</p>` : nothing}</div>`;
  }

  /** @param {Field} name @param {{ max?: number, hint?: string, list?: string }} [how] */
  line(name, { max = 255, hint = '', list } = {}) {
    return this.labeled(name, html`<input class="input" id="new-${name}" name=${name} maxlength=${max} autocomplete="off" dir="auto" placeholder=${hint || nothing} list=${list ?? nothing}
      aria-invalid=${this.errors[name] ? 'true' : nothing} aria-describedby=${this.errors[name] ? `new-${name}-error` : nothing}>`);
  }

  render() {
    if (!this.isOpen) return nothing;
    return html`<dialog class="new-d" aria-labelledby="new-title" @close=${this.closed}>${this.head('new-title', t('new_ticket'))}
      <form novalidate @submit=${this.create} @input=${this.changed} @keydown=${(/** @type {KeyboardEvent} */ event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) this.create(event); }}>
        ${desk.isStaff ? this.line('requester', { max: 128, hint: t('new.requester.hint') }) : nothing}
        ${this.line('subject')}
        ${this.labeled('description', html`<textarea class="input" id="new-description" name="description" maxlength="10000" dir="auto" aria-invalid=${this.errors.description ? 'true' : nothing} aria-describedby=${this.errors.description ? 'new-description-error' : nothing}></textarea>`)}
        <div class="two">
          ${this.labeled('priority', html`<select class="input" id="new-priority" name="priority">${PRIORITIES.toReversed().map(value => html`<option value=${value} ?selected=${value === 'medium'}>${t(`priority.${value}`)}</option>`)}</select>`)}
          ${this.line('category', { max: 50, list: 'new-categories' })}
          <datalist id="new-categories">${desk.categories.map(value => html`<option value=${value}>${categoryName(value)}</option>`)}</datalist>
        </div>
        ${this.failed ? html`<p class="err" role="alert">${icon('warn', 'i-s')}${this.failed}</p>` : nothing}
        <div class="foot"><span class="hint"></span><button class="btn" type="button" @click=${() => this.close()}>${t('cancel')}</button>
          <button class="btn btn-primary" type="submit" ?disabled=${this.busy}>${t('new.create')}<kbd class="only-l">${MOD} ↵</kbd></button></div>
      </form></dialog>`;
  }
}
