// What the files of the pages must not hold, and what they must.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const ui = new URL('../ui/', import.meta.url);
const names = (await readdir(ui, { recursive: true })).filter(name => /\.(js|css|json|html|svg)$/.test(name) && !name.startsWith('vendor'));
const files = await Promise.all(names.map(async name => ({ name, text: await readFile(new URL(name, ui), 'utf8') })));
const scripts = files.filter(({ name }) => name.endsWith('.js'));
const sheets = files.filter(({ name }) => name.endsWith('.css'));
const catalog = async name => JSON.parse(await readFile(new URL(`locales/${name}.json`, ui), 'utf8'));

/** @param {{ name: string, text: string }[]} among @param {RegExp} what */
const holding = (among, what) => among.filter(({ text }) => what.test(text)).map(({ name }) => name);

test('no style is set by an attribute, which the policy refuses', () => {
  assert.deepEqual(holding(scripts, /\sstyle=|styleMap|<style|\.style\s*=|cssText/), []);
});

test('nothing parses HTML, and nothing runs text', () => {
  assert.deepEqual(holding(scripts, /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|document\.write|unsafeHTML|unsafeSVG|setHTML|createContextualFragment|\beval\(|new Function|srcdoc/), []);
  assert.deepEqual(holding(files.filter(({ name }) => name.endsWith('.html')), /<style|\son\w+=|<script(?![^>]*\ssrc=)/), []);
});

test('colors are tokens', () => {
  const others = sheets.filter(({ name }) => !name.endsWith('tokens.css'));
  const raw = others.flatMap(({ name, text }) => text.split('\n').filter(line => /#[0-9a-f]{3,8}\b|(?<!-)\brgb\(|\bhsl\(/i.test(line) && !/^\s*\/\*|--(av|dot)|color-mix/.test(line)).map(line => `${name}: ${line.trim().slice(0, 90)}`));
  assert.deepEqual(raw, []);
});

test('style sheets know no left and no right', () => {
  assert.deepEqual(holding(sheets, /(margin|padding|border)-(left|right)|text-align: (left|right)|float:|:host-context/), []);
});

test('addresses are relative', () => {
  assert.deepEqual(holding(scripts, /fetch\(['"`]\/|from '\/|href="\/|src="\//), []);
});

test('every text is in every catalog, and none is there for nothing', async () => {
  const [en, de] = [await catalog('en'), await catalog('de')];
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  for (const key of Object.keys(en)) assert.deepEqual([...de[key].matchAll(/\{\w+\}/g)].flat().sort(), [...en[key].matchAll(/\{\w+\}/g)].flat().sort(), key);
  const code = scripts.map(({ text }) => text).join('\n');
  const used = [...code.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key);
  assert.deepEqual(used.filter(key => !(key in en) && !(`${key}_other` in en)), []);
  // Keys that are put together begin with a part that the code names.
  const parts = [...code.matchAll(/[`']([a-z_]+\.)(?:\$\{|[a-z])/g)].map(([, part]) => part);
  const known = new Set([...code.matchAll(/'([\w.-]+)'/g)].map(([, key]) => key));
  const idle = Object.keys(en).map(key => key.replace(/_(one|other)$/, '')).filter(key => !known.has(key) && !parts.some(part => key.startsWith(part)));
  assert.deepEqual([...new Set(idle)], []);
});

test('files are short enough to read', () => {
  assert.deepEqual(files.filter(({ name, text }) => /\.(js|css)$/.test(name) && text.split('\n').length > 400).map(({ name }) => name), []);
});

/** The modules that some modules need, themselves first, by path. @param {string[]} entries */
async function graph(...entries) {
  const found = new Map();
  for (let path = entries.shift(); path; path = entries.shift()) {
    if (found.has(path)) continue;
    const text = await readFile(new URL(path, ui), 'utf8');
    found.set(path, text);
    for (const [, address] of text.matchAll(/^(?:import|export) (?:.* from )?'(\.[^']+)';$/gm)) entries.push(new URL(address, `file:///${path}`).pathname.slice(1));
  }
  return found;
}

/** @param {string[]} entries */
const modules = async (...entries) => [...(await graph(...entries)).values()];

for (const elements of ['elements-tickets.js', 'elements-chats.js']) {
  test(`a page with ${elements} is small: 120 KB over the wire`, async () => {
    const beside = files.filter(({ name }) => /^(index\.html|icons\.svg|favicon\.svg|theme\.js|locales\/en\.json|styles\/(?!widget).*)$/.test(name)).map(({ text }) => text);
    const sent = [...beside, ...await modules('app.js', elements)].reduce((sum, text) => sum + gzipSync(text).length, 0);
    assert.ok(sent > 60 * 1024 && sent <= 120 * 1024, `${sent} bytes compressed`);
  });
}

test('the pages take 500 KB of the crate', async () => {
  const lit = await readFile(new URL('vendor/lit.js', ui));
  const kept = [...files.map(({ text }) => Buffer.byteLength(text)), lit.length].reduce((sum, size) => sum + size, 0);
  assert.ok(kept <= 500 * 1024, `${kept} bytes`);
});

test('what the server joins for the widget is written so that it can be joined', async () => {
  const wrong = [];
  for (const [path, text] of await graph('widget/panel.js')) {
    if (path.startsWith('vendor/')) continue;
    for (const line of text.split('\n')) {
      // Each import and each export on a line of its own, by name, of what does not change.
      const isImport = /^import \{ [\w$, ]+(?: as \w+)?[\w$, ]* \} from '\.{1,2}\/[\w./-]+\.js';$/;
      const isExport = /^export (?:const \w+ =|(?:async )?function \w+\(|class \w+)/;
      if (/^import\b/.test(line) && !isImport.test(line)) wrong.push(`${path}: ${line}`);
      if (/^export\b/.test(line) && !isExport.test(line)) wrong.push(`${path}: ${line}`);
    }
    if (/^ *\/\*(?!\*)/m.test(text)) wrong.push(`${path}: a comment that does not begin with /**`);
  }
  assert.deepEqual(wrong, []);
});

test('the widget has the icons that it draws, as they are elsewhere', async () => {
  const symbols = text => new Map([...text.matchAll(/<symbol id="([\w-]+)".*?<\/symbol>/g)].map(([symbol, id]) => [id, symbol]));
  const all = symbols(await readFile(new URL('icons.svg', ui), 'utf8'));
  const own = symbols(await readFile(new URL('widget/icons.js', ui), 'utf8'));
  for (const [id, symbol] of own) assert.equal(symbol, all.get(id), id);
  const drawn = [...await graph('widget/panel.js')].filter(([path]) => path !== 'parts/icon.js').flatMap(([, text]) => [...text.matchAll(/\bicon\(([^)]*)/g)].flatMap(([, names]) => [...names.split(',')[0].matchAll(/(?<!=== )'([a-z-]+)'/g)].map(([, name]) => name)));
  assert.ok(drawn.length > 10, `${drawn}`);
  assert.deepEqual([...new Set(drawn)].filter(name => all.has(name) && !own.has(name)), []);
});
