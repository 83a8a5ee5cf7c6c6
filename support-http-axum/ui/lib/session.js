// Who looks at the page. The host signs people in: with a cookie, of which the page knows nothing, or with a bearer
// token, which comes back in the fragment of the address and is kept until the tab is closed.
import { signInPage } from './config.js';
import { tab } from './storage.js';

/** @typedef {{ id: string, name: string, tenant: string }} Me */

/** Takes the token out of the address, so that it is in no history and no bookmark. */
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  tab.write('token', token);
  history.replaceState(history.state, '', location.pathname + location.search);
}

export const token = () => tab.read('token');

/** What the token says of its bearer, for display alone: the server reads it for itself. @returns {Me | null} */
export function me() {
  const payload = token()?.split('.')[1];
  if (!payload) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return { id: String(claims.sub), name: String(claims.name ?? claims.sub), tenant: String(claims.tenant ?? '') };
  } catch {
    return null;
  }
}

/** Whose things are kept in this browser, apart from those of others: a name for the person, and for no one else. */
export function person() {
  const self = me();
  return self ? `${self.tenant}/${self.id}` : 'me';
}

/** The address to sign in at, which leads back here. */
export function signInAddress() {
  if (!signInPage) return '';
  const address = new URL(signInPage);
  address.searchParams.set('return', location.pathname + location.search);
  return address.href;
}

export function signOut() {
  tab.write('token', null);
  location.reload();
}
