// Icons, avatars and the small signs for status and priority.
import { html, nothing } from '../vendor/lit.js';
import { icons } from '../lib/config.js';
import { t } from '../lib/i18n.js';
import { initials, shade } from '../lib/text.js';

/** @import { Priority, Status } from '../lib/types.js' */

/** An icon; with a label it speaks for itself. @param {string} name @param {string} [classes] @param {string} [label] */
export const icon = (name, classes = '', label = '') => html`<svg
  class="i ${classes}" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'}
><use href=${icons(name)}></use></svg>`;

/** @type {Record<Status, string>} */
const TONES = { open: 'open', in_progress: 'progress', waiting_for_customer: 'waiting', on_hold: 'hold', resolved: 'resolved', closed: 'closed' };

/** The class that colors a status. @param {Status} status */
export const tone = status => `t-${TONES[status]}`;

/** @param {Status} status @param {string} [label] */
export const statusIcon = (status, label = '') => icon(`s-${TONES[status]}`, `i-s tint ${tone(status)}`, label);

/** @param {Priority} priority @param {string} [label] */
export const priorityIcon = (priority, label = '') => icon(`p-${priority}`, `i-s p-${priority}`, label);

/** @param {Status} status */
export const statusBadge = status => html`<span class="badge ${tone(status)}">${statusIcon(status)}${t(`status.${status}`)}</span>`;

/** @param {Priority} priority */
export const priorityBadge = priority => html`<span class="badge ${priority === 'urgent' ? 't-danger' : ''}">${priorityIcon(priority)}${t(`priority.${priority}`)}</span>`;

/** A face made of letters. @param {string | null} name @param {number} size @param {string} [label] */
export const avatar = (name, size, label = '') => (name
  ? html`<span class="av av-${size} a${shade(name, 8)}" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'} data-letters=${initials(name)}></span>`
  : html`<span class="av av-${size} av-none" role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'}>${icon('user', 'i-xs')}</span>`);

/** A label with a dot, the same color for the same word. @param {string} text */
export const tag = text => html`<span class="tag dot-${shade(text, 5)}" dir="auto">${text}</span>`;
