// A ticket's thread: what was said, what was noted, and what was changed in between.
import { html, nothing, repeat } from '../vendor/lit.js';
import { categoryName, desk } from '../lib/desk.js';
import { has, t } from '../lib/i18n.js';
import { day, moment } from '../lib/age.js';
import { full } from '../lib/time.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { priorityBadge, statusBadge } from './signs.js';
import { prose } from './prose.js';

/** @import { Change, Reply, Ticket, Transcript } from '../lib/types.js' */
/** @typedef {Reply & { state?: 'sending' | 'waiting' | 'failed', why?: string }} Post */
/** @typedef {{ key: string, at: string, post?: Post, change?: Change }} Entry */

/** Events: `retry` and `drop` with a post that was refused. */
export class Thread extends Element {
  static properties = {
    ticket: { attribute: false }, posts: { attribute: false }, changes: { attribute: false }, transcript: { attribute: false },
    firstNew: { type: Number }, minute: { type: Number },
  };

  constructor() {
    super();
    /** @type {Ticket} */ this.ticket = /** @type {any} */ (undefined);
    /** @type {Post[]} */ this.posts = [];
    /** @type {Change[]} */ this.changes = [];
    /** @type {Transcript | null} */ this.transcript = null;
    /** Posts from this number on are new. */
    this.firstNew = 0;
    this.minute = 0;
  }

  /** Posts in their order; changes between them, by their time. @returns {Entry[]} */
  get entries() {
    /** @type {Entry[]} */
    const entries = this.posts.map(post => ({ key: post.id, at: post.created_at, post }));
    for (const [n, change] of this.changes.entries()) {
      if (!sentence(change)) continue;
      const after = entries.findIndex(({ at }) => at > change.at);
      entries.splice(after < 0 ? entries.length : after, 0, { key: `change-${n}`, at: change.at, change });
    }
    return entries;
  }

  render() {
    const { ticket } = this;
    const opener = ticket.requester.name ?? ticket.requester.email ?? t('guest');
    return html`<header class="t-head">
        <h1 dir="auto">${ticket.subject}</h1>
        <div class="sub">${statusBadge(ticket.status)}${priorityBadge(ticket.priority)}<span>${t('opened', { who: opener, day: day(ticket.created_at) })}</span></div>
      </header>
      ${this.transcript ? this.chat(this.transcript) : nothing}
      ${this.post({ name: opener, kind: 'customer', text: ticket.description, at: ticket.created_at })}
      ${repeat(this.entries, ({ key }) => key, ({ post, change }) => (post ? this.entry(post) : change ? event(change) : nothing))}`;
  }

  /** @param {Post} post */
  entry(post) {
    const kind = post.internal ? 'note' : post.author.kind === 'customer' ? 'customer' : 'staff';
    const divider = this.firstNew && post.seq === this.firstNew;
    return html`${divider ? html`<div class="unread" role="separator">${t('thread.new')}</div>` : nothing}
      ${this.post({ name: post.author.name ?? t(`author.${post.author.kind}`), kind, text: post.message, at: post.created_at, post })}`;
  }

  /** @param {{ name: string, kind: 'customer' | 'staff' | 'note', text: string, at: string, post?: Post }} what */
  post({ name, kind, text, at, post }) {
    const role = { customer: t('role.customer'), staff: t('role.staff'), note: t('role.note') }[kind];
    return html`<article class="post ${kind} ${post?.state ?? ''}" aria-label=${t('post.by', { name, role })}>${avatar(name, 32)}<div>
      <header><b dir="auto">${name}</b><span class="role ${kind}">${kind === 'note' ? icon('lock', 'i-xs') : nothing}${role}</span>
        <time datetime=${at} title=${full(at)}>${post?.state === 'sending' ? t('sending') : post?.state === 'waiting' ? t('message.waiting') : moment(at)}</time></header>
      ${prose(text)}
      ${post?.state === 'failed' ? html`<p class="meta fail" role="alert">${icon('warn')}${t('not_sent')} ${post.why}
        <button type="button" @click=${() => this.tell('retry', post)}>${t('try_again')}</button>
        <button type="button" @click=${() => this.tell('drop', post)}>${t('discard')}</button></p>` : nothing}
    </div></article>`;
  }

  /** @param {Transcript} transcript */
  chat({ session, messages }) {
    return html`<details class="transcript"><summary>${icon('chat')}<span>${t('transcript', { n: messages.length, day: day(session.created_at) })}</span>${icon('down', 'i-s')}</summary>
      <ol>${messages.map(message => html`<li class=${message.sender_type}><b dir="auto">${message.sender_name ?? t(`author.${message.sender_type}`)}</b>
        <time datetime=${message.created_at} title=${full(message.created_at)}>${moment(message.created_at)}</time>${prose(message.message)}</li>`)}</ol></details>`;
  }
}

/** @param {string} field @param {unknown} value */
function named(field, value) {
  if (field === 'status' || field === 'priority') return t(`${field}.${value}`);
  if (field === 'category') return categoryName(String(value));
  if (field === 'assigned_to') {
    const { id, name } = /** @type {any} */ (value && typeof value === 'object' ? value : { id: value });
    return name ?? desk.nameOf(id);
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** A change in words, if it is one to tell of. @param {Change} change */
function sentence({ actor, field, old, new: now }) {
  const who = actor.name ?? t(`author.${actor.kind}`);
  const isEmpty = (/** @type {unknown} */ value) => value === null || value === '' || (Array.isArray(value) && !value.length);
  if (isEmpty(old) && isEmpty(now)) return null;
  const kind = isEmpty(now) ? 'cleared' : isEmpty(old) ? 'set' : 'changed';
  const key = `event.${field}.${kind}`;
  if (!has(key)) return null;
  return t(key, { who, old: isEmpty(old) ? '' : named(field, old), new: isEmpty(now) ? '' : named(field, now) });
}

/** @type {Record<string, string>} */
const SIGNS = { status: 's-progress', priority: 'p-high', assigned_to: 'user', category: 'tag', tags: 'tag', subject: 'reply' };

/** @param {Change} change */
const event = change => html`<div class="event">${icon(SIGNS[change.field] ?? 'info', 'i-s')}<span dir="auto">${sentence(change)}</span>
  <time datetime=${change.at} title=${full(change.at)}>${moment(change.at)}</time></div>`;
