// What a list of tickets holds, and how it stands in the address.
import { ACTIVE, STATUSES } from './types.js';

/** @import { Status } from './types.js' */

export const SORTS = ['-updated_at', '-created_at', 'created_at', '-priority', 'waiting'];

/**
 * @typedef {object} Filters
 * @property {string} search
 * @property {string[]} status empty: those on which there is something to do
 * @property {string[]} priority
 * @property {string[]} category
 * @property {string[]} assigned_to
 * @property {string} sort
 */

/** The filters of which several values can be chosen. */
export const MANY = /** @type {const} */ (['status', 'priority', 'category', 'assigned_to']);

/** @param {URLSearchParams} query @returns {Filters} */
export function read(query) {
  const sort = query.get('sort') ?? '';
  return {
    search: query.get('search') ?? '',
    status: query.getAll('status').filter(status => status === 'all' || STATUSES.includes(/** @type {Status} */ (status))),
    priority: query.getAll('priority'),
    category: query.getAll('category'),
    assigned_to: query.getAll('assigned_to'),
    sort: SORTS.includes(sort) ? sort : '-updated_at',
  };
}

/** As it stands in the address: only what is not usual. @param {Filters} filters */
export function write(filters) {
  const query = new URLSearchParams();
  if (filters.search) query.set('search', filters.search);
  for (const name of MANY) for (const value of filters[name]) query.append(name, value);
  if (filters.sort !== '-updated_at') query.set('sort', filters.sort);
  const text = query.toString();
  return text && `?${text}`;
}

/** Which statuses are listed. A search looks everywhere, unless one chose. @param {Filters} filters @returns {readonly Status[]} */
export function statuses({ status, search }) {
  if (status.includes('all') || (!status.length && search)) return STATUSES;
  return status.length ? STATUSES.filter(known => status.includes(known)) : ACTIVE;
}

/** Whether anything narrows the list beside its statuses. @param {Filters} filters */
export const isNarrow = filters => Boolean(filters.search || filters.priority.length || filters.category.length || filters.assigned_to.length);

/** What the API is asked. @param {Filters} filters @param {readonly Status[]} of */
export function question(filters, of) {
  const query = new URLSearchParams({ sort: filters.sort });
  for (const status of of) query.append('status', status);
  for (const name of MANY) if (name !== 'status') for (const value of filters[name]) query.append(name, value);
  if (filters.search) query.set('search', filters.search);
  return query;
}
