// Why a request failed.

/** `status` 0: no answer came. */
export class Problem extends Error {
  /** @param {number} status @param {Record<string, any>} [body] */
  constructor(status, body = {}) {
    super(body.detail ?? body.title ?? '');
    this.status = status;
    /** @type {string} */ this.code = body.code ?? (status ? 'unknown' : 'no_answer');
    /** @type {{ pointer?: string, parameter?: string, code: string, detail: string }[]} */ this.errors = body.errors ?? [];
    /** @type {string} */ this.reference = body.request_id ?? '';
  }
}

/** @param {unknown} error @returns {Problem} */
export const problem = error => (error instanceof Problem ? error : new Problem(0));

/** Statuses that say nothing against what was asked: it is asked again later. */
const LATER = new Set([401, 408, 425, 429]);

/** Whether asking again, with nothing changed, would be refused again. @param {Problem} failed */
export const isRefusal = ({ status, code }) => status >= 400 && status < 500 && !LATER.has(status) && code !== 'idempotency_in_flight';
