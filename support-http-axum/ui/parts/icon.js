// Icons and faces.
import { html, nothing } from '../vendor/lit.js';
import { iconAddress } from '../lib/sprite.js';
import { initials, shade } from '../lib/text.js';

/** An icon; with a label it speaks for itself. @param {string} name @param {string} [classes] @param {string} [label] */
export const icon = (name, classes = '', label = '') => html`<svg
  class="i ${classes}" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'}
><use href=${iconAddress(name)}></use></svg>`;

/** A face made of letters. @param {string | null} name @param {number} size @param {string} [label] */
export const avatar = (name, size, label = '') => html`<span class="av av-${size} ${name ? `a${shade(name, 8)}` : 'av-none'}" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'}
  data-letters=${name ? initials(name) : nothing}>${name ? nothing : icon('user', 'i-xs')}</span>`;
