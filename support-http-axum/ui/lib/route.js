// Which page is shown. Addresses are paths below where the pages are mounted.
import { root } from './config.js';

/** @typedef {{ page: 'tickets' } | { page: 'ticket', id: string } | { page: 'chats', id: string }} Route */

/** @returns {Route} */
export function current() {
  const path = location.pathname.slice(root.pathname.length);
  const [, place, id = ''] = /^(tickets|chats)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (place === 'chats') return { page: 'chats', id: decodeURIComponent(id) };
  return id ? { page: 'ticket', id: decodeURIComponent(id) } : { page: 'tickets' };
}

/** The address of a path below the mount point. @param {string} path */
export const to = path => new URL(path, root).href;

/** @param {string} address @param {{ replace?: boolean }} [how] */
export function go(address, { replace = false } = {}) {
  if (address === location.href) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  dispatchEvent(new Event('support:route'));
}

/** Follows links among the pages without loading them anew. @param {MouseEvent} event */
export function follow(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.composedPath().find(node => node instanceof HTMLAnchorElement);
  if (!link || link.target || ![to('tickets'), to('chats')].some(place => link.href.startsWith(place))) return;
  event.preventDefault();
  go(link.href);
}
