// What was written arrives once and in its order, whatever happens between the page and the server.
import { test } from 'node:test';
import assert from 'node:assert/strict';

// What a browser has and Node does not.
const kept = new Map();
globalThis.localStorage = { getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: key => kept.delete(key) };
const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);

const { Outbox, newKey } = await import('../ui/lib/outbox.js');
const { Conversation } = await import('../ui/lib/conversation.js');
const { Problem } = await import('../ui/lib/problem.js');

const settled = () => new Promise(resolve => setTimeout(resolve, 5));

/** A server in memory that can be away, refuse, or answer late. */
class Server {
  messages = [];
  posts = [];
  isAway = false;
  refuse = null;
  reads = [];

  say(sender_type, message, more = {}) {
    const seq = this.messages.length + 1;
    const said = { id: `m${seq}`, session_id: 's', seq, sender_type, sender_id: null, sender_name: null, message, metadata: {}, suggestions: [], is_read: false, client_message_id: null, created_at: new Date(2026, 0, 1, 12, seq).toISOString(), ...more };
    this.messages.push(said);
    return said;
  }

  post = async ({ key, body }) => {
    this.posts.push(key);
    if (this.isAway) throw new Problem(0);
    if (this.refuse) throw new Problem(this.refuse, { code: 'x', detail: 'no' });
    const first = this.messages.find(({ client_message_id }) => client_message_id === key);
    return first ?? this.say('admin', body.message, { sender_id: 'amara', client_message_id: key });
  };

  remote = {
    messages: async (_, { after_seq, before_seq, limit }) => {
      if (this.isAway) throw new Problem(0);
      const found = this.messages.filter(({ seq }) => seq > Number(after_seq ?? 0) && seq < Number(before_seq ?? Infinity));
      return after_seq === undefined ? found.slice(-Number(limit)) : found.slice(0, Number(limit));
    },
    read: async (_, seq) => { if (this.isAway) throw new Problem(0); this.reads.push(seq); },
    typing: async () => {},
  };
}

const outboxOf = (server, person = newKey()) => new Outbox({ post: server.post, reason: ({ message }) => message }).open(person);
const session = { id: 's', unread_count: 0, last_seq: 0, version: 1, owner: 'agent' };

async function open(server, outbox, more = {}) {
  const conversation = new Conversation({ id: 's', side: 'agent', self: { id: 'amara', name: 'Amara' }, remote: server.remote, outbox });
  await conversation.open({ ...session, last_seq: server.messages.length, ...more });
  return conversation;
}

const texts = conversation => conversation.entries.map(({ text, state }) => (state ? `${text} (${state})` : text));

test('what is sent is shown at once, and is one message when its echo and its answer have come', async () => {
  for (const echoFirst of [true, false]) {
    const server = new Server();
    server.say('user', 'Hello?');
    let answered;
    const held = new Promise(resolve => { answered = resolve; });
    const outbox = new Outbox({ post: async item => { const answer = await server.post(item); await held; return answer; }, reason: String }).open(newKey());
    const slow = await open(server, outbox);
    slow.send('Hi');
    assert.deepEqual(texts(slow), ['Hello?', 'Hi (sending)']);
    const before = slow.entries.at(-1).key;
    await settled();
    if (echoFirst) {
      slow.hear({ kind: 'message_created', data: server.messages.at(-1) });
      assert.deepEqual(texts(slow), ['Hello?', 'Hi (sent)']);
    }
    answered();
    await settled();
    assert.deepEqual(texts(slow), ['Hello?', 'Hi (sent)']);
    slow.hear({ kind: 'message_created', data: server.messages.at(-1) });
    assert.deepEqual(texts(slow), ['Hello?', 'Hi (sent)']);
    assert.equal(slow.entries.at(-1).key, before, 'the bubble is the same one');
  }
});

test('without a server messages wait, and arrive once and in their order when it is back', async () => {
  const server = new Server();
  server.say('user', 'Hello?');
  const outbox = outboxOf(server);
  const conversation = await open(server, outbox);
  server.isAway = true;
  conversation.send('One');
  conversation.send('Two');
  await settled();
  assert.deepEqual(texts(conversation), ['Hello?', 'One (waiting)', 'Two (waiting)']);
  server.isAway = false;
  server.say('user', 'Still there?');
  await conversation.catchUp();
  await settled();
  assert.deepEqual(server.messages.map(({ message }) => message), ['Hello?', 'Still there?', 'One', 'Two']);
  await conversation.catchUp();
  assert.deepEqual(texts(conversation), ['Hello?', 'Still there?', 'One (sent)', 'Two (sent)']);
});

