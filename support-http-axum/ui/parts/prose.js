// A text as it is read: in paragraphs, addresses as links.
import { html } from '../vendor/lit.js';
import { runs } from './runs.js';

/** Paragraphs, as blank lines divide them. @param {string} text */
const paragraphs = text => text.split(/\n{2,}/).filter(Boolean);

/** @param {string} text */
export const prose = text => html`<div class="prose">${paragraphs(text).map(paragraph => html`<p dir="auto">${runs(paragraph)}</p>`)}</div>`;
