// The tickets that a list shows: one segment for each status, each read page by page.
import { api } from './api.js';
import { isNarrow, question, statuses, write } from './filters.js';
import { problem } from './problem.js';

/** @import { Filters } from './filters.js' */
/** @import { Problem } from './problem.js' */
/** @import { Status, Ticket } from './types.js' */

/**
 * @typedef {object} Segment
 * @property {Status | ''} status `''`: of any status, in one order
 * @property {readonly Status[]} of
 * @property {Ticket[]} items
 * @property {string | null} cursor
 * @property {boolean} done
 */

const FIRST = '50';
const MORE = '100';

/** Events: `change`. */
export class TicketList extends EventTarget {
  /** @type {Segment[]} */ segments = [];
  /** @type {Problem | null} */ failed = null;
  loading = false;
  /** The filters of this list, as they stand in the address. @type {string | null} */ asked = null;
  /** New tickets that are not shown yet, because the list is scrolled. */
  fresh = 0;
  #stop = new AbortController();
  /** @type {Filters | null} */ #filters = null;
  /** @type {Promise<void> | null} */ #more = null;

  /** Those that are shown: segments as far as the one that is still being read. */
  get shown() {
    const open = this.segments.findIndex(segment => !segment.done);
    const shown = open < 0 ? this.segments : this.segments.slice(0, open + 1);
    return shown.filter(segment => segment.items.length);
  }

  get tickets() {
    return this.shown.flatMap(segment => segment.items);
  }

  get complete() {
    return this.segments.every(segment => segment.done);
  }

  /** Whether the counts of the desk are those of this list. */
  get countable() {
    return this.#filters !== null && !isNarrow(this.#filters);
  }

  /** Reads the list from its beginning. What is shown stays until the answer is there. @param {Filters} filters */
  async load(filters) {
    this.#stop.abort();
    const stop = this.#stop = new AbortController();
    this.#filters = filters;
    this.asked = write(filters);
    this.#more = null;
    this.loading = true;
    this.#changed();
    const segments = segmentsOf(filters);
    try {
      await Promise.all(segments.map(segment => this.#read(segment, FIRST, stop.signal)));
      this.segments = segments;
      this.failed = null;
      this.fresh = 0;
    } catch (error) {
      if (stop.signal.aborted) return;
      this.failed = problem(error);
    }
    this.loading = false;
    this.#changed();
  }

  /** Reads one more page of what is shown. */
  async more() {
    const segment = this.segments.find(({ done }) => !done);
    if (!segment || this.loading) return;
    this.#more ??= this.#read(segment, MORE, this.#stop.signal)
      .then(() => { this.failed = null; }, error => { this.failed = problem(error); })
      .finally(() => {
        this.#more = null;
        this.#changed();
      });
    await this.#more;
  }

  /** Reads all that matches. */
  async all() {
    while (!this.complete && !this.failed) await this.more();
  }

  /** Looks for what changed. Where somebody has scrolled, nothing moves. @param {boolean} scrolled */
  async refresh(scrolled) {
    if (!this.#filters || this.loading) return;
    if (!scrolled) return this.load(this.#filters);
    const stop = this.#stop;
    const now = segmentsOf(this.#filters);
    try {
      await Promise.all(now.map(segment => this.#read(segment, FIRST, stop.signal)));
    } catch {
      return; // What is shown stays, and the next look tells.
    }
    if (stop !== this.#stop) return;
    const known = new Set(this.tickets.map(({ id }) => id));
    this.fresh = now.flatMap(segment => segment.items).filter(({ id }) => !known.has(id)).length;
    for (const ticket of now.flatMap(segment => segment.items)) this.put(ticket);
  }

  /** Shows a ticket as it is now, where it stands. @param {Ticket} ticket */
  put(ticket) {
    for (const segment of this.segments) {
      const at = segment.items.findIndex(({ id }) => id === ticket.id);
      const known = segment.items[at];
      if (known && known.version <= ticket.version) segment.items = segment.items.with(at, ticket);
    }
    this.#changed();
  }

  /** @param {string} id */
  find(id) {
    return this.segments.flatMap(segment => segment.items).find(ticket => ticket.id === id || ticket.number === id);
  }

  /** @param {Segment} segment @param {string} limit @param {AbortSignal} signal */
  async #read(segment, limit, signal) {
    const query = question(/** @type {Filters} */ (this.#filters), segment.of);
    query.set('limit', limit);
    if (segment.cursor) query.set('cursor', segment.cursor);
    const page = await api.tickets(query, signal);
    const known = new Set(segment.items.map(({ id }) => id));
    segment.items = [...segment.items, ...page.items.filter(({ id }) => !known.has(id))];
    segment.cursor = page.next_cursor;
    segment.done = page.next_cursor === null;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

/** Grouped by status; a search, and an order in which the status says nothing, are one list. @param {Filters} filters @returns {Segment[]} */
function segmentsOf(filters) {
  const of = statuses(filters);
  const grouped = !filters.search && filters.sort !== 'waiting' && filters.sort !== '-priority';
  /** @type {(status: Status | '', of: readonly Status[]) => Segment} */
  const segment = (status, of) => ({ status, of, items: [], cursor: null, done: false });
  return grouped ? of.map(status => segment(status, [status])) : [segment('', of)];
}
