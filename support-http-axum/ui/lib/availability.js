// Whether an agent takes conversations: as they said, and away by itself when they have not touched anything for a while.
import { api } from './api.js';
import { desk, reason } from './desk.js';
import { me, person } from './session.js';
import { local } from './storage.js';
import { say } from './ui.js';

/** @import { Agent } from './types.js' */

const IDLE = 5 * 60_000;
/** Other tabs are told at most so often. */
const SAID_EVERY = 20_000;

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

/** When this person last did something, in whichever tab. */
const lastTouch = () => Number(local.read(`touched:${person()}`) ?? 0);

function touched() {
  const now = Date.now();
  if (now - lastTouch() > SAID_EVERY) local.write(`touched:${person()}`, String(now));
  wait(IDLE);
  if (!isIdle) return;
  isIdle = false;
  become('online');
}

/** @param {number} ms */
function wait(ms) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const rest = lastTouch() + IDLE - Date.now();
    if (rest > 0) return wait(rest);
    // Who said "away" or "busy" is so already.
    if (availability() !== 'online') return;
    isIdle = true;
    become('away');
  }, ms);
}

export function watchIdleness() {
  for (const kind of ['pointermove', 'keydown', 'wheel', 'touchstart', 'focus']) addEventListener(kind, touched, { passive: true });
  touched();
}
