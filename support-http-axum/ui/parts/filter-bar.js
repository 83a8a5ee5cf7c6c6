// Search, filters and order of the list.
import { html, nothing } from '../vendor/lit.js';
import { MANY, SORTS, isNarrow } from '../lib/filters.js';
import { categoryName, desk } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { openMenu } from '../lib/ui.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { agentOptions, categoryOptions, priorityOptions, statusOptions } from './pickers.js';

/** @import { Filters } from '../lib/filters.js' */
/** @typedef {(typeof MANY)[number]} Many */

const PAUSE = 150;

/** Events: `filters` with what is wanted now. */
export class FilterBar extends Element {
  static properties = { filters: { attribute: false }, categories: { attribute: false } };

  constructor() {
    super();
    /** @type {Filters} */ this.filters = { search: '', status: [], priority: [], category: [], assigned_to: [], sort: '' };
    /** Drawn again when they change. @type {string[]} */ this.categories = [];
    this.timer = 0;
  }

  get field() {
    return /** @type {HTMLInputElement} */ (this.querySelector('input'));
  }

  /** @param {Partial<Filters>} change */
  want(change) {
    clearTimeout(this.timer);
    this.tell('filters', { ...this.filters, search: this.field.value.trim().slice(0, 200), ...change });
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.want({}), PAUSE);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      if (this.field.value) {
        this.field.value = '';
        this.want({ search: '' });
      } else this.field.blur();
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.want({});
      this.tell('leave');
    }
  }

  /** @param {Many} name */
  options(name) {
    if (name === 'status') return statusOptions();
    if (name === 'priority') return priorityOptions();
    if (name === 'category') return categoryOptions();
    return [...agentOptions(), { value: 'none', label: t('nobody'), icon: avatar(null, 20) }];
  }

  /** @param {Many} name @param {string} value */
  nameOf(name, value) {
    if (name === 'status' || name === 'priority') return t(`${name}.${value}`);
    if (name === 'category') return categoryName(value);
    return value === 'none' ? t('nobody') : value === 'me' ? t('me') : desk.nameOf(value);
  }

  /** @param {Many} name @param {Element} anchor */
  choose(name, anchor) {
    openMenu({
      anchor, label: t(`filter.${name}`), many: true, options: this.options(name), selected: this.filters[name],
      choose: values => this.want({ [name]: values }),
    });
  }

  openFirst() {
    /** @type {HTMLElement | null} */ (this.querySelector('.chip'))?.click();
  }

  /** @param {Many} name */
  chip(name) {
    const values = this.filters[name].filter(value => value !== 'all');
    const label = t(`filter.${name}`);
    const open = (/** @type {MouseEvent & { currentTarget: Element }} */ event) => this.choose(name, event.currentTarget);
    if (!values.length) {
      return html`<button class="chip" type="button" aria-haspopup="listbox" aria-expanded="false" @click=${open}>${label}${icon('down', 'i-xs')}</button>`;
    }
    const text = values.length > 2 ? t('filter.some', { n: values.length }) : values.map(value => this.nameOf(name, value)).join(', ');
    return html`<span class="chip chip-on"><button type="button" aria-haspopup="listbox" aria-expanded="false" @click=${open}>${label}: <b dir="auto">${text}</b></button>
      <button class="chip-x" type="button" aria-label=${t('filter.remove', { name: label })} @click=${() => this.want({ [name]: [] })}>${icon('x', 'i-xs')}</button></span>`;
  }

  sort(/** @type {MouseEvent & { currentTarget: Element }} */ event) {
    openMenu({
      anchor: event.currentTarget, label: t('sort'), selected: [this.filters.sort],
      options: SORTS.map(value => ({ value, label: t(`sort.${value}`) })), choose: ([sort = '']) => this.want({ sort }),
    });
  }

  render() {
    const { filters } = this;
    const offered = MANY.filter(name => desk.isStaff || name !== 'assigned_to');
    return html`<div class="bar" role="search">
      <label class="field">${icon('search', 'i-s')}<span class="vh">${t('search.label')}</span>
        <input type="search" maxlength="200" placeholder=${t('search.placeholder')} .value=${filters.search} @input=${this.typed} @keydown=${this.pressed}>
        <kbd class="only-l">/</kbd></label>
      ${offered.map(name => this.chip(name))}
      ${isNarrow(filters) || filters.status.length ? html`<button class="btn btn-ghost btn-s" type="button" @click=${() => { this.field.value = ''; this.want({ search: '', status: [], priority: [], category: [], assigned_to: [] }); }}>${t('filter.clear')}</button>` : nothing}
      <button class="btn btn-ghost btn-s push" type="button" aria-haspopup="listbox" aria-expanded="false" aria-label=${t('sort.is', { by: t(`sort.${filters.sort}`) })} @click=${this.sort}>${icon('sort', 'i-s')}<span>${t(`sort.${filters.sort}`)}</span></button>
    </div>`;
  }
}
