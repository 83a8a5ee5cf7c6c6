// Which agents look at which chat, as the live line tells it, and telling the others where one is oneself.
import { api } from './api.js';

/** Said again so often, and believed for so long. */
const REPEAT = 40_000;
const LASTS = 60_000;

/** Events: `change`. */
class Viewers extends EventTarget {
  /** @type {Map<string, Map<string, { name: string, timer: number }>>} */ #at = new Map();
  #own = '';
  #timer = 0;

  constructor() {
    super();
    addEventListener('pagehide', () => this.look(''));
  }

  /** @param {string} id of a chat @returns {string[]} */
  of(id) {
    return [...this.#at.get(id)?.values() ?? []].map(({ name }) => name);
  }

  /** @param {{ session_id?: string, agent: { id: string, name: string }, viewing?: boolean }} presence */
  hear({ session_id: id, agent, viewing }) {
    if (!id) return;
    const there = this.#at.get(id) ?? new Map();
    this.#at.set(id, there);
    clearTimeout(there.get(agent.id)?.timer);
    const leave = () => {
      there.delete(agent.id);
      this.dispatchEvent(new Event('change'));
    };
    if (viewing) there.set(agent.id, { name: agent.name, timer: setTimeout(leave, LASTS) });
    else there.delete(agent.id);
    this.dispatchEvent(new Event('change'));
  }

  /** Where one looks oneself: at a chat, or at none. @param {string} id */
  look(id) {
    if (id === this.#own) return;
    if (this.#own) this.#tell(this.#own, false);
    this.#own = id;
    clearInterval(this.#timer);
    if (!id) return;
    this.#tell(id, true);
    this.#timer = setInterval(() => this.#tell(id, true), REPEAT);
  }

  /** @param {string} id @param {boolean} viewing */
  #tell(id, viewing) {
    // Nobody misses it.
    api.viewing(id, viewing).catch(() => {});
  }
}

export const viewers = new Viewers();
