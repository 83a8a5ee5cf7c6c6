// What any part of a page may ask of the page as a whole: a menu, a word to the person, a word to those who listen.

/** @import { TemplateResult } from 'lit' */

/**
 * @typedef {object} Option
 * @property {string} value
 * @property {string} label
 * @property {unknown} [icon]
 */
/**
 * @typedef {object} MenuRequest
 * @property {Element} anchor
 * @property {string} label
 * @property {Option[]} options
 * @property {string[]} selected
 * @property {boolean} [many] several can be chosen
 * @property {string} [other] lets one write a value that is not among the options; its label
 * @property {(values: string[]) => void} choose
 */
/** @typedef {{ text: string, action?: string, run?: () => void, kind?: 'plain' | 'failed' }} Toast */

/** @param {MenuRequest} request */
export const openMenu = request => dispatchEvent(new CustomEvent('support:menu', { detail: request }));

/** @param {Toast} toast */
export const say = toast => dispatchEvent(new CustomEvent('support:toast', { detail: toast }));
