// One menu for the page: a list of options beside what opened it, a sheet on phones.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { Element } from './element.js';
import { icon } from './icon.js';

/** @import { MenuRequest, Option } from '../lib/ui.js' */

/** So many options get a field to narrow them. */
const SEARCHABLE = 8;

export class Menu extends Element {
  static properties = { request: { state: true }, at: { state: true }, typed: { state: true } };

  constructor() {
    super();
    /** @type {MenuRequest | null} */ this.request = null;
    this.at = 0;
    this.typed = '';
    /** @type {string[]} */ this.chosen = [];
    this.ahead = '';
    this.aheadUntil = 0;
    this.addEventListener('keydown', this.pressed);
    this.addEventListener('toggle', event => {
      if (/** @type {ToggleEvent} */ (event).newState === 'closed') this.closed();
    });
  }

  connectedCallback() {
    super.connectedCallback();
    this.popover = 'auto';
    this.className = 'menu';
    addEventListener('support:menu', this.open);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('support:menu', this.open);
  }

  open = async (/** @type {Event} */ event) => {
    /** @type {MenuRequest} */ const request = /** @type {CustomEvent} */ (event).detail;
    this.request = request;
    this.chosen = request.selected;
    this.typed = '';
    this.at = Math.max(0, request.options.findIndex(({ value }) => request.selected.includes(value)));
    request.anchor.setAttribute('aria-expanded', 'true');
    await this.updateComplete;
    this.showPopover();
    this.place(request.anchor);
    /** @type {HTMLElement | null} */ (this.querySelector('input') ?? this.querySelector('[role="listbox"]'))?.focus();
    this.reveal();
  };

  /** Below what opened it, or above where there is no room. @param {globalThis.Element} anchor */
  place(anchor) {
    const by = anchor.getBoundingClientRect();
    const own = this.getBoundingClientRect();
    const below = by.bottom + 6 + own.height <= innerHeight || by.top < own.height + 12;
    const rtl = getComputedStyle(this).direction === 'rtl';
    const left = Math.max(8, Math.min(rtl ? by.right - own.width : by.left, innerWidth - own.width - 8));
    const top = Math.max(8, Math.min(below ? by.bottom + 6 : by.top - own.height - 6, innerHeight - own.height - 8));
    this.style.setProperty('--menu-left', `${left}px`);
    this.style.setProperty('--menu-top', `${top}px`);
  }

  closed() {
    const anchor = this.request?.anchor;
    anchor?.setAttribute('aria-expanded', 'false');
    this.request = null;
    if (anchor instanceof HTMLElement && (document.activeElement === document.body || this.contains(document.activeElement))) anchor.focus();
  }

  /** @returns {Option[]} */
  get options() {
    const { options = [], other } = this.request ?? {};
    const typed = this.typed.trim().toLocaleLowerCase();
    const found = options.filter(({ label }) => label.toLocaleLowerCase().includes(typed));
    const isNew = other && typed && !options.some(({ value }) => value === typed);
    return isNew ? [...found, { value: typed, label: t('menu.use', { text: typed }), icon: icon('plus', 'i-s') }] : found;
  }

  /** @param {Option} option */
  choose(option) {
    const { request } = this;
    if (!request) return;
    if (!request.many) {
      this.hidePopover();
      request.choose([option.value]);
      return;
    }
    const { value } = option;
    this.chosen = this.chosen.includes(value) ? this.chosen.filter(other => other !== value) : [...this.chosen, value];
    if (!request.options.some(known => known.value === value)) request.options = [...request.options, { value, label: value }];
    this.typed = '';
    request.choose(this.chosen);
    this.requestUpdate();
  }

  /** @param {number} at */
  move(at) {
    const { length } = this.options;
    this.at = length ? (at + length) % length : 0;
    this.reveal();
  }

  async reveal() {
    await this.updateComplete;
    this.querySelector('[aria-selected][data-at]')?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const moves = /** @type {Record<string, number>} */ ({ ArrowDown: this.at + 1, ArrowUp: this.at - 1, Home: 0, End: -1 });
    const move = moves[event.key];
    const option = this.options[this.at];
    if (move !== undefined) this.move(move);
    else if (event.key === 'Enter' || (event.key === ' ' && !this.querySelector('input'))) {
      if (option) this.choose(option);
    } else if (event.key === 'Tab') this.hidePopover();
    else if ([...event.key].length === 1 && !this.querySelector('input') && !event.metaKey && !event.ctrlKey) this.typeAhead(event.key);
    else return;
    event.preventDefault();
  }

  /** @param {string} key */
  typeAhead(key) {
    this.ahead = performance.now() < this.aheadUntil ? this.ahead + key : key;
    this.aheadUntil = performance.now() + 700;
    const at = this.options.findIndex(({ label }) => label.toLocaleLowerCase().startsWith(this.ahead.toLocaleLowerCase()));
    if (at >= 0) this.move(at);
  }

  render() {
    const { request, options } = this;
    if (!request) return nothing;
    const field = request.other || request.options.length > SEARCHABLE;
    return html`
      ${field ? html`<label class="menu-field">${icon('search', 'i-s')}<span class="vh">${request.other ?? t('menu.narrow')}</span>
        <input type="text" maxlength="50" autocomplete="off" role="combobox" aria-expanded="true" aria-controls="menu-list"
          aria-activedescendant=${options.length ? `menu-${this.at}` : nothing} placeholder=${request.other ?? t('menu.narrow')} .value=${this.typed}
          @input=${(/** @type {InputEvent & { target: HTMLInputElement }} */ event) => { this.typed = event.target.value; this.at = 0; }}></label>` : nothing}
      <div role="listbox" id="menu-list" tabindex=${field ? -1 : 0} aria-label=${request.label} aria-multiselectable=${request.many ? 'true' : 'false'}
        aria-activedescendant=${options.length ? `menu-${this.at}` : nothing}>
        ${options.map((option, at) => html`<div class="menu-o" role="option" id="menu-${at}" ?data-at=${at === this.at}
          aria-selected=${this.chosen.includes(option.value) ? 'true' : 'false'}
          @pointermove=${() => { this.at = at; }} @click=${() => this.choose(option)}>
          ${option.icon ?? nothing}<span dir="auto">${option.label}</span>${this.chosen.includes(option.value) ? icon('check', 'i-s') : nothing}</div>`)}
        ${options.length ? nothing : html`<p class="hint">${t('menu.none')}</p>`}
      </div>`;
  }
}
