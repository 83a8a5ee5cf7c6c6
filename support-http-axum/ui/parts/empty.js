// What stands where a list would be.
import { html, nothing } from '../vendor/lit.js';
import { icon } from './icon.js';

/**
 * @param {{ art: string, title: string, text?: string, kind?: string, action?: string, run?: () => void, href?: string, reference?: string }} what
 */
export const empty = ({ art, title, text, kind = '', action, run, href, reference }) => html`<div class="empty" role=${kind === 't-danger' ? 'alert' : nothing}>
  <span class="empty-art ${kind}">${icon(art, 'i-l')}</span>
  <h2>${title}</h2>
  ${text ? html`<p>${text}</p>` : nothing}
  ${reference ? html`<p class="hint num" dir="ltr">${reference}</p>` : nothing}
  ${action ? (href
    ? html`<a class="btn btn-primary" href=${href}>${action}</a>`
    : html`<button class="btn" type="button" @click=${run}>${action}</button>`) : nothing}
</div>`;

/** Rows that stand for those that are being read. @param {number} n */
export const skeleton = n => html`<div aria-hidden="true">${Array.from({ length: n }, (_, at) => html`<div class="sk-row">
  <span class="sk sk-16"></span><span class="sk sk-16"></span><span class="sk ${['sk-l', 'sk-m', 'sk-s'][at % 3]}"></span><span class="sk sk-t"></span></div>`)}</div>`;
