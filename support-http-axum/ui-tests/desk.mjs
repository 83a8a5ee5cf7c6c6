// A real server with the demo's story on a database of its own, and browsers that look at it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const BINARY = process.env.SUPPORT_SERVER ?? new URL('../../target/debug/support-server', import.meta.url).pathname;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Signs tokens. */
export const SECRET = 'a-secret-for-tests-of-the-pages-only';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Starts a server, and a browser; `t` stops them. @param {{ after: (close: () => Promise<void>) => void }} t @param {string[]} [args] */
export async function open(t, args = ['--demo']) {
  const folder = await mkdtemp(join(tmpdir(), 'support-ui-'));
  const server = new Server(['--database-url', `sqlite:${join(folder, 'desk.db')}`, '--rate-limit', 'off', ...args]);
  await server.start();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const desk = new Desk(server, browser);
  t.after(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return desk;
}

/** A server that can be stopped, and started again where it was. */
class Server {
  base = 'http://127.0.0.1:0';
  #process;

  /** @param {string[]} args */
  constructor(args) {
    this.args = args;
  }

  async start() {
    const server = this.#process = spawn(BINARY, ['--listen', new URL(this.base).host, ...this.args], {
      stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, SUPPORT_JWT_SECRET: SECRET },
    });
    let said = '';
    for await (const text of server.stdout) {
      said += text;
      if (said.includes('readyz')) break;
    }
    this.base = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? '';
    assert.ok(this.base, `the server did not start: ${said}`);
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}

class Desk {
  /** @param {Server} server @param {import('playwright-core').Browser} browser */
  constructor(server, browser) {
    this.server = server;
    this.base = server.base;
    this.browser = browser;
    /** @type {string[]} what went wrong in any page */ this.wrong = [];
    /** Where requests may go beside the desk. @type {Set<string>} */ this.origins = new Set();
  }

  /** A page of a browser of its own. @param {import('playwright-core').BrowserContextOptions} [how] */
  async page(how = {}) {
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...how });
    context.setDefaultTimeout(8_000);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event => console.error(`CSP report: ${event.violatedDirective} ${event.blockedURI}`));
    });
    const page = await context.newPage();
    page.on('console', message => {
      if (message.type() === 'error') this.wrong.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', error => this.wrong.push(String(error.stack)));
    page.on('request', request => {
      const url = new URL(request.url());
      if (!this.origins.has(url.origin) && url.origin !== new URL(this.base).origin && !['data:', 'blob:'].includes(url.protocol)) this.wrong.push(`a request left: ${url}`);
    });
    return page;
  }

  /** Signs somebody in, in a browser of their own. @param {string} who @param {string} path @param {import('playwright-core').BrowserContextOptions} [how] */
  async as(who, path, how = {}) {
    const page = await this.page(how);
    await page.goto(`${this.base}/demo/login?return=${encodeURIComponent(path)}`);
    await page.click(`button[value="${who}"]`);
    await page.locator('sd-app :is(h1, h2)').first().waitFor({ state: 'attached' });
    return page;
  }

  /** Calls the API as somebody. @param {string} who @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] */
  async call(who, method, path, body, headers = {}) {
    this.tokens ??= new Map();
    if (!this.tokens.has(who)) {
      const answer = await fetch(`${this.base}/demo/login`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ who }) });
      this.tokens.set(who, answer.headers.get('location').split('#token=')[1]);
    }
    const response = await fetch(`${this.base}/api/v1/${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body),
      headers: { authorization: `Bearer ${this.tokens.get(who)}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });
    const answer = response.status === 204 ? null : await response.json();
    assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** A guest who chats, without a browser. @param {string} name @param {Record<string, string>} [more] */
  async guest(name, more = {}) {
    const call = async (method, path, body, token) => {
      const response = await fetch(`${this.base}/api/v1/chat/sessions${path}`, {
        method, body: body === undefined ? undefined : JSON.stringify(body),
        headers: { ...(token && { 'x-support-session-token': token }), ...(body !== undefined && { 'content-type': 'application/json' }) },
      });
      const answer = response.status === 204 ? null : await response.json();
      assert.ok(response.ok, `${method} ${path}: ${JSON.stringify(answer)}`);
      return answer;
    };
    const { id, session_token: token } = await call('POST', '', { guest_name: name, guest_email: 'guest@visitors.example', guest_phone: '+34600123456', ...more });
    return {
      id, name,
      say: message => call('POST', `/${id}/messages`, { message }, token),
      type: typing => call('POST', `/${id}/typing`, { typing }, token),
      /** Types until it shows: what comes right behind a message is taken for what was typed before it. @param {import('playwright-core').Locator} sign */
      typeUntil: async sign => {
        do await call('POST', `/${id}/typing`, { typing: true }, token);
        while (!await sign.waitFor({ timeout: 500 }).then(() => true, () => false));
      },
      read: seq => call('POST', `/${id}/read`, { up_to_seq: seq }, token),
      act: (action, body = {}) => call('POST', `/${id}/${action}`, body, token),
      messages: async () => (await call('GET', `/${id}/messages?limit=100`, undefined, token)).items,
    };
  }

  /** The ticket with these words in its subject. @param {string} words */
  async ticket(words) {
    const { items } = await this.call('amara', 'GET', `support/tickets?${new URLSearchParams({ search: words })}`);
    return items[0];
  }

  /** Answers of these statuses were meant to be: a browser reports each. @param {...number} statuses */
  expected(...statuses) {
    this.wrong = this.wrong.filter(text => !statuses.some(status => text.includes(`responded with a status of ${status} `)));
  }

  /** The server was meant to be away, or to be cut off. */
  expectedAway() {
    this.wrong = this.wrong.filter(text => !/net::ERR_(CONNECTION|FAILED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|INTERNET_DISCONNECTED|NETWORK|SOCKET)|responded with a status of 50[234]/.test(text));
  }

  /** Nothing was reported, thrown or fetched from elsewhere. */
  isClean() {
    assert.deepEqual(this.wrong, []);
  }
}
