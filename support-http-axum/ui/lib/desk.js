// What the whole page knows of the desk: its agents and its figures; and the changes that one can take back.
import { api } from './api.js';
import { audience } from './config.js';
import { t } from './i18n.js';
import { problem } from './problem.js';
import { me } from './session.js';
import { say } from './ui.js';

/** @import { Agent, Stats, Ticket, TicketChange } from './types.js' */

const PAUSE = 3_000;

/** Events: `change`. */
class Desk extends EventTarget {
  /** @type {Agent[]} */ agents = [];
  /** @type {Stats | null} */ stats = null;
  isStaff = audience === 'agent';
  #read = -Infinity;
  #timer = 0;

  /** Reads what the desk is at now, at most every few seconds: figures are dear, and the API counts who asks for them. */
  refresh() {
    clearTimeout(this.#timer);
    const wait = this.#read + PAUSE - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.#refresh(), wait);
    else this.#refresh();
  }

  async #refresh() {
    this.#read = performance.now();
    try {
      const [stats, agents] = await Promise.all([api.stats(), this.isStaff ? api.agents() : []]);
      Object.assign(this, { stats, agents });
      this.dispatchEvent(new Event('change'));
    } catch {
      // The page shows why, where it asks for what it cannot do without.
    }
  }

  /** Reads who is there now. */
  async readAgents() {
    try {
      this.agents = await api.agents();
      this.dispatchEvent(new Event('change'));
    } catch {
      // Read with the figures, soon.
    }
  }

  /** An agent came, went, or said whether they take conversations. @param {string} id @param {Agent['availability']} availability */
  noteAvailability(id, availability) {
    this.agents = this.agents.map(agent => (agent.id === id ? { ...agent, availability } : agent));
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string | null} id */
  nameOf(id) {
    return this.agents.find(agent => agent.id === id)?.name ?? id ?? t('nobody');
  }

  get categories() {
    return Object.keys(this.stats?.by_category ?? {}).filter(Boolean).sort();
  }

  /** Agents to choose from, oneself first. */
  get colleagues() {
    const self = me()?.id;
    return this.agents.toSorted((a, b) => Number(b.id === self) - Number(a.id === self) || a.name.localeCompare(b.name));
  }
}

export const desk = new Desk();

/** What it takes to make a change undone. @param {Ticket} ticket @param {TicketChange} change @returns {TicketChange} */
const reverse = (ticket, change) => Object.fromEntries(Object.keys(change).map(field => [field, ticket[/** @type {keyof TicketChange} */ (field)]]));

/** @param {string} category */
export const categoryName = category => category.charAt(0).toLocaleUpperCase() + category.slice(1).replaceAll(/[-_]/g, ' ');

/** A change in words. @param {TicketChange} change */
export function inWords(change) {
  if (change.status) return t('changed.status', { to: t(`status.${change.status}`) });
  if (change.priority) return t('changed.priority', { to: t(`priority.${change.priority}`) });
  if (change.category) return t('changed.category', { to: categoryName(change.category) });
  if (change.tags) return t('changed.tags');
  if (change.assigned_to === null) return t('changed.unassigned');
  if (change.assigned_to !== undefined) return t('changed.assigned', { to: desk.nameOf(change.assigned_to) });
  return t('changed.other');
}

/** Why something was refused, in words. @param {unknown} error */
export function reason(error) {
  const { status, code, errors, message } = problem(error);
  if (status === 0) return t('failed.no_answer');
  if (code === 'transition_not_allowed') return t('failed.transition');
  if (status === 429) return t('failed.too_many');
  if (status >= 500) return t('failed.server');
  return errors[0]?.detail ?? message;
}

/** @param {Ticket} ticket @param {TicketChange} change @returns {Ticket} */
export const applied = (ticket, change) => ({
  ...ticket, ...change,
  ...(change.assigned_to !== undefined && { assigned_name: change.assigned_to && desk.nameOf(change.assigned_to) }),
});

/**
 * Changes tickets at once, on the page first. A refusal puts a ticket back and says why; what was done can be undone.
 * @param {Ticket[]} tickets @param {TicketChange} change @param {(ticket: Ticket) => void} show
 */
export async function changeAll(tickets, change, show) {
  /** @type {Ticket[]} */
  const done = [];
  /** @type {unknown} */
  let refused;
  for (const ticket of tickets) show(applied(ticket, change));
  const queue = [...tickets];
  const worker = async () => {
    for (let ticket = queue.shift(); ticket; ticket = queue.shift()) {
      try {
        show(await api.changeTicket(ticket.id, change));
        done.push(ticket);
      } catch (error) {
        refused = error;
        show(ticket);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  desk.refresh();
  const failed = tickets.length - done.length;
  if (failed) say({ kind: 'failed', text: t('bulk.refused', { n: failed, why: reason(refused) }) });
  if (!done.length) return;
  const [only] = done;
  const text = done.length === 1 && only ? `${only.number}: ${inWords(change)}` : t('bulk.done', { n: done.length, what: inWords(change) });
  say({ text, run: () => undo(done, change, show) });
}

/** @param {Ticket[]} tickets @param {TicketChange} change @param {(ticket: Ticket) => void} show */
async function undo(tickets, change, show) {
  for (const ticket of tickets) {
    try {
      show(await api.changeTicket(ticket.id, reverse(ticket, change)));
    } catch (error) {
      say({ kind: 'failed', text: t('undo.refused', { number: ticket.number, why: reason(error) }) });
    }
  }
  desk.refresh();
}
