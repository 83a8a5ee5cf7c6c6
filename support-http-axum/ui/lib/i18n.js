// Texts, plurals, numbers: catalogs and `Intl`, no library.
import { assets } from './config.js';
import { local } from './storage.js';

/** The catalogs that there are. */
export const LOCALES = ['en', 'de'];

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ps|sd|ug|ur|yi)\b/;

/** @type {Record<string, string>} */
let texts = {};
let locale = 'en';
let plurals = new Intl.PluralRules(locale);
let numbers = new Intl.NumberFormat(locale);

/** The best catalog for this person: what they chose, or else what their browser asks for. */
function preferred() {
  const asked = [local.read('locale') ?? '', ...navigator.languages];
  const found = asked.flatMap(tag => [tag, tag.split('-')[0] ?? '']).find(tag => LOCALES.includes(tag));
  return found ?? 'en';
}

/** Loads a catalog. @param {string} [wanted] */
export async function loadTexts(wanted = preferred()) {
  const response = await fetch(new URL(`locales/${wanted}.json`, assets));
  useTexts(wanted, await response.json());
}

/** Takes a catalog that is there. @param {string} wanted @param {Record<string, string>} catalog */
export function useTexts(wanted, catalog) {
  texts = catalog;
  locale = wanted;
  plurals = new Intl.PluralRules(locale);
  numbers = new Intl.NumberFormat(locale);
}

export const currentLocale = () => locale;

/** The person's own kind of the language, which says how dates and times are written. */
export const regionalLocale = () => navigator.languages.find(tag => tag === locale || tag.startsWith(`${locale}-`)) ?? locale;

/** @returns {'rtl' | 'ltr'} */
export const direction = () => (RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr');

/**
 * A text of the catalog. `{name}` stands for a value; `n` chooses among `key_one`, `key_other` and so on.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const { n } = values;
  const chosen = typeof n === 'number' && !(key in texts) ? `${key}_${plurals.select(n)}` : key;
  const text = texts[chosen] ?? texts[`${key}_other`] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** @param {number} value */
export const number = value => numbers.format(value);

/** @param {string} key */
export const has = key => key in texts;
