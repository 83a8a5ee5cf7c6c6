// The live line of whoever is signed in to the pages.
import { api } from './config.js';
import { person, token } from './session.js';
import { SharedLine } from './shared-line.js';

/** What says who is signed in. @returns {Record<string, string>} */
function credential() {
  const known = token();
  return known ? { authorization: `Bearer ${known}` } : {};
}

/** A line that all tabs of this person share. @param {string} path */
export const ownLine = path => new SharedLine(path, person(), { base: api, credential, credentials: 'same-origin' });
