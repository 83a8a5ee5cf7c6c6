// One live line for all tabs of a person: browsers open only six connections to a server, and each stream takes one.
// The tab that holds the lock has the line and passes on what it hears; when it is closed the next one goes on at the
// same place. Without locks (they are for secure pages alone) each tab has a line of its own.
import { Line } from './line.js';

/** @import { Asks, LineState } from './line.js' */
/**
 * @typedef {{ type: 'event', event: { kind: string, data: any }, last: string } | { type: 'state', state: LineState, last: string }
 *   | { type: 'refetch' } | { type: 'now' } | { type: 'hello' }} Word
 */

/** Events: those of a line. */
export class SharedLine extends EventTarget {
  /** @type {LineState} */ state = 'connecting';
  /** Whether this tab speaks for all of them. */
  leads = false;
  #path;
  #who;
  #name;
  #last = '';
  /** @type {Line | null} */ #line = null;
  /** @type {BroadcastChannel | null} */ #others = null;
  #stop = new AbortController();

  /** @param {string} path @param {string} person whose line it is @param {Asks} who asks */
  constructor(path, person, who) {
    super();
    this.#path = path;
    this.#who = who;
    this.#name = `support:line:${path}:${person}`;
  }

  open() {
    if (!navigator.locks) {
      this.#lead();
      return this;
    }
    this.#others = new BroadcastChannel(this.#name);
    this.#others.onmessage = ({ data }) => this.#hear(data);
    this.#say({ type: 'hello' });
    const { signal } = this.#stop;
    navigator.locks.request(this.#name, { signal }, () => {
      this.#lead();
      return new Promise(resolve => { signal.addEventListener('abort', resolve); });
    }).catch(() => {
      // Closed before its turn came.
    });
    return this;
  }

  close() {
    this.#line?.close();
    this.#others?.close();
    this.#stop.abort();
  }

  /** Tries again without waiting. */
  now() {
    if (this.#line) this.#line.now();
    else this.#say({ type: 'now' });
  }

  #lead() {
    this.leads = true;
    const line = this.#line = new Line(this.#path, this.#who, this.#last);
    line.addEventListener('state', () => this.#become(line.state));
    line.addEventListener('place', () => this.#say({ type: 'state', state: line.state, last: line.last }));
    line.addEventListener('refetch', () => {
      this.#say({ type: 'refetch' });
      this.dispatchEvent(new Event('refetch'));
    });
    line.addEventListener('event', event => {
      const { detail } = /** @type {CustomEvent} */ (event);
      this.#say({ type: 'event', event: detail, last: line.last });
      this.dispatchEvent(new CustomEvent('event', { detail }));
    });
    line.open();
  }

  /** @param {Word} word */
  #hear(word) {
    if (word.type === 'hello') {
      if (this.#line) this.#say({ type: 'state', state: this.#line.state, last: this.#line.last });
    } else if (word.type === 'now') this.#line?.now();
    else if (this.leads) return;
    else if (word.type === 'refetch') this.dispatchEvent(new Event('refetch'));
    else {
      this.#last = word.last;
      if (word.type === 'state') this.#become(word.state);
      else this.dispatchEvent(new CustomEvent('event', { detail: word.event }));
    }
  }

  /** @param {LineState} state */
  #become(state) {
    if (this.leads) this.#say({ type: 'state', state, last: this.#line?.last ?? '' });
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }

  /** @param {Word} word */
  #say(word) {
    this.#others?.postMessage(word);
  }
}
