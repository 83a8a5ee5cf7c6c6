// What the server wrote into the page, and where everything is. All addresses come from that of this file, so the
// pages work wherever they are mounted.

/** @param {string} name */
const meta = name => document.querySelector(`meta[name="sd-${name}"]`)?.getAttribute('content') ?? '';

/** The folder of the files: `<root>/assets/<version>/`. */
export const assets = new URL('../', import.meta.url);

/** Where the pages are mounted, with a slash at its end. */
export const root = new URL('../../', assets);

/** For whom the page is. */
export const audience = meta('audience') === 'agent' ? 'agent' : 'customer';

/** Where the API is, with a slash at its end. */
export const api = new URL(`${meta('api').replace(/\/$/, '')}/`, root);

/** Where people sign in, if the host said so. */
export const signInPage = meta('sign-in') && new URL(meta('sign-in'), root);

/** What the host's product is called. */
export const productName = meta('name');
