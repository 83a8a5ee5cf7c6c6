// What all dialogs share: modal, closed by Esc, focus back to what opened them.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from './element.js';
import { icon } from './icon.js';

export class Dialog extends Element {
  static properties = { isOpen: { state: true } };

  constructor() {
    super();
    this.isOpen = false;
  }

  get dialog() {
    return /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'));
  }

  async open() {
    if (this.isOpen) return;
    this.isOpen = true;
    await this.updateComplete;
    this.dialog?.showModal();
  }

  close() {
    this.dialog?.close();
  }

  closed() {
    this.isOpen = false;
  }

  /** @param {string} id @param {string} title */
  head(id, title) {
    return html`<div class="keys-h"><h2 id=${id}>${title}</h2>
      <button class="btn btn-ghost btn-icon" type="button" aria-label=${t('close')} @click=${() => this.close()}>${icon('x')}</button></div>`;
  }
}
