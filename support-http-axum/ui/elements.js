// Every element of the pages, by its name.
import { App } from './pages/app.js';
import { TicketPage } from './pages/ticket.js';
import { TicketsPage } from './pages/tickets.js';
import { Composer } from './parts/composer.js';
import { Figures } from './parts/figures.js';
import { FilterBar } from './parts/filter-bar.js';
import { Grid } from './parts/grid.js';
import { KeySheet } from './parts/key-sheet.js';
import { Log } from './parts/log.js';
import { Menu } from './parts/menu.js';
import { NewTicket } from './parts/new-ticket.js';
import { Palette } from './parts/palette.js';
import { Properties } from './parts/properties.js';
import { Thread } from './parts/thread.js';
import { Toasts } from './parts/toasts.js';

const ELEMENTS = {
  'sd-app': App, 'sd-ticket-page': TicketPage, 'sd-tickets-page': TicketsPage, 'sd-composer': Composer, 'sd-figures': Figures,
  'sd-filter-bar': FilterBar, 'sd-grid': Grid, 'sd-key-sheet': KeySheet, 'sd-log': Log, 'sd-menu': Menu, 'sd-new-ticket': NewTicket,
  'sd-palette': Palette, 'sd-properties': Properties, 'sd-thread': Thread, 'sd-toasts': Toasts,
};

export function define() {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
}
