// The launcher: the one script that a site embeds. It shows a button, asks how many messages are unread if there is a
// conversation, and loads the panel at the first sign of interest. The server fills in what stands between `%` signs.
(() => {
  const NAME = 'support-widget';
  // Twice in a page, or once more by a tag manager: one widget.
  if (customElements.get(NAME)) return;

  /** @import { Panel } from './widget/panel.js' */
  /** @typedef {{ id: string, token: string, open?: boolean, teased?: number }} Kept what is kept of a guest's conversation */

  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript ?? document.querySelector('script[src*="widget.js"]'));
  const mount = new URL('./', script?.src ?? location.href);
  const files = new URL("%assets%", mount);
  const api = new URL(`${"%api%".replace(/\/$/, '')}/`, mount);
  const PRIVACY = /** @type {string} */ ("%privacy%");
  /** @type {Record<string, Record<string, string>>} */
  const TEXTS = JSON.parse("%texts%");
  /** After which time somebody who looks at the page is greeted. */
  const GREET = 2_000;
  const isWide = () => innerWidth > 520;

  const ICONS = {
    chat: 'M4.5 4h11A1.5 1.5 0 0 1 17 5.5v7a1.5 1.5 0 0 1-1.5 1.5H9.4L6 16.8V14H4.5A1.5 1.5 0 0 1 3 12.5v-7A1.5 1.5 0 0 1 4.5 4ZM6.5 7.7h7M6.5 10.4h4.3',
    down: 'm5.5 8 4.5 4.5L14.5 8',
  };

  // What is there before the panel's style sheets are, which dress the rest; values as in `tokens.css`.
  const STYLE = `
:host{all:initial;color-scheme:inherit;direction:inherit}
:host([data-theme=light]){color-scheme:light}:host([data-theme=dark]){color-scheme:dark}
[hidden],:host([hidden]){display:none!important}
.dock{all:initial;direction:inherit;color-scheme:inherit;position:fixed;z-index:2147483647;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-end:20px;font:15px/1.5 var(--sd-font,system-ui,sans-serif);color:var(--sd-text,light-dark(#17171f,#ededf4))}
:host([data-position=start]) .dock{inset-inline:20px auto}
:host([data-position=start]) .teaser{inset-inline:0 auto}
.dock>button,.teaser button{all:initial;direction:inherit;color-scheme:inherit;display:grid;place-items:center;position:relative;inline-size:58px;block-size:58px;border-radius:50%;cursor:pointer;color:var(--sd-on-gradient,#fff);background:var(--sd-gradient,linear-gradient(135deg,#4f46e5,#6d3fe8 52%,#8b3fd9));box-shadow:0 6px 20px rgb(20 20 60/.3)}
svg{inline-size:28px;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.n{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;min-inline-size:10px;padding-inline:6px;border-radius:99px;font-size:12px;line-height:22px;font-weight:600;text-align:center;color:#fff;background:var(--sd-danger-fill,#c93434);box-shadow:0 0 0 2.5px Canvas}
.teaser{position:absolute;inset-block-end:72px;inset-inline-end:0;inline-size:max-content;max-inline-size:208px;padding:13px 16px;padding-inline-end:40px;border-radius:16px;background:var(--sd-raised,light-dark(#fff,#1b1d26));box-shadow:0 0 0 1px rgb(90 90 120/.16),0 8px 24px rgb(20 20 60/.14);font-size:14px;overflow-wrap:anywhere;cursor:pointer}
.teaser b{display:block;font-size:12px;font-weight:500;color:light-dark(#66687c,#9598ab)}
.teaser button{position:absolute;inset:8px 8px auto auto;inline-size:28px;block-size:28px;font-size:22px;color:inherit;background:none;box-shadow:none}
@media(max-width:520px){:host([data-open]) .dock>button{display:none}}`;

  /** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const name in attributes) node.setAttribute(name, attributes[name] ?? '');
    node.append(...children);
    return node;
  };

  /** @param {keyof typeof ICONS} name */
  const icon = name => {
    const [svg, path] = /** @type {const} */ (['svg', 'path']).map(tag => document.createElementNS('http://www.w3.org/2000/svg', tag));
    svg?.setAttribute('viewBox', '0 0 20 20');
    path?.setAttribute('d', ICONS[name]);
    svg?.append(path ?? '');
    return svg ?? '';
  };

  /** @param {URL} address @param {any} [headers] */
  const json = (address, headers) => fetch(address, { credentials: 'omit', headers }).then(answer => answer.json());

  /** @param {string} path of a style sheet */
  const dress = path => fetch(new URL(path, files)).then(answer => answer.text()).then(text => new CSSStyleSheet().replace(text));

  /** What the browser keeps; `null` forgets. Without storage nothing is kept, and everything else works. @param {Storage} storage @param {string} key @param {any} [value] @returns {any} */
  const keep = (storage, key, value) => {
    try {
      if (value === undefined) return JSON.parse(/** @type {string} */ (storage.getItem(key)));
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(value));
    } catch {
      return null;
    }
  };

  class SupportWidget extends HTMLElement {
    #dot = make('span', { class: 'on', hidden: '' });
    #count = make('span', { class: 'n', 'aria-hidden': 'true' });
    #launcher = make('button', { class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' });
    #said = make('span', { dir: 'auto' });
    #dismiss = make('button', {}, '×');
    #teaser = make('div', { class: 'teaser', part: 'teaser', role: 'status', hidden: '' }, make('b', {}, "%name%"), this.#said, this.#dismiss);
    #dock = make('div', { class: 'dock', part: 'dock', popover: 'manual' }, this.#teaser, this.#launcher);
    #own = new CSSStyleSheet();
    #root = this.attachShadow({ mode: 'open' });
    /** @type {string | null} */ #identity = null;
    /** @type {Promise<Panel> | undefined} */ #loading;
    /** @type {Panel | undefined} */ #panel;
    isOpen = false;
    unread = 0;

    constructor() {
      super();
      this.#own.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [this.#own];
      this.#root.append(this.#dock);
      // A touch enters too.
      this.#launcher.onpointerenter = this.#launcher.onfocus = () => this.#load().catch(() => {});
      this.#launcher.onclick = () => this.toggle();
      this.#teaser.onclick = () => this.open();
      this.#dismiss.onclick = event => {
        event.stopPropagation();
        this.#tease('');
        keep(sessionStorage, this.#key, true);
      };
      // What another tab did: the conversation is open in all of them or in none.
      addEventListener('storage', ({ key }) => {
        if (key !== this.#key) return;
        if (!this.kept) this.#panel?.identify(this.#identity);
        if (!this.kept?.open) this.close();
        else if (isWide()) this.#show(false);
      });
    }

    connectedCallback() {
      // Above everything that the page has, whatever its `z-index`.
      this.#dock.showPopover?.();
      this.#draw();
      const { kept } = this;
      if (kept) this.#ask();
      else if (!keep(sessionStorage, this.#key)) setTimeout(() => this.#loading || this.#tease(this.dataset.greeting ?? ''), GREET);
      if (kept?.open && isWide()) this.#show(false);
    }

    open() {
      return this.#show(true);
    }

    close() {
      if (!this.isOpen) return;
      this.#panel?.hide();
      this.#become(false);
      this.#emit('close');
    }

    toggle() {
      return this.isOpen ? this.close() : this.open();
    }

    /** Says who the visitor is: a token that the host's server signed. @param {string} token */
    identify(token) {
      if (token === this.#identity) return;
      this.#identity = token;
      if (this.#panel) this.#panel.identify(token);
      else this.#ask();
    }

    /** Forgets the visitor and their conversation on this device. */
    logout() {
      this.close();
      this.#identity = this.kept = null;
      this.#tease('');
      this.#counts(0);
      this.#panel?.identify(null);
    }

    /** @param {string} name @param {(detail: any) => void} listener @returns {() => void} what ends it */
    on(name, listener) {
      const heard = (/** @type {any} */ event) => listener(event.detail);
      this.addEventListener(`support:${name}`, heard);
      return () => this.removeEventListener(`support:${name}`, heard);
    }

    get #key() {
      return `support:widget:${this.dataset.site ?? ''}`;
    }

    /** @returns {Kept | null} */
    get kept() {
      return keep(localStorage, this.#key);
    }

    /** @param {Kept | null} kept */
    set kept(kept) {
      keep(localStorage, this.#key, kept);
    }

    get #locale() {
      const asked = [this.dataset.locale, document.documentElement.lang, ...navigator.languages].map(tag => tag ?? '');
      return asked.flatMap(tag => [tag, tag.slice(0, 2)]).find(tag => tag in TEXTS) ?? 'en';
    }

    /** @param {string} key */
    #text(key) {
      return TEXTS[this.#locale]?.[`launcher.${key}`];
    }

    /** @param {boolean} focus whether a person asked for it, here and now */
    async #show(focus) {
      if (this.isOpen) return;
      this.#become(true);
      this.#tease('');
      try {
        // The button first: to draw it and to ask for everything keeps a slow page busy for too long.
        await new Promise(done => setTimeout(done));
        const panel = await this.#load();
        if (!this.isOpen) return;
        await panel.reveal(focus);
        this.#emit('open');
      } catch (error) {
        this.#become(false);
        this.#tease(this.#text('failed') ?? '');
        this.#emit('error', { code: 'not_loaded', message: `${error}` });
      }
    }

    /** Fetches everything that the panel needs, at once. */
    #load() {
      return this.#loading ??= this.#fetch().catch(error => {
        this.#loading = undefined;
        throw error;
      });
    }

    async #fetch() {
      const locale = this.#locale;
      const [{ create }, , sheet, settings, texts] = await Promise.all([
        ...['joined/panel.js', 'vendor/lit.js'].map(path => import(new URL(path, files).href)),
        dress('joined/panel.css'),
        json(new URL('widget.json', mount)),
        json(new URL(`joined/${locale}.json`, files)),
      ]);
      const identity = this.#identity;
      const panel = /** @type {Panel} */ (create({
        host: this, api, settings, texts, locale, identity, name: "%name%", privacy: PRIVACY && new URL(PRIVACY, mount).href,
        emit: this.#emit, unread: this.#counts, tease: this.#tease, sheet: dress,
      }));
      this.#dot.hidden = settings.team !== 'online';
      this.#root.adoptedStyleSheets = [this.#own, sheet];
      this.#dock.prepend(panel);
      if (this.#identity !== identity) panel.identify(this.#identity);
      return this.#panel = panel;
    }

    /** Asks how many messages are unread. */
    async #ask() {
      const { kept } = this;
      const [path, header, value] = this.#identity ? ['?status=active&limit=1', 'authorization', `Bearer ${this.#identity}`] : [`/${kept?.id}`, 'x-support-session-token', kept?.token];
      try {
        const body = await json(new URL(`chat/sessions${path}`, api), { [header]: value });
        const { unread_count: unread = 0, last_seq: seq, last_message: last } = body.items?.[0] ?? body;
        this.#counts(unread);
        if (!unread || kept?.teased === seq) return;
        this.#tease(last.preview);
        if (kept) this.kept = { ...kept, teased: seq };
      } catch {
        // Not known now: the panel tells when it is opened.
      }
    }

    /** @param {boolean} isOpen */
    #become(isOpen) {
      const { kept } = this;
      this.isOpen = isOpen;
      if (kept && !kept.open === isOpen) this.kept = { ...kept, open: isOpen };
      this.#draw();
    }

    #counts = (/** @type {number} */ unread) => {
      this.unread = unread;
      this.#draw();
    };

    /** One line beside the button. */
    #tease = (/** @type {string} */ text) => {
      this.#said.textContent = text.split('\n', 1)[0] ?? '';
      this.#teaser.hidden = !text || this.isOpen;
    };

    #emit = (/** @type {string} */ name, /** @type {unknown} */ detail = null) => {
      this.dispatchEvent(new CustomEvent(`support:${name}`, { detail, bubbles: true, composed: true }));
    };

    #draw() {
      const { isOpen, unread } = this;
      this.toggleAttribute('data-open', isOpen);
      this.#launcher.ariaExpanded = String(isOpen);
      this.#launcher.ariaLabel = this.#text(isOpen ? 'close' : 'open') + (unread ? `. ${this.#text('unread')}: ${unread}` : '');
      this.#dismiss.ariaLabel = this.#text('dismiss') ?? '';
      this.#count.textContent = unread > 99 ? '99+' : String(unread);
      this.#count.hidden = !unread || isOpen;
      this.#launcher.replaceChildren(icon(isOpen ? 'down' : 'chat'), this.#dot, this.#count);
    }
  }
  customElements.define(NAME, SupportWidget);

  const place = () => {
    if (document.querySelector(NAME)) return;
    const element = document.createElement(NAME);
    // What the script's tag says, the element says too.
    Object.assign(element.dataset, script?.dataset);
    document.body.append(element);
  };
  if (document.body) place();
  else document.addEventListener('DOMContentLoaded', place);
})();
