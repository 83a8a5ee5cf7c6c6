// The event stream, taken apart at every byte.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readEvents } from '../ui/lib/sse.js';
import { parts } from '../ui/lib/text.js';

/** @param {Uint8Array[]} chunks */
const stream = chunks => new ReadableStream({ start(controller) { for (const chunk of chunks) controller.enqueue(chunk); controller.close(); } });

async function read(chunks) {
  const events = [];
  let alive = 0;
  await readEvents(stream(chunks), event => events.push(event), () => { alive += 1; });
  return { events, alive };
}

test('events are the same however the stream is cut', async () => {
  const text = ': ping\n\nid: 7\nevent: ticket_updated\ndata: {"subject":"Straße 東京"}\n\r\nretry: 5\rdata:one\rdata: two\r\rid: 8\ndata: last\n\nevent: never\ndata: not ended\n';
  const bytes = new TextEncoder().encode(text);
  const whole = await read([bytes]);
  assert.deepEqual(whole.events, [
    { id: '7', kind: 'ticket_updated', data: '{"subject":"Straße 東京"}' },
    { id: '7', kind: 'message', data: 'one\ntwo' },
    { id: '8', kind: 'message', data: 'last' },
  ]);
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.deepEqual((await read([bytes.slice(0, cut), bytes.slice(cut)])).events, whole.events, `cut at ${cut}`);
  }
  const single = await read([...bytes].map(byte => Uint8Array.of(byte)));
  assert.deepEqual(single.events, whole.events);
  assert.equal(single.alive, bytes.length);
});

test('links are addresses that a person may follow, without the sentence around them', () => {
  const links = text => parts(text).filter(({ href }) => href).map(({ href }) => href);
  assert.deepEqual(links('See https://a.example/b?c=d#e, or (http://f.example/g).'), ['https://a.example/b?c=d#e', 'http://f.example/g']);
  assert.deepEqual(links('mailto:ann@example.org!'), ['mailto:ann@example.org']);
  assert.deepEqual(links('https://en.example/wiki/Rust_(language)'), ['https://en.example/wiki/Rust_(language)']);
  assert.deepEqual(links('javascript:alert(1) data:text/html,x ftp://a.example xhttps://a.example https://'), []);
  for (const text of ['plain', 'a https://b.example c', '']) assert.equal(parts(text).map(part => part.text).join(''), text);
});
