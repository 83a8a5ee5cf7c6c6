// A message as it is read: plain text in paragraphs, addresses as links.
import { html } from '../vendor/lit.js';
import { paragraphs, parts } from '../lib/text.js';

/** @param {string} text */
export const runs = text => parts(text).map(part => (part.href
  ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow ugc">${part.text}</a>` : part.text));

/** @param {string} text */
export const prose = text => html`<div class="prose">${paragraphs(text).map(paragraph => html`<p dir="auto">${runs(paragraph)}</p>`)}</div>`;