test('a message whose answer was lost is not written twice', async () => {
  const server = new Server();
  const post = server.post;
  let lost = 1;
  const outbox = new Outbox({ post: async item => { const answer = await post(item); if (lost-- > 0) throw new Problem(0); return answer; }, reason: String }).open(newKey());
  const conversation = await open(server, outbox);
  conversation.send('Once');
  await settled();
  await conversation.catchUp();
  await settled();
  assert.deepEqual(server.messages.map(({ message }) => message), ['Once']);
  assert.equal(new Set(server.posts).size, 1);
  assert.deepEqual(texts(conversation), ['Once (sent)']);
});

test('what had not arrived is there again on the next page of the same person, and of nobody else', async () => {
  const server = new Server();
  server.isAway = true;
  const left = outboxOf(server, 'amara');
  left.add('s', { message: 'Written before the reload' });
  await settled();
  assert.deepEqual(outboxOf(server, 'jonas').items, []);
  server.isAway = false;
  const next = outboxOf(server, 'amara');
  assert.equal(next.items[0]?.state, 'waiting');
  await settled();
  assert.deepEqual(server.messages.map(({ message }) => message), ['Written before the reload']);
  assert.deepEqual(outboxOf(server, 'amara').items, []);
});

test('a refusal says why, lets what follows pass, and can be tried again or dropped', async () => {
  const server = new Server();
  const conversation = await open(server, outboxOf(server));
  server.refuse = 422;
  conversation.send('Refused');
  await settled();
  server.refuse = null;
  conversation.send('Passes');
  await settled();
  assert.deepEqual(texts(conversation), ['Passes (sent)', 'Refused (failed)']);
  const failed = conversation.entries.at(-1);
  assert.equal(failed.why, 'no');
  conversation.retry(failed);
  await settled();
  assert.deepEqual(texts(conversation), ['Passes (sent)', 'Refused (sent)']);
  server.refuse = 409;
  conversation.send('Given up');
  await settled();
  conversation.drop(conversation.entries.at(-1));
  assert.deepEqual(texts(conversation), ['Passes (sent)', 'Refused (sent)']);
});

test('a number that is skipped is fetched, and messages stand in the order of their numbers', async () => {
  const server = new Server();
  server.say('user', '1');
  const conversation = await open(server, outboxOf(server));
  server.say('user', '2');
  const third = server.say('user', '3');
  conversation.hear({ kind: 'message_created', data: third });
  await settled();
  assert.deepEqual(texts(conversation), ['1', '2', '3']);
});

test('the divider stands before the first of the unread messages, however far back, until one answers', async () => {
  const server = new Server();
  for (let n = 1; n <= 250; n++) server.say(n % 2 ? 'user' : 'admin', String(n));
  const conversation = await open(server, outboxOf(server), { unread_count: 90 });
  assert.deepEqual(conversation.divider, { seq: 71, count: 90 });
  conversation.hear({ kind: 'message_created', data: server.say('user', 'more') });
  assert.deepEqual(conversation.divider, { seq: 71, count: 90 });
  conversation.send('An answer');
  assert.equal(conversation.divider, null);
});

test('older messages are read page by page, down to the first', async () => {
  const server = new Server();
  for (let n = 1; n <= 230; n++) server.say('user', String(n));
  const conversation = await open(server, outboxOf(server));
  assert.deepEqual([conversation.entries.length, conversation.complete], [100, false]);
  await conversation.older();
  await conversation.older();
  assert.deepEqual([conversation.entries.length, conversation.complete], [230, true]);
  assert.deepEqual(conversation.entries.map(({ seq }) => seq), Array.from({ length: 230 }, (_, at) => at + 1));
});

test('typing ends with the message, and what was read is told once the server is back', async () => {
  const server = new Server();
  server.say('user', 'Hello?');
  const conversation = await open(server, outboxOf(server));
  conversation.hear({ kind: 'typing', data: { session_id: 's', kind: 'customer', name: 'Ann', typing: true } });
  assert.deepEqual(conversation.typists, [{ kind: 'customer', name: 'Ann' }]);
  conversation.hear({ kind: 'message_created', data: server.say('user', 'Here') });
  assert.deepEqual(conversation.typists, []);
  server.isAway = true;
  await conversation.seen(2);
  assert.deepEqual(server.reads, []);
  server.isAway = false;
  await conversation.catchUp();
  assert.deepEqual(server.reads, [2]);
  const own = conversation.send('Read me');
  await settled();
  conversation.hear({ kind: 'messages_read', data: { session_id: 's', kind: 'customer', up_to_seq: 3, unread_count: 0, version: 1 } });
  assert.equal(conversation.entries.find(({ key }) => key === `own:${own.key}`)?.state, 'read');
});
