// Messages are plain text. Addresses in them become links, made from parsed URLs only; nothing is parsed as HTML.

/** @typedef {{ text: string, href?: string }} Part */

/** So long may a message be. */
export const LONGEST = 10_000;

/** Where an address could begin; whether it is one, the URL parser says. */
const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"'“”]+/giu;
const SCHEMES = new Set(['http:', 'https:', 'mailto:']);

/** A text as runs of plain text and links. @param {string} text @returns {Part[]} */
export function parts(text) {
  /** @type {Part[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const candidate = trimmed(match[0]);
    const url = URL.canParse(candidate) ? new URL(candidate) : null;
    if (!url || !SCHEMES.has(url.protocol)) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: candidate, href: url.href });
    at = match.index + candidate.length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** Without the punctuation that belongs to the sentence. @param {string} address */
function trimmed(address) {
  const bare = address.replace(/[.,;:!?…]+$/u, '');
  return bare.endsWith(')') && !bare.includes('(') ? bare.slice(0, -1) : bare;
}

/** One line of it. @param {string} text */
export const oneLine = text => text.slice(0, 300).replace(/\s+/gu, ' ');

/** Two letters to stand for a name. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/[\s.@_-]+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(word => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/** The same number between 1 and `n` for the same text, to choose a color by. @param {string} text @param {number} n */
export function shade(text, n) {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (hash % n) + 1;
}
