// Words to the person that go away by themselves, with a way to take back what was just done.
import { html, nothing, repeat } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { bind } from '../lib/keys.js';
import { Element } from './element.js';
import { icon } from './icon.js';

/** @import { Toast } from '../lib/ui.js' */

const STAYS = 6_000;

export class Toasts extends Element {
  static properties = { toasts: { state: true } };

  constructor() {
    super();
    /** @type {(Toast & { id: number })[]} */ this.toasts = [];
    this.next = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.popover = 'manual';
    this.className = 'toasts';
    addEventListener('support:toast', this.add);
    this.unbind = bind({ z: () => this.undo() });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('support:toast', this.add);
    this.unbind?.();
  }

  add = (/** @type {Event} */ event) => {
    const id = this.next++;
    this.toasts = [...this.toasts.slice(-2), { .../** @type {CustomEvent<Toast>} */ (event).detail, id }];
    // Shown again, so that it stands above a dialog that was opened since.
    if (this.matches(':popover-open')) this.hidePopover();
    this.showPopover();
    setTimeout(() => this.drop(id), STAYS);
  };

  /** @param {number} id */
  drop(id) {
    this.toasts = this.toasts.filter(toast => toast.id !== id);
    if (!this.toasts.length && this.matches(':popover-open')) this.hidePopover();
  }

  undo() {
    const last = this.toasts.findLast(toast => toast.run);
    if (!last) return;
    this.drop(last.id);
    last.run?.();
  }

  render() {
    return html`<div role="status" aria-live="polite">${repeat(this.toasts, toast => toast.id, toast => html`<div class="toast ${toast.kind ?? ''}">
      ${icon(toast.kind === 'failed' ? 'warn' : 'check', 'i-s')}<span dir="auto">${toast.text}</span>
      ${toast.run ? html`<button class="btn btn-ghost btn-s" type="button" @click=${() => { this.drop(toast.id); toast.run?.(); }}>${toast.action ?? t('undo')}<kbd>Z</kbd></button>` : nothing}
      <button class="btn btn-ghost btn-icon btn-s" type="button" aria-label=${t('dismiss')} @click=${() => this.drop(toast.id)}>${icon('x', 'i-s')}</button>
    </div>`)}</div>`;
  }
}
