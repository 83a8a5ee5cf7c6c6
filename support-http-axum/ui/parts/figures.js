// Six numbers; each is a switch that filters by what it counts.
import { html, nothing } from '../vendor/lit.js';
import { desk } from '../lib/desk.js';
import { number, t } from '../lib/i18n.js';
import { Element } from './element.js';
import { statusIcon, tone } from './signs.js';

/** @import { Stats, Status } from '../lib/types.js' */

/** @type {readonly Status[]} */
const SHOWN = ['open', 'in_progress', 'waiting_for_customer', 'resolved', 'closed'];

/** Events: `filter` with the statuses to list. */
export class Figures extends Element {
  static properties = { status: { attribute: false }, stats: { attribute: false } };

  constructor() {
    super();
    /** @type {string[]} */ this.status = [];
    /** @type {Stats | null} */ this.stats = null;
  }

  /** @param {string} status */
  detail(status) {
    const { stats } = this;
    if (!stats) return nothing;
    const words = {
      all: stats.created && t('figure.created', { n: stats.created }),
      open: desk.isStaff && stats.unassigned && t('figure.unassigned', { n: stats.unassigned }),
      resolved: stats.resolved && t('figure.resolved', { n: stats.resolved }),
      waiting_for_customer: t('figure.waiting'),
    }[status];
    return words ? html`<span class="d">${words}</span>` : nothing;
  }

  /** @param {string} status @param {number | undefined} count @param {unknown} label @param {string} classes */
  figure(status, count, label, classes) {
    const isOn = this.status.length === 1 && this.status[0] === status;
    return html`<button class="stat ${classes}" type="button" aria-pressed=${isOn ? 'true' : 'false'} @click=${() => this.tell('filter', isOn ? [] : [status])}>
      <span class="k">${label}</span>
      <span class="v">${count === undefined ? html`<span class="sk sk-n"></span>` : number(count)}${this.detail(status)}</span></button>`;
  }

  render() {
    const { stats } = this;
    return html`<div class="stats" role="group" aria-label=${t('figures')} tabindex="-1">
      ${this.figure('all', stats?.total, t('figure.all'), '')}
      ${SHOWN.map(status => this.figure(status, stats?.by_status[status], html`${statusIcon(status)}${t(`figure.${status}`)}`, tone(status)))}
    </div>`;
  }
}
