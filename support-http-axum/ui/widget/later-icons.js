// The icons that are drawn later, beside those that are there already.
import { html } from '../vendor/lit.js';

export const laterIcons = html`<svg hidden aria-hidden="true">%symbols star doc offline%</svg>`;
