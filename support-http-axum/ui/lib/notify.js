// What calls somebody who looks elsewhere: the title, a dot on the icon, a sound, and, by choice, a notification. Of
// several tabs one calls, and none while another shows the conversation.
import { assets, audience, productName } from './config.js';
import { local } from './storage.js';
import { t } from './i18n.js';

/** @typedef {{ id: string, seq: number, name: string, text: string }} Call */
/** @typedef {{ type: 'watched', id: string, seq: number }} Word */

const SOUND_PAUSE = 3_000;
/** So long other tabs have to say that somebody is looking. */
const PATIENCE = 250;

/** The tab's own name; the desk's is behind it. */
let place = '';
let count = 0;

function draw() {
  document.title = `${count ? `(${count}) ` : ''}${place} · ${productName}`;
  const icon = /** @type {HTMLLinkElement | null} */ (document.querySelector('link[rel="icon"]'));
  const file = new URL(count ? 'favicon-dot.svg' : 'favicon.svg', assets).href;
  if (icon && icon.href !== file) icon.href = file;
}

/** @param {string} name of what the tab shows */
export function setTitle(name) {
  place = name;
  draw();
}

/** @param {number} unread chats in which somebody waits for an answer */
export function setCount(unread) {
  count = unread;
  draw();
}

/** Whether to make a sound: agents hear one, once they have clicked. */
export const hasSound = () => audience === 'agent' && local.read('sound') !== 'off';

/** @param {boolean} on */
export const setSound = on => local.write('sound', on ? null : 'off');

export const canNotify = () => 'Notification' in window;

export const hasNotifications = () => canNotify() && Notification.permission === 'granted' && local.read('notify') === 'on';

/** Asks the browser, when somebody has asked for it. @param {boolean} on @returns {Promise<boolean>} whether they are on now */
export async function setNotifications(on) {
  const isOn = on && canNotify() && await Notification.requestPermission() === 'granted';
  local.write('notify', isOn ? 'on' : null);
  return isOn;
}

export class Bell {
  /** @type {Map<string, number>} */ #watched = new Map();
  #rangAt = -Infinity;
  /** @type {AudioContext | null} */ #audio = null;
  #tabs;
  #leads;
  #watches;
  #open;

  /**
   * @param {object} how
   * @param {string} how.person
   * @param {() => boolean} how.leads whether this tab speaks for all
   * @param {(id: string) => boolean} how.watches whether somebody looks at a conversation in this tab
   * @param {(id: string) => void} how.open shows a conversation
   */
  constructor({ person, leads, watches, open }) {
    this.#leads = leads;
    this.#watches = watches;
    this.#open = open;
    this.#tabs = new BroadcastChannel(`support:bell:${person}`);
    this.#tabs.onmessage = ({ data }) => this.#watched.set(data.id, data.seq);
    // A page may make sounds once somebody has done something on it.
    addEventListener('pointerdown', () => { this.#audio ??= new AudioContext(); }, { once: true });
    addEventListener('keydown', () => { this.#audio ??= new AudioContext(); }, { once: true });
  }

  /** @param {Call} call */
  async ring(call) {
    const { id, seq } = call;
    if (this.#watches(id)) {
      this.#tabs.postMessage({ type: 'watched', id, seq });
      return;
    }
    if (!this.#leads()) return;
    await new Promise(resolve => setTimeout(resolve, PATIENCE));
    if ((this.#watched.get(id) ?? 0) >= seq) return;
    this.#sound();
    this.#notify(call);
  }

  /** Two soft tones. */
  #sound() {
    const now = performance.now();
    if (!hasSound() || !this.#audio || now - this.#rangAt < SOUND_PAUSE) return;
    this.#rangAt = now;
    const { currentTime, destination } = this.#audio;
    for (const [at, frequency] of [[0, 660], [0.12, 880]]) {
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      const begin = currentTime + (at ?? 0);
      tone.frequency.value = frequency ?? 0;
      volume.gain.setValueAtTime(0.0001, begin);
      volume.gain.exponentialRampToValueAtTime(0.12, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.3);
      tone.connect(volume).connect(destination);
      tone.start(begin);
      tone.stop(begin + 0.32);
    }
  }

  /** @param {Call} call */
  #notify({ id, name, text }) {
    if (!hasNotifications()) return;
    try {
      const shown = new Notification(t('notify.title', { who: name }), { body: text, tag: id, icon: new URL('favicon.svg', assets).href });
      shown.onclick = () => {
        window.focus();
        this.#open(id);
        shown.close();
      };
    } catch {
      // Some phones allow them to service workers alone.
    }
  }
}
