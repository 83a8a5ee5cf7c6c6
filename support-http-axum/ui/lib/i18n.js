// Texts, plurals, numbers: catalogs and `Intl`, no library.

const RIGHT_TO_LEFT = /^(ar|dv|fa|he|ps|sd|ug|ur|yi)\b/;

/** @type {Record<string, string>} */
let texts = {};
let locale = 'en';
/** @type {Map<string, any>} */
const made = new Map();

/** Takes a catalog that is there. @param {string} wanted @param {Record<string, string>} catalog */
export function useTexts(wanted, catalog) {
  texts = catalog;
  locale = wanted;
}

export const currentLocale = () => locale;

/** The person's own kind of the language, which says how dates and times are written. */
const regionalLocale = () => navigator.languages.find(tag => tag === locale || tag.startsWith(`${locale}-`)) ?? locale;

/**
 * What writes for this person, dear to make: made when it is first needed, and kept.
 * @template {'DateTimeFormat' | 'NumberFormat' | 'PluralRules' | 'RelativeTimeFormat'} K
 * @param {K} kind @param {object} [options] @returns {InstanceType<typeof Intl[K]>}
 */
export function intl(kind, options = {}) {
  const tag = regionalLocale();
  const key = kind + tag + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new /** @type {any} */ (Intl)[kind](tag, options));
  return made.get(key);
}

/** @returns {'rtl' | 'ltr'} */
export const direction = () => (RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr');

/**
 * A text of the catalog. `{name}` stands for a value; `n` chooses among `key_one`, `key_other` and so on.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const { n } = values;
  const chosen = typeof n === 'number' && !(key in texts) ? `${key}_${intl('PluralRules').select(n)}` : key;
  const text = texts[chosen] ?? texts[`${key}_other`] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? number(value) : value;
  });
}

/** @param {number} value */
export const number = value => intl('NumberFormat').format(value);

/** @param {string} key */
export const has = key => key in texts;
