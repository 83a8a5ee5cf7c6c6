// Messages that belong together: who said them and when, and what became of one's own.
import { html, nothing, repeat } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { clock, full } from '../lib/time.js';
import { avatar, icon } from './icon.js';
import { runs } from './runs.js';

/** @import { Entry } from '../lib/conversation.js' */

/**
 * @typedef {object} Drawing
 * @property {(entry: Entry) => string} nameOf
 * @property {(entry: Entry) => unknown} extra what stands below a message
 * @property {Entry | undefined} lastOwn whose state is shown
 * @property {(entry: Entry) => void} retry
 * @property {(entry: Entry) => void} drop
 */

/** @param {string} at */
export const at = at => html`<time datetime=${at} title=${full(at)}>${clock(at)}</time>`;

/** The assistant's face. @param {number} size */
export const botFace = size => html`<span class="av av-${size} av-bot" aria-hidden="true">${icon('spark', 'i-xs')}</span>`;

/** @param {Entry[]} entries @param {Drawing} drawing */
export function group(entries, drawing) {
  const first = /** @type {Entry} */ (entries[0]);
  const last = /** @type {Entry} */ (entries.at(-1));
  const side = first.isOwn ? 'me' : first.kind === 'bot' ? 'bot' : '';
  const name = drawing.nameOf(first);
  const face = first.isMine ? nothing : first.kind === 'bot' ? botFace(24) : avatar(name, 24);
  return html`<div class="msg ${side} ${first.kind}">${face}<div class="msg-b">
    ${first.isMine ? html`<span class="vh">${t('me')}</span>` : html`<span class="who"><b dir="auto">${name}</b> ${at(first.at)}</span>`}
    ${repeat(entries, ({ key }) => key, entry => bubble(entry, drawing))}
    ${first.isOwn ? meta(last, last === drawing.lastOwn) : nothing}</div></div>`;
}

/** @param {Entry} entry @param {Drawing} drawing */
function bubble(entry, drawing) {
  const { key, seq, state, text } = entry;
  return html`<div class="bubble ${state === 'waiting' ? 'pending' : ''}" part="bubble" data-key=${key} data-seq=${seq} dir="auto">${runs(text)}</div>
    ${state === 'failed' ? failure(entry, drawing) : drawing.extra(entry)}`;
}

/** @param {Entry} entry @param {Drawing} drawing */
const failure = (entry, drawing) => html`<span class="meta fail" role="alert">${icon('warn')}<span dir="auto">${t('not_sent')} ${entry.why}</span>
  <button type="button" @click=${() => drawing.retry(entry)}>${t('try_again')}</button>
  <button type="button" @click=${() => drawing.drop(entry)}>${t('discard')}</button></span>`;

/** @type {Record<string, string>} */
const SIGNS = { sending: 'clock', waiting: 'clock', sent: 'check', read: 'checks' };

/** When, and, of the last one, whether it was read. @param {Entry} entry @param {boolean} isLast */
function meta({ at: when, state }, isLast) {
  if (state === 'failed') return nothing;
  if (state === 'waiting') return html`<span class="meta">${icon('clock')}<span>${t('message.waiting')}</span></span>`;
  return html`<span class="meta">${at(when)}${isLast ? html` ${icon(SIGNS[state] ?? '')}<span>${t(`message.${state}`)}</span>` : nothing}</span>`;
}
