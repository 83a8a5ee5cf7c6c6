// Whether a chat shall end though something was written and not sent.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from '../parts/element.js';

/** Events: `stay`; `leave`. */
export class Question extends Element {
  firstUpdated() {
    /** @type {HTMLElement | null} */ (this.querySelector('button'))?.focus();
  }

  render() {
    return html`<div class="ask" role="alertdialog" aria-labelledby="w-ask" aria-describedby="w-ask-why"><h3 id="w-ask">${t('widget.ask')}</h3><p id="w-ask-why">${t('widget.ask.why')}</p>
      <div class="ways"><button class="btn btn-primary" type="button" @click=${() => this.tell('stay')}>${t('widget.ask.stay')}</button>
      <button class="btn" type="button" @click=${() => this.tell('leave')}>${t('widget.end')}</button></div></div>`;
  }
}
