// The command menu: what one can do here, where one can go, and tickets and chats by their words.
import { html, nothing } from '../vendor/lit.js';
import { api } from '../lib/api.js';
import { desk } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { customerName, topic } from '../lib/people.js';
import { go, to } from '../lib/route.js';
import { Dialog } from './dialog.js';
import { icon } from './icon.js';
import { statusIcon } from './signs.js';

/** @import { ChatSession, Ticket } from '../lib/types.js' */
/** @typedef {{ label: string, icon: unknown, keys?: string[], run: () => void }} Command */

const PAUSE = 150;

export class Palette extends Dialog {
  static properties = { ...Dialog.properties, commands: { attribute: false }, typed: { state: true }, at: { state: true }, found: { state: true }, chats: { state: true } };

  constructor() {
    super();
    /** @type {Command[]} */ this.commands = [];
    this.typed = '';
    this.at = 0;
    /** @type {Ticket[]} */ this.found = [];
    /** @type {ChatSession[]} */ this.chats = [];
    this.timer = 0;
    this.stop = new AbortController();
  }

  async open() {
    this.typed = '';
    this.at = 0;
    this.found = [];
    this.chats = [];
    await super.open();
    this.querySelector('input')?.focus();
  }

  /** @param {string} typed */
  type(typed) {
    this.typed = typed;
    this.at = 0;
    clearTimeout(this.timer);
    this.stop.abort();
    if (typed.trim().length < 2) this.found = this.chats = [];
    else this.timer = setTimeout(() => this.search(typed.trim()), PAUSE);
  }

  /** @param {string} search */
  async search(search) {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const [tickets, chats] = await Promise.allSettled([
      api.tickets(new URLSearchParams({ search, limit: '6' }), signal),
      api.chats(new URLSearchParams({ search, sort: 'recent', limit: '4' }), signal),
    ]);
    // What was found before stays where nothing came; the next letter asks again.
    if (tickets.status === 'fulfilled') this.found = tickets.value.items;
    if (chats.status === 'fulfilled') this.chats = chats.value.items;
  }

  /** @returns {Command[]} */
  get options() {
    const typed = this.typed.trim().toLocaleLowerCase();
    const commands = this.commands.filter(({ label }) => label.toLocaleLowerCase().includes(typed));
    const tickets = this.found.map(ticket => ({ label: `${ticket.number}  ${ticket.subject}`, icon: statusIcon(ticket.status), run: () => go(to(`tickets/${ticket.number}`)) }));
    const chats = this.chats.map(session => ({ label: desk.isStaff ? customerName(session) : topic(session), icon: icon('chat', 'i-s'), run: () => go(to(`chats/${session.id}`)) }));
    return [...commands, ...tickets, ...chats];
  }

  /** @param {Command | undefined} command */
  run(command) {
    if (!command) return;
    this.close();
    command.run();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing) return;
    const { length } = this.options;
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % Math.max(1, length);
    else if (event.key === 'ArrowUp') this.at = (this.at + length - 1) % Math.max(1, length);
    else if (event.key === 'Enter') this.run(this.options[this.at]);
    else return;
    event.preventDefault();
    this.updateComplete.then(() => this.querySelector('.pal-o[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }));
  }

  render() {
    if (!this.isOpen) return nothing;
    const { options } = this;
    return html`<dialog aria-label=${t('palette')} @close=${this.closed} @click=${(/** @type {MouseEvent} */ event) => { if (event.target === this.dialog) this.close(); }}>
      <label class="pal-in">${icon('search')}<span class="vh">${t('palette.hint')}</span><input type="text" role="combobox" aria-expanded="true" aria-controls="pal-list" maxlength="200" autocomplete="off"
        aria-activedescendant=${options.length ? `pal-${this.at}` : nothing} placeholder=${t('palette.hint')} @input=${(/** @type {InputEvent & { target: HTMLInputElement }} */ event) => this.type(event.target.value)} @keydown=${this.pressed}><kbd>Esc</kbd></label>
      <div class="pal" role="listbox" id="pal-list" aria-label=${t('palette')} tabindex="-1">
        ${options.map((command, at) => html`<div class="pal-o" role="option" id="pal-${at}" aria-selected=${at === this.at ? 'true' : 'false'} @pointermove=${() => { this.at = at; }} @click=${() => this.run(command)}>
          ${command.icon}<b dir="auto">${command.label}</b>${command.keys ? html`<span>${command.keys.map(key => html`<kbd>${key}</kbd>`)}</span>` : nothing}</div>`)}
      </div>
      ${options.length ? nothing : html`<p class="pal-h" role="status">${t('palette.none')}</p>`}
    </dialog>`;
  }
}
