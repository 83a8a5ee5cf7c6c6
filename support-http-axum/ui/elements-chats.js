// The elements of the pages of chats.
import { Chat } from './pages/chat.js';
import { ChatsPage } from './pages/chats.js';
import { ChatHead } from './parts/chat-head.js';
import { Log } from './parts/log.js';
import { Say } from './parts/say.js';
import { Sessions } from './parts/sessions.js';
import { Rating } from './parts/stars.js';
import { Visitor } from './parts/visitor.js';

const ELEMENTS = {
  'sd-chat': Chat, 'sd-chats-page': ChatsPage, 'sd-chat-head': ChatHead, 'sd-log': Log, 'sd-say': Say, 'sd-sessions': Sessions, 'sd-rating': Rating,
  'sd-visitor': Visitor,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
