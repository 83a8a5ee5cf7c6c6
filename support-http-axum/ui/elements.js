// The elements around the pages; those of each page are in a module of its own, which the frame loads with it.
import { App } from './pages/app.js';
import { KeySheet } from './parts/key-sheet.js';
import { Menu } from './parts/menu.js';
import { NewTicket } from './parts/new-ticket.js';
import { Palette } from './parts/palette.js';
import { Toasts } from './parts/toasts.js';

const ELEMENTS = { 'sd-app': App, 'sd-key-sheet': KeySheet, 'sd-menu': Menu, 'sd-new-ticket': NewTicket, 'sd-palette': Palette, 'sd-toasts': Toasts };

export function define() {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
}
