// Which language the pages speak.
import { assets } from './config.js';
import { useTexts } from './i18n.js';
import { local } from './storage.js';

/** The catalogs that there are. */
export const LOCALES = ['en', 'de', 'ar'];

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
