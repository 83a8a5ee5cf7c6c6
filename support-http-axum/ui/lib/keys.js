// Keyboard shortcuts. Single letters work only outside of text fields, without a modifier and with no dialog open, and
// can be switched off (WCAG 2.1.4).
import { local } from './storage.js';

/** @typedef {Record<string, (event: KeyboardEvent) => void>} Shortcuts */

/** The innermost last. @type {Shortcuts[]} */
const layers = [];
let pending = '';
let pendingUntil = 0;

export const singleKeys = () => local.read('keys') !== 'off';

/** @param {boolean} on */
export const setSingleKeys = on => local.write('keys', on ? null : 'off');

/** Adds shortcuts, and gives back what removes them. @param {Shortcuts} shortcuts */
export function bind(shortcuts) {
  layers.push(shortcuts);
  return () => layers.splice(layers.indexOf(shortcuts), 1);
}

/** @param {EventTarget | undefined} target */
const isField = target => target instanceof HTMLElement
  && (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"])'));

/** As the tables name it: `mod+k`, `Shift+J`, `j`, `Enter`. @param {KeyboardEvent} event */
function nameOf(event) {
  const { key } = event;
  const name = key.length === 1 ? key.toLowerCase() : key;
  const letter = /^\p{L}$/u.test(name);
  const shift = event.shiftKey && (letter || key.length > 1) ? 'shift+' : '';
  return (event.metaKey || event.ctrlKey ? 'mod+' : '') + shift + name;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const name = nameOf(event);
  const isSingle = !name.startsWith('mod+') && [...event.key].length === 1;
  const target = event.composedPath()[0];
  if (document.querySelector('dialog:modal, :popover-open:not(.toasts)')) return;
  if (!name.startsWith('mod+') && isField(target) && name !== 'Escape') return;
  if (isSingle && !singleKeys()) return;
  const sequence = pending && performance.now() < pendingUntil ? `${pending} ${name}` : name;
  pending = '';
  for (const shortcuts of layers.toReversed()) {
    const action = shortcuts[sequence];
    if (action) {
      event.preventDefault();
      action(event);
      return;
    }
    if (isSingle && Object.keys(shortcuts).some(other => other.startsWith(`${sequence} `))) {
      pending = sequence;
      pendingUntil = performance.now() + 1_200;
      return;
    }
  }
}

export const listen = () => addEventListener('keydown', pressed);

/** The name of the key that is ⌘ on some machines. */
export const MOD = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl';
