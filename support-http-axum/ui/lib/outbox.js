// What was written and has not arrived: kept over reloads, pages and lost connections, and sent in its order. Each has a
// key of its own, by which the server writes it once, however often it is sent.
import { isRefusal, problem } from './problem.js';
import { local } from './storage.js';

/** @import { Problem } from './problem.js' */

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {string} to the conversation that it belongs to
 * @property {Record<string, any>} body
 * @property {string} at when it was written
 * @property {'sending' | 'waiting' | 'failed'} state `waiting`: there was no answer
 * @property {string} [why] what the server has against it
 */
/** @typedef {{ item: Item, answer: any }} Arrived */

/** Pauses between attempts, doubled each time. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** A key that nobody else makes. `randomUUID` is for secure pages alone, and hosts have others. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte, at) => {
    const fixed = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte;
    return fixed.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Events: `change`; `arrived` with an item and the server's answer. */
export class Outbox extends EventTarget {
  /** @type {Item[]} */ items = [];
  #post;
  #reason;
  #place = '';
  /** Conversations of which an item is on its way. @type {Set<string>} */ #busy = new Set();
  /** Keys that this page has or had. @type {Set<string>} */ #own = new Set();
  #tries = 0;
  #timer = 0;

  /**
   * @param {object} how
   * @param {(item: Item) => Promise<any>} how.post sends an item; with the same key again, it must get the first answer
   * @param {(failed: Problem) => string} how.reason why one was refused, in words
   */
  constructor({ post, reason }) {
    super();
    this.#post = post;
    this.#reason = reason;
  }

  /** Takes up what was left of this person, and sends it. @param {string} person whose it is: nobody sends what somebody else wrote */
  open(person) {
    this.#place = `outbox:${person}`;
    this.items = this.#kept().map(item => (item.state === 'failed' ? item : { ...item, state: 'waiting' }));
    this.#own = new Set(this.items.map(({ key }) => key));
    addEventListener('online', () => this.flush());
    addEventListener('storage', event => this.#othersChanged(event));
    if (this.items.length) this.flush();
    this.#changed();
    return this;
  }

  /** @param {string} to */
  of(to) {
    return this.items.filter(item => item.to === to);
  }

  /** Sends something as soon as can be. @param {string} to @param {Record<string, any>} body @returns {Item} */
  add(to, body) {
    /** @type {Item} */
    const item = { key: newKey(), to, body, at: new Date().toISOString(), state: 'sending' };
    this.items = [...this.items, item];
    this.#keep();
    this.#send(to);
    return item;
  }

  /** Sends at once what waits. */
  flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    for (const to of new Set(this.items.filter(({ state }) => state !== 'failed').map(item => item.to))) this.#send(to);
  }

  /** @param {string} key */
  retry(key) {
    const item = this.#replace(key, { state: 'sending', why: '' });
    if (item) this.#send(item.to);
  }

  /** Gives one up. @param {string} key */
  drop(key) {
    this.items = this.items.filter(item => item.key !== key);
    this.#keep();
  }

  /** Sends what is for one conversation, one after the other, so that it arrives in its order. @param {string} to */
  async #send(to) {
    if (this.#busy.has(to)) return;
    this.#busy.add(to);
    try {
      for (let item = this.#next(to); item; item = this.#next(to)) {
        if (!await this.#attempt(item)) return;
      }
    } finally {
      this.#busy.delete(to);
    }
  }

  /** @param {string} to */
  #next(to) {
    return this.items.find(item => item.to === to && item.state !== 'failed');
  }

  /** Whether the next one may follow. @param {Item} item */
  async #attempt(item) {
    try {
      const answer = await this.#post(item);
      this.#tries = 0;
      this.items = this.items.filter(({ key }) => key !== item.key);
      this.#keep({ silently: true });
      this.dispatchEvent(new CustomEvent('arrived', { detail: { item, answer } }));
      this.#changed();
      return true;
    } catch (error) {
      const failed = problem(error);
      if (isRefusal(failed)) {
        this.#replace(item.key, { state: 'failed', why: this.#reason(failed) });
        return true;
      }
      for (const other of this.of(item.to)) if (other.state === 'sending') this.#replace(other.key, { state: 'waiting' });
      // Who is signed out signs in first, and comes back to a page that sends what is left.
      if (failed.status !== 401) this.#timer ||= setTimeout(() => this.flush(), Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#tries++));
      return false;
    }
  }

  /** @param {string} key @param {Partial<Item>} by */
  #replace(key, by) {
    this.items = this.items.map(item => (item.key === key ? { ...item, ...by } : item));
    this.#keep();
    return this.items.find(item => item.key === key);
  }

  /** @returns {Item[]} */
  #kept() {
    try {
      const items = JSON.parse(local.read(this.#place) ?? '[]');
      return Array.isArray(items) ? items : [];
    } catch {
      return [];
    }
  }

  /** Writes down what this page has; what other tabs wrote stays. @param {{ silently?: boolean }} [how] */
  #keep({ silently = false } = {}) {
    if (this.#place) {
      const own = new Set([...this.#own, ...this.items.map(({ key }) => key)]);
      const others = this.#kept().filter(({ key }) => !own.has(key));
      this.#own = own;
      const all = [...others, ...this.items];
      local.write(this.#place, all.length ? JSON.stringify(all) : null);
    }
    if (!silently) this.#changed();
  }

  /** Another tab sent what both had. @param {StorageEvent} event */
  #othersChanged({ key }) {
    if (!key?.endsWith(this.#place)) return;
    const kept = new Set(this.#kept().map(item => item.key));
    const left = this.items.filter(item => kept.has(item.key) || this.#busy.has(item.to));
    if (left.length === this.items.length) return;
    this.items = left;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
