create table @tenants (
    tenant text primary key
) strict, without rowid;

create table @tickets (
    id blob not null primary key,
    tenant text not null,
    number text not null,
    subject text not null,
    description text not null,
    status text not null,
    priority integer not null,
    category text,
    tags text not null,
    requester_id text,
    requester text not null,
    assignee_id text,
    assignee_name text,
    custom_fields text not null,
    reply_count integer not null,
    waiting_since integer,
    first_response_at integer,
    cycle_started_at integer not null,
    resolved_at integer,
    closed_at integer,
    follow_up_of blob,
    chat_session_id blob,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    unique (tenant, number)
) strict;
-- One for each order of a list.
create index @tickets_by_update on @tickets (tenant, updated_at, id);
create index @tickets_by_creation on @tickets (tenant, created_at, id);
create index @tickets_by_priority on @tickets (tenant, priority, id);
create index @tickets_by_wait on @tickets (tenant, waiting_since, id) where waiting_since is not null;
-- And for each list that is narrower: whatever its order, a page is read from one place.
create index @tickets_of_status_by_update on @tickets (tenant, status, updated_at, id);
create index @tickets_of_status_by_creation on @tickets (tenant, status, created_at, id);
create index @tickets_of_status_by_priority on @tickets (tenant, status, priority, id);
create index @tickets_of_status_by_wait on @tickets (tenant, status, waiting_since, id)
    where waiting_since is not null;
create index @tickets_of_assignee_by_update on @tickets (tenant, assignee_id, updated_at, id)
    where assignee_id is not null;
create index @tickets_of_assignee_by_creation on @tickets (tenant, assignee_id, created_at, id)
    where assignee_id is not null;
create index @tickets_of_assignee_by_priority on @tickets (tenant, assignee_id, priority, id)
    where assignee_id is not null;
create index @tickets_of_assignee_by_wait on @tickets (tenant, assignee_id, waiting_since, id)
    where assignee_id is not null and waiting_since is not null;
create index @tickets_of_category_by_update on @tickets (tenant, category, updated_at, id)
    where category is not null;
create index @tickets_of_category_by_creation on @tickets (tenant, category, created_at, id)
    where category is not null;
create index @tickets_of_category_by_priority on @tickets (tenant, category, priority, id)
    where category is not null;
create index @tickets_of_category_by_wait on @tickets (tenant, category, waiting_since, id)
    where category is not null and waiting_since is not null;
-- One customer's tickets are few in any order.
create index @tickets_of_requester on @tickets (tenant, requester_id, updated_at, id) where requester_id is not null;
create index @tickets_by_first_response on @tickets (tenant, first_response_at, created_at)
    where first_response_at is not null;
create index @tickets_by_chat on @tickets (chat_session_id) where chat_session_id is not null;

-- With what tickets are ordered by, so that those of a tag are found in order.
create table @ticket_tags (
    ticket_id blob not null,
    tag text not null,
    tenant text not null,
    ticket_updated_at integer not null,
    ticket_created_at integer not null,
    ticket_priority integer not null,
    primary key (ticket_id, tag)
) strict, without rowid;
create index @ticket_tags_by_update on @ticket_tags (tenant, tag, ticket_updated_at, ticket_id);
create index @ticket_tags_by_creation on @ticket_tags (tenant, tag, ticket_created_at, ticket_id);
create index @ticket_tags_by_priority on @ticket_tags (tenant, tag, ticket_priority, ticket_id);

create table @ticket_numbers (
    tenant text not null,
    day text not null,
    last integer not null,
    primary key (tenant, day)
) strict, without rowid;

create table @entries (
    ticket_id blob not null,
    seq integer not null,
    id blob not null unique,
    tenant text not null,
    kind text not null,
    author_id text,
    author_name text,
    author_kind text not null,
    body text not null,
    created_at integer not null,
    primary key (ticket_id, seq)
) strict;
create index @entries_by_author on @entries (tenant, author_id) where author_id is not null;

create table @history (
    ticket_id blob not null,
    seq integer not null,
    tenant text not null,
    at integer not null,
    actor_id text,
    actor_name text,
    actor_kind text not null,
    field text not null,
    old text not null,
    new text not null,
    primary key (ticket_id, seq)
) strict;
create index @history_by_actor on @history (tenant, actor_id) where actor_id is not null;

create table @resolutions (
    row_id integer primary key,
    ticket_id blob not null,
    tenant text not null,
    started_at integer not null,
    ended_at integer not null
) strict;
create index @resolutions_by_end on @resolutions (tenant, ended_at, started_at, ticket_id);
create index @resolutions_by_ticket on @resolutions (ticket_id);

-- What searches cover. The index tells which parts hold a word; the table tells whose they are, and which words a part
-- holds, each once between blanks. `ascii` takes every character that is not ASCII for part of a word, and so splits at
-- blanks and nowhere else.
create table @ticket_parts (
    doc integer primary key,
    ticket_id blob not null,
    part integer not null,
    public text,
    notes text,
    unique (ticket_id, part)
) strict;
create virtual table @ticket_words using fts5 (
    public, notes, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii'
);
-- Part and words are written in one statement, and go in one.
create view @ticket_texts as select ticket_id, part, public, notes from @ticket_parts;
create trigger @ticket_texts_insert instead of insert on @ticket_texts begin
    insert into @ticket_parts (ticket_id, part, public, notes) values (new.ticket_id, new.part, new.public, new.notes);
    insert into @ticket_words (rowid, public, notes) values (last_insert_rowid(), new.public, new.notes);
