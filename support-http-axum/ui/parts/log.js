// A conversation to read: it opens where something is new, follows what comes while one is at its end, stays where one
// reads, and draws a few hundred messages however many there are.
import { html, nothing, repeat } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { rows } from '../lib/rows.js';
import { oneLine } from '../lib/text.js';
import { DAY, dayName } from '../lib/time.js';
import { Window } from '../lib/window.js';
import { at, botFace, group } from './bubbles.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';

/** @import { Divider, Entry, Typist } from '../lib/conversation.js' */
/** @import { Row } from '../lib/rows.js' */

/** So near to the end is at the end, and so near to the beginning asks for more. */
const AT_END = 48;
const NEAR = 400;
/** In view for so long is read. */
const READ_AFTER = 500;
/** Said aloud at most so often. */
const SPEAK_EVERY = 1_000;

/**
 * Events: `seen` with the number of the last message that was read; `missed` with entries that came while nobody looked;
 * `older` when more of the past is wanted; `retry`, `drop` with an entry that was refused.
 */
export class Log extends Element {
  static properties = {
    entries: { attribute: false }, divider: { attribute: false }, typists: { attribute: false }, complete: { type: Boolean }, label: { type: String },
    nameOf: { attribute: false }, extra: { attribute: false }, footer: { attribute: false }, also: { attribute: false }, below: { state: true }, isFar: { state: true }, spoken: { state: true },
  };

  constructor() {
    super();
    /** @type {readonly Entry[]} */ this.entries = [];
    /** @type {Divider | null} */ this.divider = null;
    /** Shown as dots at the end. @type {Typist[]} */ this.typists = [];
    /** Whether there is nothing older. */ this.complete = false;
    this.label = '';
    /** @type {(entry: Entry) => string} */ this.nameOf = entry => entry.name ?? t(`author.${entry.kind}`);
    /** What stands below a message. @type {(entry: Entry) => unknown} */ this.extra = () => nothing;
    /** Whatever else that depends on: drawn again when it changes. @type {unknown} */ this.also = null;
    /** What stands at the end: suggestions, a rating. @type {unknown} */ this.footer = nothing;
    /** New messages that are not in view. */ this.below = 0;
    this.isFar = false;
    this.spoken = '';
    this.atEnd = true;
    this.shown = new Window();
    this.lastSeq = 0;
    this.reported = 0;
    this.lookTimer = 0;
    this.speakTimer = 0;
    /** @type {Entry[]} */ this.unspoken = [];
    /** @type {{ key: string, top: number } | null} */ this.held = null;
    this.sizes = new ResizeObserver(() => this.settle());
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('focus', this.look);
    document.addEventListener('visibilitychange', this.look);
    this.midnight();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('focus', this.look);
    document.removeEventListener('visibilitychange', this.look);
    this.sizes.disconnect();
    this.isObserving = false;
    for (const timer of [this.lookTimer, this.speakTimer, this.dayTimer]) clearTimeout(timer);
  }

  dayTimer = 0;

  /** "Today" is another day from midnight on. */
  midnight() {
    this.dayTimer = setTimeout(() => {
      this.requestUpdate();
      this.midnight();
    }, new Date().setHours(24, 0, 1, 0) - Date.now() || DAY);
  }

  get box() {
    return /** @type {HTMLElement | null} */ (this.querySelector('.log'));
  }

  get isWatched() {
    return document.visibilityState === 'visible' && document.hasFocus();
  }

  /** @param {import('lit').PropertyValues} changed */
  willUpdate(changed) {
    this.held = this.atEnd ? null : this.hold();
    if (!changed.has('entries')) return;
    const { entries, shown } = this;
    const before = /** @type {readonly Entry[]} */ (changed.get('entries') ?? []);
    if (!before.length) return this.begin();
    const last = entries.at(-1);
    if (last?.isMine && last.seq === Infinity && !before.some(({ key }) => key === last.key)) this.atEnd = true;
    const first = before[shown.from]?.key;
    const shift = first === undefined ? 0 : Math.max(0, entries.findIndex(({ key }) => key === first) - shown.from);
    shown.grow(entries.length, shift, this.atEnd);
    if (!this.atEnd && shown.to === before.length && shown.to - shown.from < entries.length) shown.down(entries.length);
    this.greet();
  }

  /** The first messages are there. */
  begin() {
    const { entries, divider } = this;
    const at = divider ? entries.findIndex(({ seq }) => seq >= divider.seq) : -1;
    this.shown.open(entries.length, at < 0 ? entries.length : at);
    this.lastSeq = newest(entries);
    this.atEnd = at < 0;
    this.isFresh = entries.length > 0;
  }

  isFresh = false;

  /** What came since: said aloud, and counted where it is not in view. */
  greet() {
    const news = this.entries.filter(({ seq, isOwn, kind }) => seq > this.lastSeq && seq < Infinity && !isOwn && kind !== 'system');
    this.lastSeq = Math.max(this.lastSeq, newest(this.entries));
    if (!news.length) return;
    if (!this.atEnd) this.below += news.length;
    else if (!this.isWatched) queueMicrotask(() => this.tell('missed', news));
    this.unspoken.push(...news);
    this.speakTimer ||= setTimeout(() => this.speak(), this.spoken ? SPEAK_EVERY : 0);
  }

  speak() {
    this.speakTimer = 0;
    const [first, ...more] = this.unspoken;
    this.unspoken = [];
    if (!first) return;
    this.spoken = more.length ? t('messages.new', { n: more.length + 1 }) : `${this.nameOf(first)}: ${oneLine(first.text)}`;
    this.speakTimer = setTimeout(() => { this.speakTimer = 0; this.speak(); }, SPEAK_EVERY);
  }

