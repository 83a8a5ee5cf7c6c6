// The shapes of the API, as far as the pages read them.

/** @typedef {'open' | 'in_progress' | 'waiting_for_customer' | 'on_hold' | 'resolved' | 'closed'} Status */
/** @typedef {'low' | 'medium' | 'high' | 'urgent'} Priority */
/** @typedef {{ id: string | null, name: string | null, kind: 'customer' | 'agent' | 'bot' | 'system' }} Actor */
/** @typedef {{ id: string | null, name: string | null, email: string | null }} Requester */
/**
 * @typedef {object} Ticket
 * @property {string} id
 * @property {string} number
 * @property {string} subject
 * @property {string} description
 * @property {Status} status
 * @property {Priority} priority
 * @property {string | null} category
 * @property {string[]} tags
 * @property {Requester} requester
 * @property {string | null} assigned_to
 * @property {string | null} assigned_name
 * @property {number} reply_count
 * @property {string | null} waiting_since
 * @property {string | null} chat_session_id
 * @property {string | null} follow_up_of
 * @property {number} version
 * @property {string} created_at
 * @property {string} updated_at
 */
/**
 * @typedef {object} Reply
 * @property {string} id
 * @property {number} seq
 * @property {Actor} author
 * @property {boolean} is_staff
 * @property {boolean} internal
 * @property {string} message
 * @property {string} created_at
 * @property {{ id: string, number: string }} [follow_up]
 */
/** @typedef {{ at: string, actor: Actor, field: string, old: unknown, new: unknown }} Change */
/** @typedef {{ id: string, name: string, availability: 'online' | 'away' | 'busy', open_tickets: number, active_chats: number }} Agent */
/**
 * @typedef {object} Stats
 * @property {number} total
 * @property {Record<Status, number>} by_status
 * @property {Record<string, number>} by_category
 * @property {number} unassigned
 * @property {number} created
 * @property {number} resolved
 */
/** @typedef {{ label: string, intent_id?: string }} Suggestion */
/**
 * @typedef {object} ChatMessage
 * @property {string} id
 * @property {string} session_id
 * @property {number} seq
 * @property {'user' | 'admin' | 'bot' | 'system'} sender_type
 * @property {string | null} sender_id
 * @property {string | null} sender_name
 * @property {string} message
 * @property {Record<string, any>} metadata
 * @property {Suggestion[]} suggestions
 * @property {boolean} is_read
 * @property {string | null} client_message_id
 * @property {string} created_at
 */
/**
 * @typedef {object} ChatSession
 * @property {string} id
 * @property {'active' | 'closed' | 'archived'} status
 * @property {'bot' | 'queue' | 'agent'} owner
 * @property {string | null} user_id
 * @property {string | null} guest_name
 * @property {string | null} guest_email
 * @property {string | null} guest_phone
 * @property {string | null} subject
 * @property {string | null} category
 * @property {string | null} assigned_to
 * @property {string | null} assigned_name
 * @property {number | null} rating
 * @property {string | null} feedback
 * @property {number} unread_count
 * @property {number} last_seq
 * @property {{ sender_type: ChatMessage['sender_type'], preview: string, created_at: string } | null} last_message
 * @property {string | null} ticket_id
 * @property {number} version
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string | null} closed_at
 * @property {string | null} [user_name] for staff
 * @property {string | null} [user_email] for staff
 * @property {string | null} [user_agent] for staff
 * @property {Record<string, any> | null} [metadata] for staff
 */
/** @typedef {{ total_sessions: number, active_sessions: number, average_rating: number | null, rating_count: number, total_messages: number }} ChatStats */
/** Why the bot answered as it did. @typedef {{ explanation?: string, sentence?: string }} Trace */
/** @typedef {{ session: { id: string, created_at: string }, messages: ChatMessage[] }} Transcript */
/** @typedef {Partial<Pick<Ticket, 'subject' | 'status' | 'priority' | 'category' | 'tags' | 'assigned_to'>>} TicketChange */
/**
 * @template T
 * @typedef {{ items: T[], next_cursor: string | null }} Page
 */

/** In the order in which the list shows them. @type {readonly Status[]} */
export const STATUSES = ['in_progress', 'open', 'waiting_for_customer', 'on_hold', 'resolved', 'closed'];

/** Those on which there is something to do. @type {readonly Status[]} */
export const ACTIVE = ['in_progress', 'open', 'waiting_for_customer', 'on_hold'];

/** The most pressing first. @type {readonly Priority[]} */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low'];