end;
create trigger @ticket_texts_delete instead of delete on @ticket_texts begin
    delete from @ticket_words
        where rowid = (select doc from @ticket_parts where ticket_id = old.ticket_id and part = old.part);
    delete from @ticket_parts where ticket_id = old.ticket_id and part = old.part;
end;

create table @sessions (
    id blob not null primary key,
    tenant text not null,
    token_hash blob unique,
    status text not null,
    owner text not null,
    user_id text,
    customer text not null,
    subject text,
    category text,
    assignee_id text,
    assignee_name text,
    rating integer,
    feedback text,
    rated_at integer,
    last_seq integer not null,
    last_customer_seq integer not null,
    bot_seq integer not null,
    last_sender text,
    last_preview text,
    last_at integer,
    waiting_since integer,
    customer_active_at integer not null,
    ticket_id blob,
    dialogue text not null,
    metadata text not null,
    ip_address text,
    user_agent text,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    closed_at integer,
    -- Whether any agent has a read cursor in it, so that those who only talk to the bot cost no look for one.
    staff_has_read integer not null default 0
) strict;
create index @sessions_by_update on @sessions (tenant, updated_at, id);
create index @sessions_by_wait on @sessions (tenant, waiting_since, id) where waiting_since is not null;
create index @sessions_of_user on @sessions (tenant, user_id, updated_at, id) where user_id is not null;
create index @sessions_of_assignee on @sessions (tenant, assignee_id, updated_at, id) where assignee_id is not null;
create index @sessions_of_status on @sessions (tenant, status, updated_at, id);
create index @sessions_of_owner on @sessions (tenant, owner, updated_at, id);
create index @sessions_of_category on @sessions (tenant, category, updated_at, id) where category is not null;
create index @sessions_by_rating on @sessions (tenant, rated_at, rating) where rated_at is not null;
create index @sessions_idle on @sessions (tenant, customer_active_at, id)
    where status = 'active' and waiting_since is null;
create index @sessions_unanswered on @sessions (tenant, updated_at)
    where status = 'active' and owner = 'bot' and bot_seq < last_customer_seq;

create table @messages (
    session_id blob not null,
    seq integer not null,
    id blob not null unique,
    tenant text not null,
    sender_kind text not null,
    sender_id text,
    sender_name text,
    body text not null,
    metadata text not null,
    suggestions text not null,
    client_message_id text,
    created_at integer not null,
    read_at integer,
    primary key (session_id, seq)
) strict;
create unique index @messages_by_client_id on @messages (session_id, coalesce(sender_id, ''), client_message_id)
    where client_message_id is not null;
create index @messages_by_author on @messages (tenant, sender_id) where sender_id is not null;
-- Unread messages are counted in it alone.
create index @messages_by_kind on @messages (session_id, sender_kind, seq);
create index @messages_unread on @messages (session_id, seq) where read_at is null;

create table @read_cursors (
    session_id blob not null,
    participant text not null,
    up_to integer not null,
    primary key (session_id, participant)
) strict, without rowid;

create table @session_parts (
    doc integer primary key,
    session_id blob not null,
    part integer not null,
    words text not null,
    unique (session_id, part)
) strict;
create virtual table @session_words using fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
create view @session_texts as select session_id, part, words from @session_parts;
create trigger @session_texts_insert instead of insert on @session_texts begin
    insert into @session_parts (session_id, part, words) values (new.session_id, new.part, new.words);
    insert into @session_words (rowid, words) values (last_insert_rowid(), new.words);
end;
create trigger @session_texts_delete instead of delete on @session_texts begin
    delete from @session_words
        where rowid = (select doc from @session_parts where session_id = old.session_id and part = old.part);
    delete from @session_parts where session_id = old.session_id and part = old.part;
end;

-- Kept counts: what of a kind has a label. They are the sum of their shards, and are written last in a transaction.
create table @counts (
    tenant text not null,
    kind text not null,
    label text not null,
    shard integer not null,
    n integer not null,
    primary key (tenant, kind, label, shard)
) strict, without rowid;

create table @event_heads (
    tenant text primary key,
    last integer not null
) strict, without rowid;

create table @events (
    tenant text not null,
    position integer not null,
    kind text not null,
    session_id blob,
    ticket_id blob,
    seq integer,
    at integer not null,
    primary key (tenant, position)
) strict, without rowid;
create index @events_by_age on @events (tenant, at);
create index @events_by_session on @events (session_id) where session_id is not null;
create index @events_by_ticket on @events (ticket_id) where ticket_id is not null;

create table @sinks (
    tenant text not null,
    sink text not null,
    position integer not null,
    primary key (tenant, sink)
) strict, without rowid;

create table @idempotency (
    tenant text not null,
    actor text not null,
    operation text not null,
    idempotency_key text not null,
    fingerprint blob not null,
    outcome text not null,
    created_at integer not null,
    primary key (tenant, actor, operation, idempotency_key)
) strict, without rowid;
create index @idempotency_by_age on @idempotency (tenant, created_at);

create table @agents (
    tenant text not null,
    id text not null,
    name text not null,
    availability text not null,
    primary key (tenant, id)
) strict, without rowid;

create table @traces (
    session_id blob not null,
    seq integer not null,
    tenant text not null,
    trace text not null,
    created_at integer not null,
    primary key (session_id, seq)
) strict, without rowid;
create index @traces_by_age on @traces (tenant, created_at);

create table @unanswered (
    id blob primary key,
    tenant text not null,
    session_id blob not null,
    seq integer not null,
    normalized text not null,
    created_at integer not null
) strict, without rowid;
create index @unanswered_by_age on @unanswered (tenant, created_at, id);
create index @unanswered_by_session on @unanswered (session_id);