  updated() {
    const { box } = this;
    if (!box) return;
    if (!this.isObserving) {
      this.isObserving = true;
      this.sizes.observe(box);
      this.sizes.observe(/** @type {HTMLElement} */ (box.firstElementChild));
    }
    const divider = this.isFresh && !this.atEnd ? box.querySelector('.unread') : null;
    this.isFresh = false;
    if (divider) box.scrollTop += divider.getBoundingClientRect().top - box.getBoundingClientRect().top - 24;
    else if (this.held) this.restore(this.held);
    this.settle();
  }

  isObserving = false;

  /** After anything changed its size: the end stays in view where it was. */
  settle() {
    const { box } = this;
    if (!box) return;
    if (this.atEnd) box.scrollTop = box.scrollHeight;
    this.scrolled();
  }

  /** The uppermost message in view, and where it is. */
  hold() {
    const { box } = this;
    if (!box) return null;
    const top = box.getBoundingClientRect().top;
    const drawn = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('[data-key]')]);
    let [low, high] = [0, drawn.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((drawn[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
      else low = middle + 1;
    }
    const found = drawn[low];
    return found?.dataset.key ? { key: found.dataset.key, top: found.getBoundingClientRect().top } : null;
  }

  /** @param {{ key: string, top: number }} held */
  restore({ key, top }) {
    const found = this.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (found && this.box) this.box.scrollTop += found.getBoundingClientRect().top - top;
  }

  scrolled = () => {
    const { box, shown } = this;
    if (!box || !this.entries.length) return;
    const { scrollTop, scrollHeight, clientHeight } = box;
    const rest = scrollHeight - clientHeight - scrollTop;
    const isLast = shown.to >= this.entries.length;
    this.atEnd = isLast && rest <= AT_END;
    if (this.atEnd) this.below = 0;
    this.isFar = !isLast || rest > clientHeight * 1.5;
    if (scrollTop < NEAR && !this.atEnd) this.more();
    else if (rest < NEAR && shown.down(this.entries.length)) this.requestUpdate();
    this.look();
  };

  /** Shows what is before, or asks for it. */
  more() {
    if (this.shown.up()) this.requestUpdate();
    else if (!this.complete) this.tell('older');
  }

  toEnd() {
    this.shown.open(this.entries.length);
    this.atEnd = true;
    this.below = 0;
    this.requestUpdate();
    this.box?.focus();
  }

  /** The number of the last message in view. */
  get inView() {
    const { box } = this;
    if (!box) return 0;
    const end = box.getBoundingClientRect().bottom;
    for (const bubble of [...box.querySelectorAll('[data-seq]')].reverse()) {
      const seq = Number(/** @type {HTMLElement} */ (bubble).dataset.seq);
      if (seq < Infinity && bubble.getBoundingClientRect().bottom <= end + AT_END) return seq;
    }
    return 0;
  }

  /** What is in view now, and still is in a moment, has been read. */
  look = () => {
    if (this.lookTimer || !this.isWatched) return;
    const seq = this.inView;
    if (seq <= this.reported) return;
    this.lookTimer = setTimeout(() => {
      this.lookTimer = 0;
      if (!this.isWatched) return;
      const still = Math.min(seq, this.inView);
      if (still > this.reported) {
        this.reported = still;
        this.tell('seen', still);
      }
      this.look();
    }, READ_AFTER);
  };

  render() {
    const { entries, shown } = this;
    const drawn = entries.slice(shown.from, shown.to);
    return html`<div class="log" role="log" aria-live="off" aria-label=${this.label || t('messages')} tabindex="0" @scroll=${this.scrolled}><div class="log-in">
        ${repeat(rows(drawn, this.divider), ({ key }) => key, row => this.row(row))}
        ${this.typists.map(typist => this.dots(typist))}${this.footer}
      </div></div>
      ${this.below || this.isFar ? html`<div class="jump-wrap"><button class="jump" type="button" @click=${() => this.toEnd()}>${icon('arrow-down', 'i-s')}${this.below ? t('messages.new', { n: this.below }) : t('messages.latest')}</button></div>` : nothing}
      <p class="vh" role="status" dir="auto">${this.spoken}</p>`;
  }

  /** @param {Row} row */
  row(row) {
    if (row.kind === 'day') return html`<div class="day"><time datetime=${row.at}>${dayName(row.at)}</time></div>`;
    if (row.kind === 'divider') return html`<div class="unread" role="separator">${t('messages.divider', { n: row.count })}</div>`;
    if (row.kind === 'system') {
      const { entry } = row;
      return html`<div class="sys" data-key=${entry.key} data-seq=${entry.seq}>${icon('info', 'i-xs')}<span dir="auto">${entry.text}</span> ${at(entry.at)}</div>${this.extra(entry)}`;
    }
    return group(row.entries, {
      nameOf: this.nameOf, extra: this.extra, lastOwn: this.entries.findLast(({ isOwn, state }) => isOwn && state !== 'failed'),
      retry: entry => this.tell('retry', entry), drop: entry => this.tell('drop', entry),
    });
  }

  /** @param {Typist} typist */
  dots({ kind, name }) {
    const who = name ?? t(`author.${kind === 'bot' ? 'bot' : kind === 'agent' ? 'admin' : 'user'}`);
    return html`<div class="msg is-typing">${kind === 'bot' ? botFace(24) : avatar(who, 24)}<div class="msg-b">
      <span class="vh" role="status">${t('typing.one', { who })}</span><span class="bubble typing" aria-hidden="true"><i></i><i></i><i></i></span></div></div>`;
  }
}

/** @param {readonly Entry[]} entries */
const newest = entries => entries.reduce((most, { seq }) => (seq < Infinity && seq > most ? seq : most), 0);
