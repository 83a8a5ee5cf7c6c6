// A site of another origin that embeds the widget, and a line to the desk that can be cut.
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { open } from './desk.mjs';

/** What a site with a strict policy has to allow. @param {string} desk */
export const policy = desk => `default-src 'none'; script-src ${desk}; connect-src ${desk}; img-src ${desk}; style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types lit-html`;

/** @param {{ after: (close: () => void) => void }} t @param {(incoming: any, answer: any) => void} answer */
async function serve(t, answer) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** Passes everything on to the desk, until it is told not to. */
class Wire {
  isCut = false;
  delay = 0;
  /** @type {((path: string) => number) | null} statuses to answer with instead */ refuse = null;
  /** @type {Set<import('node:net').Socket>} */ sockets = new Set();

  cut() {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend() {
    this.isCut = false;
  }

  /** @param {string} target @param {any} incoming @param {any} answer */
  pass(target, incoming, answer) {
    if (!this.sockets.has(incoming.socket)) incoming.socket.once('close', () => this.sockets.delete(incoming.socket));
    this.sockets.add(incoming.socket);
    if (this.isCut) return incoming.socket.destroy();
    // Whether one may ask from another origin is another question.
    const status = incoming.method === 'OPTIONS' ? 0 : this.refuse?.(incoming.url);
    if (status) {
      return answer.writeHead(status, { 'content-type': 'application/problem+json', 'access-control-allow-origin': incoming.headers.origin ?? '*' }).end(JSON.stringify({ status, code: 'unavailable', title: 'Refused' }));
    }
    setTimeout(() => {
      const { host } = new URL(target);
      const passed = request(new URL(incoming.url, target), { method: incoming.method, headers: { ...incoming.headers, host } }, response => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      passed.on('error', () => answer.destroy());
      answer.on('close', () => passed.destroy());
      incoming.pipe(passed);
    }, this.delay);
  }
}

/**
 * A desk, and a site whose pages embed its widget.
 * @param {any} t @param {{ args?: string[] }} [how]
 */
export async function embed(t, { args = ['--demo'] } = {}) {
  /** Pages by path. @type {Map<string, { html: string, headers: Record<string, string> }>} */
  const pages = new Map();
  const site = await serve(t, (incoming, answer) => {
    const page = pages.get(new URL(incoming.url, 'http://site').pathname);
    if (!page) return answer.writeHead(204).end();
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
    answer.end(page.html);
  });
  const desk = await open(t, [...args, '--allowed-origin', site]);
  const wire = new Wire();
  const line = await serve(t, (incoming, answer) => wire.pass(desk.base, incoming, answer));
  desk.origins.add(site).add(line);

  /** Puts a page on the site. @param {string} path @param {{ tag?: string, body?: string, head?: string, html?: string, headers?: Record<string, string> }} [page] */
  function put(path, { tag = `<script src="${line}/widget.js" async></script>`, body = '<h1>A site</h1><p>Words</p>', head = '', html = '<html lang="en">', headers = {} } = {}) {
    pages.set(path, { headers, html: `<!doctype html>${html}<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A site</title>${head}${tag}</head><body>${body}</body></html>` });
    return `${site}${path}`;
  }

  return {
    desk, wire, site, line, put,

    /** Opens a page of the site in a browser of its own. @param {string} path @param {any} [page] @param {any} [how] */
    async visit(path = '/', page = {}, how = {}) {
      const address = put(path, page);
      const visitor = await desk.page(how);
      await visitor.goto(address);
      await visitor.locator('support-widget .launcher').waitFor();
      return visitor;
    },
  };
}

export const CONTACT = { Name: 'Tomás Herrera', Email: 'tomas@herrera.example', Phone: '+34 600 123 456' };

/** Opens the widget, and begins a chat as a guest. @param {import('playwright-core').Page} page */
export async function begin(page) {
  await page.locator('support-widget .launcher').click();
  for (const [label, value] of Object.entries(CONTACT)) await page.getByLabel(label).fill(value);
  await page.getByRole('button', { name: 'Start chat' }).click();
  await page.locator('.bubble').first().waitFor();
}

/** The field that one writes in. @param {import('playwright-core').Page} page */
export const field = page => page.locator('.w-compose textarea');

/** @param {import('playwright-core').Page} page @param {string} text */
export async function say(page, text) {
  await field(page).fill(text);
  await field(page).press('Enter');
}

/** The guest's session, as the browser keeps it. @param {import('playwright-core').Page} page */
export const kept = page => page.evaluate(() => JSON.parse(localStorage.getItem('support:widget:') ?? 'null'));
