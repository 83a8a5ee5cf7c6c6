// Where a message was left, of which a ticket was made.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { newKey } from '../lib/outbox.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @import { Ticket } from '../lib/types.js' */
/** @import { Desk } from './desk.js' */

/** Leaves a message where nobody answers now. @param {Desk} desk @param {string} description @returns {Promise<Ticket>} */
export function leave(desk, description) {
  const [line = ''] = description.split('\n');
  return desk.ask('POST', 'support/tickets', { body: { subject: line.slice(0, 120), description }, key: newKey() });
}

export class Left extends Element {
  static properties = { number: { type: String } };

  constructor() {
    super();
    this.number = '';
  }

  firstUpdated() {
    /** @type {HTMLElement | null} */ (this.querySelector('h3'))?.focus();
  }

  render() {
    return html`<div class="done"><span class="tick">${icon('check')}</span><h3 tabindex="-1">${t('widget.left')}</h3><p>${t('widget.left.text', { number: this.number })}</p></div>`;
  }
}
