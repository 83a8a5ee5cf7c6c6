// What the files of the pages must not hold, and what they must.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { declared, graph, ui, widget } from './modules.mjs';
import { LOCALES } from './pseudo.mjs';

const names = (await readdir(ui, { recursive: true })).filter(name => /\.(js|css|json|html|svg)$/.test(name) && !name.startsWith('vendor'));
const files = await Promise.all(names.map(async name => ({ name, text: await readFile(new URL(name, ui), 'utf8') })));
const scripts = files.filter(({ name }) => name.endsWith('.js'));
const sheets = files.filter(({ name }) => name.endsWith('.css'));
const catalog = async name => JSON.parse(await readFile(new URL(`locales/${name}.json`, ui), 'utf8'));

/** The forms that plurals have in some language. */
const FORM = /_(zero|one|two|few|many|other)$/;

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
  const en = await catalog('en');
  /** A key without the form of a plural. @param {string} key */
  const bare = key => (`${key.replace(FORM, '')}_other` in en ? key.replace(FORM, '') : key);
  for (const language of LOCALES) {
    const own = await catalog(language);
    assert.deepEqual([...new Set(Object.keys(own).map(bare))].sort(), [...new Set(Object.keys(en).map(bare))].sort(), language);
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const [key, text] of Object.entries(own)) {
      const base = bare(key);
      const form = base === key ? undefined : FORM.exec(key)?.[1];
      // A form that is not there is the general one, which is always there, and says how many.
      assert.ok(!form || (forms.includes(form) && `${base}_other` in own), `${language} ${key}`);
      const values = text => (text.match(/\{\w+\}/g) ?? []).filter(value => !form || form === 'other' || value !== '{n}').sort();
      assert.deepEqual(values(text), values(en[key] ?? en[`${base}_other`]), `${language} ${key}`);
    }
  }
  const code = scripts.map(({ text }) => text).join('\n');
  const used = [...code.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key);
  assert.deepEqual(used.filter(key => !(key in en) && !(`${key}_other` in en)), []);
  // Keys that are put together begin with a part that the code names.
  const parts = [...code.matchAll(/[`']([a-z_]+\.)(?:\$\{|[a-z])/g)].map(([, part]) => part);
  const known = new Set([...code.matchAll(/'([\w.-]+)'/g)].map(([, key]) => key));
  const idle = Object.keys(en).map(bare).filter(key => !known.has(key) && !parts.some(part => key.startsWith(part)));
  assert.deepEqual([...new Set(idle)], []);
});

test('files are short enough to read', () => {
  assert.deepEqual(files.filter(({ name, text }) => /\.(js|css)$/.test(name) && text.split('\n').length > 400).map(({ name }) => name), []);
});

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
  const places = new Map();
  for (const [path, text] of await widget()) {
    // Each import and each declaration on a line of its own, by the name that it has everywhere.
    const isImport = /^import \{ \w+(?:, \w+)* \} from '\.{1,2}\/[\w./-]+\.js';$/;
    for (const line of text.split('\n')) {
      if (/^import\b/.test(line) && !isImport.test(line)) wrong.push(`${path}: ${line}`);
      if (/^(?:export|const|let|var|class|async|function)\b/.test(line) && !declared(line).length) wrong.push(`${path}: ${line}`);
    }
    for (const name of declared(text)) {
      if (places.has(name)) wrong.push(`${name} is in ${path} and in ${places.get(name)}`);
      places.set(name, path);
    }
    // A comment is what stands between these, wherever.
    if (/^ *\/\*(?!\*)/m.test(text)) wrong.push(`${path}: a comment that does not begin with /**`);
    if (/(?<![\s([{])\/\*\*|\/\*\*(?!\s)/.test(text.slice(1))) wrong.push(`${path}: what looks like a comment and may be none`);
  }
  assert.deepEqual(wrong, []);
});

test('what the server joins of style sheets has no string that is changed by it', () => {
  const strings = sheets.filter(({ name }) => /(tokens|talk|widget|rating|later)\.css$/.test(name)).flatMap(({ text }) => text.replace(/\/\*[^]*?\*\//g, '').match(/"[^"]*"/g) ?? []);
  assert.ok(strings.length > 3);
  assert.deepEqual(strings.filter(text => /[:;,] | \{|\{ | \}/.test(text)), []);
});

test('the widget has the icons that it draws', async () => {
  const all = [...(await readFile(new URL('icons.svg', ui), 'utf8')).matchAll(/<symbol id="([\w-]+)".*<\/symbol>$/gm)].map(([, id]) => id);
  const own = (await widget()).flatMap(([, text]) => /%symbols ([\w -]+)%/.exec(text)?.[1].split(' ') ?? []);
  assert.equal(new Set(own).size, own.length);
  assert.deepEqual(own.filter(id => !all.includes(id)), []);
  const drawn = (await widget()).filter(([path]) => path !== 'parts/icon.js').flatMap(([, text]) => [...text.matchAll(/\bicon\(([^)]*)/g)].flatMap(([, names]) => [...names.split(',')[0].matchAll(/(?<!=== )'([a-z-]+)'/g)].map(([, name]) => name)));
  assert.ok(drawn.length > 10, `${drawn}`);
  assert.deepEqual([...new Set(drawn)].filter(name => all.includes(name) && !own.includes(name)), []);
  for (const name of ['check', 'checks', 'clock', 'user', 'spark', 'chat', 'star']) assert.ok(own.includes(name), name);
});
