// Server-sent events read with `fetch`, so that credentials stay in headers.

/** `kind` is empty where only the place has changed. @typedef {{ id: string, kind: string, data: string }} ServerEvent */

/**
 * Takes a stream apart into events (WHATWG HTML, 9.2.6), until it ends.
 * @param {ReadableStream<Uint8Array>} body
 * @param {(event: ServerEvent) => void} receive
 * @param {() => void} alive called for every byte, a comment's too
 */
export async function readEvents(body, receive, alive) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let id = '';
  let known = '';
  let kind = '';
  /** @type {string[]} */
  let data = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    rest += decoder.decode(value, { stream: true });
    // A carriage return at the end may be the first half of a line's end.
    const complete = rest.endsWith('\r') ? rest.length - 1 : rest.length;
    const lines = rest.slice(0, complete).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '') + rest.slice(complete);
    for (const line of lines) {
      if (line === '') {
        // A place without an event still is where one has come to.
        if (data.length) receive({ id, kind: kind || 'message', data: data.join('\n') });
        else if (id !== known) receive({ id, kind: '', data: '' });
        known = id;
        kind = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'data') data.push(text);
      else if (field === 'event') kind = text;
      else if (field === 'id' && !text.includes('\0')) id = text;
    }
  }
}
