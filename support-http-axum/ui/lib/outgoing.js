// What this person has written on these pages and the server does not have yet, wherever they go meanwhile.
import { api } from './api.js';
import { reason } from './desk.js';
import { Outbox } from './outbox.js';
import { person } from './session.js';

/** @import { Item } from './outbox.js' */

const TICKET = 'ticket:';

/** The place of a ticket's replies; a chat's messages have its id. @param {string} id */
export const ticketPlace = id => TICKET + id;

/** @param {Item} item */
const post = ({ to, body, key }) => (to.startsWith(TICKET)
  ? api.reply(to.slice(TICKET.length), /** @type {any} */ (body), key)
  : api.say(to, { .../** @type {any} */ (body), client_message_id: key }));

export const outgoing = new Outbox({ post, reason });

/** Takes up what was left on another page. */
export const openOutgoing = () => outgoing.open(person());
