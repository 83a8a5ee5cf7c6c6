// How long ago something was, and when, as lists tell it.
import { intl, t } from './i18n.js';
import { DAY, clock, daysAgo, format, relativeDay } from './time.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @param {number} value @param {'minute' | 'hour'} unit */
const short = (value, unit) => intl('NumberFormat', { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);

/** "Now", "4m", "3h", "Yesterday", "Fri", "16 Nov", "Mar 2025". @param {string} iso @param {Date} [now] */
export function age(iso, now = new Date()) {
  const moment = new Date(iso);
  const passed = Math.max(0, now.getTime() - moment.getTime());
  const days = daysAgo(moment, now);
  if (passed < MINUTE) return t('now');
  if (passed < HOUR) return short(Math.floor(passed / MINUTE), 'minute');
  if (days === 0 || passed < 12 * HOUR) return short(Math.floor(passed / HOUR), 'hour');
  if (days === 1) return relativeDay(-1);
  if (days < 7) return format({ weekday: 'short' }).format(moment);
  if (passed < 300 * DAY) return format({ day: 'numeric', month: 'short' }).format(moment);
  return format({ month: 'short', year: 'numeric' }).format(moment);
}

/** "10:14", "Yesterday, 18:41", "16 Nov, 10:14". @param {string} iso @param {Date} [now] */
export function moment(iso, now = new Date()) {
  const at = new Date(iso);
  const days = daysAgo(at, now);
  if (days === 0) return clock(iso);
  if (days === 1) return `${relativeDay(-1)}, ${clock(iso)}`;
  const thisYear = at.getFullYear() === now.getFullYear();
  return format({ day: 'numeric', month: 'short', ...(!thisYear && { year: 'numeric' }), hour: '2-digit', minute: '2-digit' }).format(at);
}

/** @param {string} iso */
export const day = iso => format({ day: 'numeric', month: 'long' }).format(new Date(iso));
