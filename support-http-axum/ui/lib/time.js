// Moments as people read them, in their zone and language.
import { currentLocale, intl } from './i18n.js';

export const DAY = 24 * 60 * 60_000;

/** @param {Intl.DateTimeFormatOptions} options */
export const format = options => intl('DateTimeFormat', options);

/** @param {number} days */
export function relativeDay(days) {
  const text = intl('RelativeTimeFormat', { numeric: 'auto' }).format(days, 'day');
  return text.charAt(0).toLocaleUpperCase(currentLocale()) + text.slice(1);
}

/** How many midnights ago. @param {Date} moment @param {Date} now */
export const daysAgo = (moment, now) => Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(moment).setHours(0, 0, 0, 0)) / DAY);

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

/** The whole moment, for a tooltip. @param {string} iso */
export const full = iso => format({ dateStyle: 'full', timeStyle: 'short' }).format(new Date(iso));
