// Where the pages begin.
import { define } from './elements.js';
import { listen } from './lib/keys.js';
import { takeToken } from './lib/session.js';

takeToken();
listen();
define();
