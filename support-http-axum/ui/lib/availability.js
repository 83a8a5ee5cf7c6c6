// Whether an agent takes conversations: as they said, and away by itself when they have not touched anything for a while.
import { api } from './api.js';
import { desk, reason } from './desk.js';
import { me } from './session.js';
import { say } from './ui.js';

/** @import { Agent } from './types.js' */

const IDLE = 5 * 60_000;

/** @type {Agent['availability'][]} */
export const AVAILABILITIES = ['online', 'away', 'busy'];

let isIdle = false;
let timer = 0;

/** What the desk knows of oneself. @returns {Agent['availability']} */
export const availability = () => desk.agents.find(({ id }) => id === me()?.id)?.availability ?? 'online';

/** @param {Agent['availability']} wanted */
export async function become(wanted) {
  try {
    await api.available(wanted);
    desk.noteAvailability(me()?.id ?? '', wanted);
  } catch (error) {
    say({ kind: 'failed', text: reason(error) });
  }
}

function touched() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    // Who said "away" or "busy" is so already.
    if (availability() !== 'online') return;
    isIdle = true;
    become('away');
  }, IDLE);
  if (!isIdle) return;
  isIdle = false;
  become('online');
}

export function watchIdleness() {
  for (const kind of ['pointermove', 'keydown', 'wheel', 'touchstart', 'focus']) addEventListener(kind, touched, { passive: true });
  touched();
}
