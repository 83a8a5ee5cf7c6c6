// The small signs of a ticket: for its status, its priority and its tags.
import { html } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { shade } from '../lib/text.js';
import { icon } from './icon.js';

/** @import { Priority, Status } from '../lib/types.js' */

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

/** A label with a dot, the same color for the same word. @param {string} text */
export const tag = text => html`<span class="tag dot-${shade(text, 5)}" dir="auto">${text}</span>`;
