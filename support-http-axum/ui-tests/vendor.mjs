// Puts the parts of Lit that the pages use into one file, as the npm package has them, and its license beside it.
// With `--check`: fails if the file in the crate is another one.
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';

const { version } = JSON.parse(await readFile(new URL('./node_modules/lit/package.json', import.meta.url), 'utf8'));
const vendor = new URL('../ui/vendor/', import.meta.url);

const contents = `
export { LitElement, html, nothing } from 'lit';
export { repeat } from 'lit/directives/repeat.js';
export { guard } from 'lit/directives/guard.js';
`;

const { outputFiles } = await build({
  stdin: { contents, resolveDir: new URL('.', import.meta.url).pathname },
  bundle: true, format: 'esm', target: 'es2022', minify: true, write: false, legalComments: 'none',
  banner: { js: `/* Lit ${version}, https://lit.dev. Copyright Google LLC, BSD-3-Clause: see LICENSE. Made by ui-tests/vendor.mjs. */` },
});
const files = {
  'lit.js': outputFiles[0].text,
  'lit.d.ts': contents.trimStart(),
  'LICENSE': await readFile(new URL('./node_modules/lit/LICENSE', import.meta.url), 'utf8'),
};

for (const [name, text] of Object.entries(files)) {
  const path = new URL(name, vendor);
  if (!process.argv.includes('--check')) await writeFile(path, text);
  else if (await readFile(path, 'utf8') !== text) {
    console.error(`ui/vendor/${name} is not what lit ${version} is: run npm run vendor`);
    process.exitCode = 1;
  }
}
