// Moments and ages as people read them, in their zone and language.
import { regionalLocale } from './i18n.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Formats are dear to make, and rows need the same ones again and again. @type {Map<string, any>} */
const formats = new Map();

/** @template T @param {string} kind @param {object} options @param {() => T} make @returns {T} */
function kept(kind, options, make) {
  const key = regionalLocale() + kind + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key);
}

/** @param {Intl.DateTimeFormatOptions} options */
const format = options => kept('date', options, () => new Intl.DateTimeFormat(regionalLocale(), options));

/** @param {number} value @param {'minute' | 'hour'} unit */
function short(value, unit) {
  const options = /** @type {const} */ ({ style: 'unit', unit, unitDisplay: 'narrow' });
  return kept('unit', options, () => new Intl.NumberFormat(regionalLocale(), options)).format(value);
}

/** @param {number} days */
function relativeDay(days) {
  const options = /** @type {const} */ ({ numeric: 'auto' });
  const text = kept('day', options, () => new Intl.RelativeTimeFormat(regionalLocale(), options)).format(days, 'day');
  return text.charAt(0).toLocaleUpperCase(regionalLocale()) + text.slice(1);
}

/** How many midnights ago. @param {Date} moment @param {Date} now */
const daysAgo = (moment, now) => Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / DAY);

/** "4m", "3h", "Yesterday", "Fri", "16 Nov", "Mar 2025". @param {string} iso @param {Date} [now] */
export function age(iso, now = new Date()) {
  const moment = new Date(iso);
  const passed = Math.max(0, now.getTime() - moment.getTime());
  const days = daysAgo(moment, now);
  if (passed < HOUR) return short(Math.floor(passed / MINUTE), 'minute');
  if (days === 0 || passed < 12 * HOUR) return short(Math.floor(passed / HOUR), 'hour');
  if (days === 1) return relativeDay(-1);
  if (days < 7) return format({ weekday: 'short' }).format(moment);
  if (passed < 300 * DAY) return format({ day: 'numeric', month: 'short' }).format(moment);
  return format({ month: 'short', year: 'numeric' }).format(moment);
}

/** "10:14". @param {string} iso */
export const clock = iso => format({ hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

/** "Today", "Yesterday", "Monday, 16 November". @param {string} iso @param {Date} [now] */
export function dayName(iso, now = new Date()) {
  const at = new Date(iso);
  const days = daysAgo(at, now);
  if (days === 0 || days === 1) return relativeDay(-days);
  const thisYear = at.getFullYear() === now.getFullYear();
  return format({ weekday: 'long', day: 'numeric', month: 'long', ...(!thisYear && { year: 'numeric' }) }).format(at);
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

/** The whole moment, for a tooltip. @param {string} iso */
export const full = iso => format({ dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
