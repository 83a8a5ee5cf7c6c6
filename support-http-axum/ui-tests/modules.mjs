// The modules of the pages, and which of them need which.
import { readFile } from 'node:fs/promises';

export const ui = new URL('../ui/', import.meta.url);

/** The modules that some modules need, themselves first, by path. @param {string[]} entries */
export async function graph(...entries) {
  const found = new Map();
  for (let path = entries.shift(); path; path = entries.shift()) {
    if (found.has(path)) continue;
    const text = await readFile(new URL(path, ui), 'utf8');
    found.set(path, text);
    for (const [, address] of text.matchAll(/^(?:import|export) (?:.* from )?'(\.[^']+)';$/gm)) entries.push(new URL(address, `file:///${path}`).pathname.slice(1));
  }
  return found;
}

/** The modules of the widget, by path: what it needs at once, and later. */
export const widget = async () => [...await graph('widget/panel.js', 'widget/later.js')].filter(([path]) => !path.startsWith('vendor/'));

/** What a module declares for all of itself. @param {string} text */
export const declared = text => [...text.matchAll(/^(?:export )?(?:const|let|class|(?:async )?function) (\w+)/gm)].map(([, name]) => name);
