// What somebody was writing, kept over reloads, sign-outs and crashes.
import { local } from './storage.js';

/** @type {Map<string, number>} */
const timers = new Map();

/** @param {string} id */
export const draft = id => local.read(`draft:${id}`) ?? '';

/** Keeps it soon, not at every key. @param {string} id @param {string} text */
export function keepDraft(id, text) {
  clearTimeout(timers.get(id));
  timers.set(id, setTimeout(() => local.write(`draft:${id}`, text || null), 300));
}

/** @param {string} id */
export function dropDraft(id) {
  clearTimeout(timers.get(id));
  local.write(`draft:${id}`, null);
}
