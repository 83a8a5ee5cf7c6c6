// The icons that the widget draws. The server takes them from `icons.svg`: `<use>` reaches into no file of another origin.
import { html } from '../vendor/lit.js';

export const icons = html`<svg hidden aria-hidden="true">%symbols spark check checks clock warn info arrow-down user send minus x chat%</svg>`;
