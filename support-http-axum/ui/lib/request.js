// One request to the desk, whoever makes it.
import { Problem } from './problem.js';

/** How long an answer may take: longer than the server lets any request take. */
const PATIENCE = 15_000;

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {RequestCredentials} credentials
 * @property {Record<string, string>} headers beside those of the body and the key
 * @property {unknown} [body]
 * @property {string | undefined} [key] makes sending it again safe
 * @property {AbortSignal | undefined} [signal]
 * @property {boolean} [keepalive] sent even as the page is left
 */

/** The server's yes. Anything else is thrown as a problem; so is no answer, unless it was the caller who gave up. @param {URL} url @param {Request} request */
export async function send(url, { method, credentials, headers, body, key, signal, keepalive = false }) {
  const timeout = AbortSignal.timeout(PATIENCE);
  let answer;
  try {
    answer = await fetch(url, {
      method, credentials, keepalive, cache: 'no-store', referrerPolicy: 'no-referrer',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { accept: 'application/json', ...headers, ...(body !== undefined && { 'content-type': 'application/json' }), ...(key && { 'idempotency-key': key }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0);
  }
  if (answer.ok) return answer;
  throw new Problem(answer.status, await answer.json().catch(() => ({})));
}
