// Text with its addresses as links.
import { html } from '../vendor/lit.js';
import { parts } from '../lib/text.js';

/** @param {string} text */
export const runs = text => parts(text).map(part => (part.href
  ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow ugc">${part.text}</a>` : part.text));
