// The keyboard map, and the switch for single letters.
import { html, nothing } from '../vendor/lit.js';
import { t } from '../lib/i18n.js';
import { MOD, setSingleKeys, singleKeys } from '../lib/keys.js';
import { Dialog } from './dialog.js';

/** @type {Record<string, [string, string[]][]>} */
const MAP = {
  anywhere: [['palette', [MOD, 'K']], ['search', ['/']], ['go_tickets', ['G', 'T']], ['go_chats', ['G', 'C']], ['go_mine', ['G', 'M']], ['go_unassigned', ['G', 'U']], ['new', ['C']], ['undo', ['Z']], ['help', ['?']]],
  list: [['next', ['J', 'K']], ['open', ['↵']], ['back', ['Esc']], ['select', ['X']], ['range', ['⇧', 'J']], ['all', [MOD, 'A']], ['filter', ['F']], ['ends', ['Home', 'End']]],
  ticket: [['reply', ['R']], ['note', ['N']], ['assign', ['A']], ['mine', ['I']], ['status', ['S']], ['priority', ['P']], ['tags', ['L']], ['resolve', ['E']], ['resolve_next', [MOD, '⇧', 'E']]],
  chat: [['neighbor', ['J', 'K']], ['write', ['R']], ['take', ['I']], ['assign', ['A']], ['close', ['E']], ['bot', ['B']], ['ticket', ['T']]],
  composer: [['send', [MOD, '↵']], ['say', ['↵']], ['line', ['⇧', '↵']], ['leave', ['Esc']]],
};

export class KeySheet extends Dialog {
  render() {
    if (!this.isOpen) return nothing;
    const group = (/** @type {string} */ name) => html`<h3>${t(`keys.${name}`)}</h3><dl>${(MAP[name] ?? []).map(([key, keys]) => html`<div><dt>${t(`keys.${name}.${key}`)}</dt><dd>${keys.map(text => html`<kbd>${text}</kbd>`)}</dd></div>`)}</dl>`;
    return html`<dialog class="keys-d" aria-labelledby="keys-title" @close=${this.closed}>${this.head('keys-title', t('keys.title'))}
      <div class="keys"><div>${group('anywhere')}${group('composer')}</div><div>${group('list')}${group('ticket')}${group('chat')}</div></div>
      <label class="keys-switch"><input class="box" type="checkbox" .checked=${singleKeys()} @change=${(/** @type {Event & { target: HTMLInputElement }} */ event) => setSingleKeys(event.target.checked)}>${t('keys.single')}</label>
    </dialog>`;
  }
}
