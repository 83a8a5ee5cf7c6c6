// The elements of the pages of tickets.
import { TicketPage } from './pages/ticket.js';
import { TicketsPage } from './pages/tickets.js';
import { Composer } from './parts/composer.js';
import { Figures } from './parts/figures.js';
import { FilterBar } from './parts/filter-bar.js';
import { Grid } from './parts/grid.js';
import { Properties } from './parts/properties.js';
import { Thread } from './parts/thread.js';

const ELEMENTS = {
  'sd-ticket-page': TicketPage, 'sd-tickets-page': TicketsPage, 'sd-composer': Composer, 'sd-figures': Figures, 'sd-filter-bar': FilterBar, 'sd-grid': Grid,
  'sd-properties': Properties, 'sd-thread': Thread,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
