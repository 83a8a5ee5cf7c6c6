// A language for tests.
import { readFile } from 'node:fs/promises';

const ACCENTS = { a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç' };

/** The languages that there are, as the pages list them. */
export const LOCALES = JSON.parse(/LOCALES = (\[.*\]);/.exec(await readFile(new URL('../ui/lib/language.js', import.meta.url), 'utf8'))[1].replaceAll("'", '"'));

/** A catalog in a language that nobody speaks: each text longer, and none of it plain ASCII. */
export async function pseudo() {
  const texts = JSON.parse(await readFile(new URL('../ui/locales/en.json', import.meta.url), 'utf8'));
  const longer = text => `⟦${text.replace(/\{\w+\}|[a-z]/g, part => ACCENTS[part] ?? part)}${' ~'.repeat(Math.ceil(text.length * 0.2))}⟧`;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, longer(text)]));
}
