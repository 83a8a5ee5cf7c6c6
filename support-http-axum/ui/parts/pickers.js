// What one chooses for tickets from a menu: the same in the list, in bulk, and beside a ticket.
import { desk, categoryName } from '../lib/desk.js';
import { t } from '../lib/i18n.js';
import { openMenu } from '../lib/ui.js';
import { PRIORITIES, STATUSES } from '../lib/types.js';
import { avatar } from './icon.js';
import { priorityIcon, statusIcon } from './signs.js';

/** @import { Priority, Status, TicketChange } from '../lib/types.js' */


export const statusOptions = () => STATUSES.map(value => ({ value, label: t(`status.${value}`), icon: statusIcon(value) }));
export const priorityOptions = () => PRIORITIES.map(value => ({ value, label: t(`priority.${value}`), icon: priorityIcon(value) }));
export const agentOptions = () => desk.colleagues.map(({ id, name }) => ({ value: id, label: name, icon: avatar(name, 20) }));
export const categoryOptions = () => desk.categories.map(value => ({ value, label: categoryName(value) }));

/** @param {Element} anchor @param {string} selected @param {(change: TicketChange) => void} choose */
export const pickStatus = (anchor, selected, choose) => openMenu({
  anchor, label: t('status'), options: statusOptions(), selected: [selected],
  choose: ([value]) => choose({ status: /** @type {Status} */ (value) }),
});

/** @param {Element} anchor @param {string} selected @param {(change: TicketChange) => void} choose */
export const pickPriority = (anchor, selected, choose) => openMenu({
  anchor, label: t('priority'), options: priorityOptions(), selected: [selected],
  choose: ([value]) => choose({ priority: /** @type {Priority} */ (value) }),
});

/** @param {Element} anchor @param {string | null} selected @param {(change: TicketChange) => void} choose */
export const pickAssignee = (anchor, selected, choose) => openMenu({
  anchor, label: t('assignee'), selected: [selected ?? ''],
  options: [...agentOptions(), { value: '', label: t('nobody'), icon: avatar(null, 20) }],
  choose: ([value]) => choose({ assigned_to: value || null }),
});

/** @param {Element} anchor @param {string | null} selected @param {(change: TicketChange) => void} choose */
export const pickCategory = (anchor, selected, choose) => openMenu({
  anchor, label: t('category'), other: t('category.other'), options: categoryOptions(), selected: selected ? [selected] : [],
  choose: ([value = '']) => choose({ category: value.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-') }),
});

/** @param {Element} anchor @param {string[]} selected @param {(change: TicketChange) => void} choose */
export const pickTags = (anchor, selected, choose) => openMenu({
  anchor, label: t('tags'), other: t('tags.other'), many: true, selected,
  options: selected.map(value => ({ value, label: value })),
  choose: tags => choose({ tags }),
});
