// Above a conversation: with whom it is, who answers, and what can be done.
import { html, nothing } from '../vendor/lit.js';
import { archive, askForHuman, close, give, makeTicket, reopen } from '../lib/chat-deeds.js';
import { desk } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { answeredBy, customerName, presence, topic } from '../lib/people.js';
import { go, to } from '../lib/route.js';
import { me } from '../lib/session.js';
import { moment } from '../lib/age.js';
import { openMenu } from '../lib/ui.js';
import { viewers } from '../lib/viewers.js';
import { botFace } from './bubbles.js';
import { Element } from './element.js';
import { avatar, icon } from './icon.js';
import { agentOptions } from './pickers.js';

/** @import { ChatSession } from '../lib/types.js' */

/** Events: `session` with a chat as it is now; `details` to show who it is with. */
export class ChatHead extends Element {
  static properties = { session: { attribute: false }, search: { type: String }, minute: { type: Number }, sheet: { type: Boolean } };

  constructor() {
    super();
    /** @type {ChatSession} */ this.session = /** @type {any} */ (undefined);
    /** The query of the list's address. */ this.search = '';
    this.minute = 0;
    this.sheet = false;
  }

  connectedCallback() {
    super.connectedCallback();
    viewers.addEventListener('change', this.changed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    viewers.removeEventListener('change', this.changed);
  }

  changed = () => this.requestUpdate();

  show = (/** @type {ChatSession} */ session) => this.tell('session', session);

  /** @param {string} deed */
  act(deed) {
    const { session, show } = this;
    const deeds = /** @type {Record<string, () => unknown>} */ ({
      take: () => give(session, 'me', show), bot: () => give(session, 'bot', show), queue: () => give(session, null, show), close: () => close(session, show), reopen: () => reopen(session, show),
      archive: () => archive(session, show), ticket: () => makeTicket(session, show), open_ticket: () => go(to(`tickets/${session.ticket_id}`)), human: () => askForHuman(session, show), about: () => this.tell('details'),
    });
    return deeds[deed]?.();
  }

  /** @param {string} deed whether it can be done now */
  can(deed) {
    const { status, owner, assigned_to: assignee, ticket_id: ticket } = this.session;
    const isActive = status === 'active';
    if (!desk.isStaff) return deed === 'close' ? isActive : deed === 'human' && isActive && owner === 'bot';
    return Boolean({
      take: isActive && assignee !== me()?.id, bot: isActive && owner !== 'bot', queue: isActive && owner !== 'queue', close: isActive, reopen: !isActive,
      archive: status === 'closed', ticket: !ticket, open_ticket: ticket,
    }[deed]);
  }

  /** @param {globalThis.Element} [anchor] */
  assign(anchor = this.querySelector('.assignee') ?? this) {
    const { session, show } = this;
    if (session.status !== 'active') return;
    openMenu({
      anchor, label: t('assignee'), selected: [session.owner === 'bot' ? 'bot' : session.assigned_to ?? ''],
      options: [...agentOptions(), { value: '', label: t('owner.queue'), icon: avatar(null, 20) }, { value: 'bot', label: t('owner.bot'), icon: botFace(20) }],
      choose: ([value]) => give(session, value || null, show),
    });
  }

  /** @param {MouseEvent & { currentTarget: globalThis.Element }} event */
  more(event) {
    const art = /** @type {Record<string, string>} */ ({ take: 'user', bot: 'spark', queue: 'inbox', reopen: 'refresh', archive: 'archive', ticket: 'ticket', open_ticket: 'ticket', close: 'check', about: 'panel' });
    // Where there is no room beside the conversation.
    const about = matchMedia('(max-width: 820px)').matches ? ['about'] : [];
    const deeds = [...['take', 'close', 'bot', 'queue', 'ticket', 'open_ticket', 'archive'].filter(deed => this.can(deed) && deed !== this.main), ...about];
    openMenu({
      anchor: event.currentTarget, label: t('more'), selected: [], options: deeds.map(value => ({ value, label: t(`deed.${value}`), icon: icon(art[value] ?? '', 'i-s') })),
      choose: ([deed = '']) => this.act(deed),
    });
  }

  /** What is most likely to be done next. */
  get main() {
    return this.can('take') && this.session.owner !== 'agent' ? 'take' : this.can('close') ? 'close' : '';
  }

  get about() {
    const { session } = this;
    const since = t('chat.since', { when: moment(session.created_at) });
    if (!desk.isStaff) return session.status === 'active' ? answeredBy(session) : t(`session.${session.status}`);
    const about = session.subject ?? (session.category ? topic(session) : '');
    return about ? t('chat.about', { about, since }) : since;
  }

  render() {
    const { session } = this;
    const name = desk.isStaff ? customerName(session) : topic(session);
    const there = desk.isStaff ? presence(session) : null;
    const watching = desk.isStaff ? viewers.of(session.id) : [];
    const { main } = this;
    return html`<div class="conv-top">
      <a class="btn btn-ghost btn-icon only-s" href=${to(`chats${this.search}`)} aria-label=${t('chats.back')}>${icon('left', 'flip')}</a>
      <span class="face">${desk.isStaff || session.assigned_name ? avatar(desk.isStaff ? name : session.assigned_name, 36) : botFace(36)}${there ? html`<span class="pres ${there === 'away' ? 'pres-away' : ''}"><span class="vh">${t(`presence.${there}`)}</span></span>` : nothing}</span>
      <div class="cut"><h2 dir="auto">${name}</h2><small dir="auto">${watching.length ? html`<span class="watching">${t('chat.viewing', { who: watching.join(', ') })}</span>` : this.about}</small></div>
      <div class="push">
        ${desk.isStaff && session.status === 'active' ? html`<button class="btn btn-s assignee only-m" type="button" aria-haspopup="listbox" aria-expanded="false"
          @click=${(/** @type {MouseEvent & { currentTarget: globalThis.Element }} */ event) => this.assign(event.currentTarget)}>${session.owner === 'bot' ? botFace(20) : avatar(session.assigned_name, 20)}<span class="vh">${t('assignee')}: </span><span class="cut">${session.assigned_to === me()?.id ? t('me') : answeredBy(session)}</span>${icon('down', 'i-xs')}</button>` : nothing}
        ${this.can('human') ? this.button('human', 'user') : nothing}
        ${main ? this.button(main, main === 'take' ? 'user' : 'check', main === 'take' ? 'btn-primary' : '') : nothing}
        ${desk.isStaff ? html`<button class="btn btn-ghost btn-icon btn-s" type="button" aria-label=${t('more')} aria-haspopup="listbox" aria-expanded="false" @click=${this.more}>${icon('dots')}</button>
          <button class="btn btn-ghost btn-icon btn-s details" type="button" aria-label=${t('visitor.about')} aria-expanded=${this.sheet ? 'true' : 'false'} @click=${() => this.tell('details')}>${icon('panel')}</button>` : nothing}
      </div></div>`;
  }

  /** @param {string} deed @param {string} art @param {string} [classes] */
  button(deed, art, classes = '') {
    return html`<button class="btn btn-s ${classes}" type="button" data-deed=${deed} @click=${() => this.act(deed)}>${icon(art, 'i-s')}<span>${t(desk.isStaff ? `deed.${deed}` : `deed.${deed}.customer`)}</span></button>`;
  }
}
