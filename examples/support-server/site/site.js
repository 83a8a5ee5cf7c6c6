// Tells the widget who is signed in. A real site asks its server for a token of the person's own; the demo's log-in hands
// one out in the fragment of the address, and its pages keep it until the tab is closed.
(async () => {
  const key = 'support:token';
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed) {
    sessionStorage.setItem(key, handed);
    history.replaceState(null, '', location.pathname);
  }
  const token = sessionStorage.getItem(key);
  if (!token) return;
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))));
  const link = document.querySelector('.cta');
  link.textContent = `Signed in as ${claims.name}`;
  // Agents answer in the desk; whoever tries the widget beside it does so as a guest.
  if (claims.is_admin === true) return;
  await customElements.whenDefined('support-widget');
  document.querySelector('support-widget').identify(token);
})();
