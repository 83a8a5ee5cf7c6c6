// The live line: an event stream that comes back by itself, or, on a server that has none, a look every now and then.
import { readEvents } from './sse.js';

/** @import { ServerEvent } from './sse.js' */
/** @typedef {{ base: URL, credential: () => Record<string, string>, credentials: RequestCredentials }} Asks who asks, and where */
/** @typedef {'connecting' | 'open' | 'waiting' | 'offline' | 'closed' | 'absent'} LineState */

/** The server sends a comment every 15 s; a line that is silent for longer than this is dead. */
const SILENCE = 45_000;
/** How often a page is refreshed that has no line. */
const POLL = 20_000;

/** @param {number} tries */
const pause = tries => 250 + Math.random() * Math.min(30_000, 500 * 2 ** tries);

/**
 * Tells of what changed. Events: `event` with the change, `refetch` when what was missed is not known, `state`, and
 * `place` when it has come on without an event.
 */
export class Line extends EventTarget {
  /** @type {LineState} */ state = 'connecting';
  #url;
  #credential;
  #credentials;
  #last;
  #tries = 0;
  #stop = new AbortController();
  /** @type {(() => void) | undefined} */ #skip;

  /**
   * @param {string} path
   * @param {Asks} who asks
   * @param {string} [last] the place to go on behind
   */
  constructor(path, { base, credential, credentials }, last = '') {
    super();
    this.#url = new URL(path, base);
    this.#last = last;
    this.#credential = credential;
    this.#credentials = credentials;
  }

  /** The place that the line has come to. */
  get last() {
    return this.#last;
  }

  open() {
    addEventListener('online', () => this.now(), { signal: this.#stop.signal });
    this.#run();
    return this;
  }

  close() {
    this.#stop.abort();
    this.#skip?.();
    this.#become('closed');
  }

  /** Tries again without waiting. */
  now() {
    this.#skip?.();
  }

  async #run() {
    while (!this.#stop.signal.aborted) {
      if (this.state !== 'absent') this.#become('connecting');
      const ended = await this.#listen();
      if (ended === 'closed') return this.close();
      if (this.#stop.signal.aborted) return;
      if (ended === 'absent') {
        this.#become('absent');
        await this.#sleep(POLL);
        if (!document.hidden) this.dispatchEvent(new Event('refetch'));
      } else {
        this.#become(navigator.onLine ? 'waiting' : 'offline');
        await this.#sleep(pause(this.#tries++));
      }
    }
  }

  /** One connection, from its beginning to its end. @returns {Promise<'closed' | 'absent' | 'lost'>} */
  async #listen() {
    const cut = new AbortController();
    const signal = AbortSignal.any([cut.signal, this.#stop.signal]);
    let timer = setTimeout(() => cut.abort(), SILENCE);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => cut.abort(), SILENCE);
    };
    try {
      const response = await fetch(this.#url, {
        signal,
        cache: 'no-store',
        credentials: this.#credentials,
        headers: {
          accept: 'text/event-stream',
          ...this.#credential(),
          ...(this.#last && { 'last-event-id': this.#last }),
        },
      });
      if (response.status === 401 || response.status === 403) return 'closed';
      if (response.status === 404 || response.status === 501) return 'absent';
      if (!response.ok || !response.body) return 'lost';
      alive();
      // What changed while there was no line comes again only if the server knows where it broke.
      if (!this.#last && this.#tries) this.dispatchEvent(new Event('refetch'));
      this.#become('open');
      this.#tries = 0;
      await readEvents(response.body, event => this.#receive(event), alive);
    } catch {
      // Cut, or never there: the same to whoever waits.
    } finally {
      clearTimeout(timer);
    }
    return 'lost';
  }

  /** @param {ServerEvent} event */
  #receive({ id, kind, data }) {
    if (id) this.#last = id;
    if (!kind) this.dispatchEvent(new Event('place'));
    else if (kind === 'reset') this.dispatchEvent(new Event('refetch'));
    else this.dispatchEvent(new CustomEvent('event', { detail: { kind, data: JSON.parse(data) } }));
  }

  /** @param {LineState} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }

  /** @param {number} ms */
  #sleep(ms) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#skip = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}
