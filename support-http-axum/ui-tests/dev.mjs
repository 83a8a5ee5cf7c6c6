// For work on the pages: passes everything on to a running server, but for the files of the pages, which come from the
// disk as they are now. What the server joins for the widget is its modules one by one here.
// `node dev.mjs http://127.0.0.1:3000 [port]`
import { createServer, request } from 'node:http';
import { readFile } from 'node:fs/promises';

const server = new URL(process.argv[2] ?? 'http://127.0.0.1:3000');
const port = Number(process.argv[3] ?? 3001);
const ui = new URL('../ui/', import.meta.url);
const TYPES = { css: 'text/css', js: 'text/javascript', json: 'application/json', svg: 'image/svg+xml' };

const read = path => readFile(new URL(path, ui), 'utf8');
const sheets = async (...names) => (await Promise.all(names.map(name => read(`styles/${name}.css`)))).join('\n');
/** A module with the icons that it names. @param {string} name */
async function drawn(name) {
  const sprite = await read('icons.svg');
  const symbol = id => new RegExp(`<symbol id="${id}".*?</symbol>`).exec(sprite)?.[0] ?? '';
  return (await read(`widget/${name}.js`)).replace(/%symbols ([\w -]+)%/, (_, names) => names.split(' ').map(symbol).join(''));
}
/** @type {Record<string, () => Promise<string>>} */
const JOINED = {
  'joined/panel.js': async () => "export * from '../widget/panel.js';",
  'widget/icons.js': () => drawn('icons'),
  'widget/later-icons.js': () => drawn('later-icons'),
  'joined/panel.css': () => sheets('tokens', 'talk', 'widget'),
  'joined/later.css': () => sheets('rating', 'later'),
};

createServer(async (incoming, answer) => {
  const path = /\/assets\/[0-9a-f]+\/([\w./-]+)$/.exec(incoming.url ?? '')?.[1];
  if (path && !path.includes('..')) {
    const file = await (JOINED[path]?.() ?? readFile(new URL(path.replace(/^joined\//, 'locales/'), ui))).catch(() => null);
    answer.writeHead(file ? 200 : 404, { 'content-type': TYPES[path.split('.').at(-1)] ?? 'text/plain', 'cache-control': 'no-store' });
    return answer.end(file);
  }
  const passed = request(new URL(incoming.url ?? '/', server), { method: incoming.method, headers: incoming.headers }, response => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', () => answer.writeHead(502).end());
  incoming.pipe(passed);
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/support`));
