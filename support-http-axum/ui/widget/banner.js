// That there is no line, and that it is back.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from '../parts/element.js';
import { icon } from '../parts/icon.js';

/** @import { Conversation } from '../lib/conversation.js' */
/** @import { LineState } from '../lib/line.js' */

/** A line that is away for less than this is not worth a word. */
const GRACE = 2_000;
/** How long one is told that the line is back. */
const BACK = 4_000;

/** Events: `now` where one would not wait for the line. */
export class Banner extends Element {
  static properties = { line: { type: String }, isDown: { state: true }, missed: { state: true } };

  constructor() {
    super();
    /** @type {Conversation} */ this.conversation = /** @type {any} */ (null);
    /** @type {LineState} */ this.line = 'connecting';
    this.isDown = false;
    /** How many messages came when the line was back; `null` while that is no news. @type {number | null} */ this.missed = null;
    this.downTimer = 0;
    this.seen = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.downTimer);
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    if (!changed.has('line')) return;
    const isUp = this.line === 'open' || this.line === 'closed' || this.line === 'absent';
    if (!isUp) {
      this.downTimer ||= setTimeout(() => { this.isDown = true; this.seen = this.conversation.lastSeq; }, GRACE);
      return;
    }
    clearTimeout(this.downTimer);
    this.downTimer = 0;
    if (!this.isDown) return;
    this.isDown = false;
    // What was missed is being read now.
    setTimeout(() => {
      this.missed = this.conversation.entries.filter(({ seq, isOwn, kind }) => seq > this.seen && seq < Infinity && !isOwn && kind !== 'system').length;
      setTimeout(() => { this.missed = null; }, BACK);
    }, 300);
  }

  render() {
    if (this.isDown) {
      return html`<div class="banner t-waiting" role="status">${icon('offline', 'i-s')}<span>${t(this.line === 'offline' ? 'widget.offline' : 'widget.waiting')}</span>
        <button class="link" type="button" @click=${() => this.tell('now')}>${t('line.now')}</button></div>`;
    }
    return this.missed === null ? nothing : html`<div class="banner t-open" role="status">${icon('check', 'i-s')}<span>${this.missed ? t('widget.back.news', { n: this.missed }) : t('widget.back')}</span></div>`;
  }
}
