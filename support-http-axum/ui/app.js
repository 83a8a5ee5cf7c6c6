// Where the pages begin.
import { define } from './elements.js';
import { assets } from './lib/config.js';
import { listen } from './lib/keys.js';
import { takeToken } from './lib/session.js';

// The browser asks for the icon anew when the address changes, and would look for it relative to the new one.
const tabIcon = /** @type {HTMLLinkElement} */ (document.querySelector('link[rel="icon"]'));
tabIcon.href = new URL('favicon.svg', assets).href;

takeToken();
listen();
define();
