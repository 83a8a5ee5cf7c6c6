// A conversation as it is drawn: days, what is new, and messages that belong together.

/** @import { Divider, Entry } from './conversation.js' */
/**
 * @typedef {{ kind: 'day', key: string, at: string }
 *   | { kind: 'divider', key: string, count: number }
 *   | { kind: 'system', key: string, entry: Entry }
 *   | { kind: 'group', key: string, entries: Entry[] }} Row
 */

/** Messages of one sender that come no farther apart are one group. */
const TOGETHER = 5 * 60_000;

/** @param {string} at */
const dayOf = at => new Date(at).toDateString();

/** @param {Entry} a @param {Entry} b */
const belongTogether = (a, b) => a.kind === b.kind && a.sender === b.sender && a.isMine === b.isMine
  && Math.abs(Date.parse(b.at) - Date.parse(a.at)) <= TOGETHER;

/** @param {readonly Entry[]} entries @param {Divider | null} divider @returns {Row[]} */
export function rows(entries, divider) {
  /** @type {Row[]} */
  const drawn = [];
  /** @type {Entry | null} */
  let before = null;
  /** @type {Entry[] | null} */
  let group = null;
  for (const entry of entries) {
    if (!before || dayOf(entry.at) !== dayOf(before.at)) {
      drawn.push({ kind: 'day', key: `day:${dayOf(entry.at)}:${entry.key}`, at: entry.at });
      group = null;
    }
    if (divider && entry.seq === divider.seq) {
      drawn.push({ kind: 'divider', key: 'divider', count: divider.count });
      group = null;
    }
    if (entry.kind === 'system') {
      drawn.push({ kind: 'system', key: entry.key, entry });
      group = null;
    } else if (group && before && belongTogether(before, entry)) group.push(entry);
    else {
      group = [entry];
      drawn.push({ kind: 'group', key: entry.key, entries: group });
    }
    before = entry;
  }
  return drawn;
}
