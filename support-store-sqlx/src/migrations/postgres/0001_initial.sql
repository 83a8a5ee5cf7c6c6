create table @tenants (
    tenant text collate "C" primary key
);

create table @tickets (
    id uuid not null primary key,
    tenant text collate "C" not null,
    number text collate "C" not null,
    subject text collate "C" not null,
    description text collate "C" not null,
    status text collate "C" not null,
    priority bigint not null,
    category text collate "C",
    tags jsonb not null,
    requester_id text collate "C",
    requester jsonb not null,
    assignee_id text collate "C",
    assignee_name text collate "C",
    custom_fields jsonb not null,
    reply_count bigint not null,
    waiting_since timestamptz,
    first_response_at timestamptz,
    cycle_started_at timestamptz not null,
    resolved_at timestamptz,
    closed_at timestamptz,
    follow_up_of uuid,
    chat_session_id uuid,
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (tenant, number)
);
-- One for each order of a list, and for each segment of one.
create index @tickets_by_update on @tickets (tenant, updated_at, id);
create index @tickets_by_creation on @tickets (tenant, created_at, id);
create index @tickets_by_priority on @tickets (tenant, priority, id);
create index @tickets_by_priority_newest on @tickets (tenant, priority, id desc);
create index @tickets_by_wait on @tickets (tenant, waiting_since, id) where waiting_since is not null;
create index @tickets_not_waiting on @tickets (tenant, updated_at, id) where waiting_since is null;
-- One for each narrow list, in the order that lists have unless another is asked for.
create index @tickets_by_status on @tickets (tenant, status, updated_at, id);
create index @tickets_by_requester on @tickets (tenant, requester_id, updated_at, id) where requester_id is not null;
create index @tickets_by_assignee on @tickets (tenant, assignee_id, updated_at, id) where assignee_id is not null;
create index @tickets_in_hand on @tickets (tenant, assignee_id)
    where assignee_id is not null and status not in ('resolved', 'closed');
create index @tickets_by_first_response on @tickets (tenant, first_response_at) where first_response_at is not null;
create index @tickets_by_chat on @tickets (chat_session_id) where chat_session_id is not null;

create table @ticket_tags (
    ticket_id uuid not null,
    tag text collate "C" not null,
    primary key (ticket_id, tag)
);

create table @ticket_numbers (
    tenant text collate "C" not null,
    day text collate "C" not null,
    last bigint not null,
    primary key (tenant, day)
);

create table @entries (
    ticket_id uuid not null,
    seq bigint not null,
    id uuid not null unique,
    tenant text collate "C" not null,
    kind text collate "C" not null,
    author_id text collate "C",
    author_name text collate "C",
    author_kind text collate "C" not null,
    body text collate "C" not null,
    created_at timestamptz not null,
    primary key (ticket_id, seq)
);
create index @entries_by_author on @entries (tenant, author_id) where author_id is not null;

create table @history (
    ticket_id uuid not null,
    seq bigint not null,
    tenant text collate "C" not null,
    at timestamptz not null,
    actor_id text collate "C",
    actor_name text collate "C",
    actor_kind text collate "C" not null,
    field text collate "C" not null,
    old jsonb not null,
    new jsonb not null,
    primary key (ticket_id, seq)
);
create index @history_by_actor on @history (tenant, actor_id) where actor_id is not null;

create table @resolutions (
    row_id bigint generated always as identity primary key,
    ticket_id uuid not null,
    tenant text collate "C" not null,
    started_at timestamptz not null,
    ended_at timestamptz not null
);
create index @resolutions_by_end on @resolutions (tenant, ended_at);
create index @resolutions_by_ticket on @resolutions (ticket_id);

-- What searches cover: the words of each part. Words are told apart before they come here, so that no text search
-- configuration has a say.
create table @ticket_texts (
    ticket_id uuid not null,
    part bigint not null,
    public tsvector,
    notes tsvector,
    primary key (ticket_id, part)
);
create index @ticket_words on @ticket_texts using gin (public, notes);

create table @sessions (
    id uuid not null primary key,
    tenant text collate "C" not null,
    token_hash bytea unique,
    status text collate "C" not null,
    owner text collate "C" not null,
    user_id text collate "C",
    customer jsonb not null,
    subject text collate "C",
    category text collate "C",
    assignee_id text collate "C",
    assignee_name text collate "C",
    rating bigint,
    feedback text collate "C",
    rated_at timestamptz,
    last_seq bigint not null,
    last_customer_seq bigint not null,
    bot_seq bigint not null,
    last_sender text collate "C",
    last_preview text collate "C",
    last_at timestamptz,
    waiting_since timestamptz,
    customer_active_at timestamptz not null,
    ticket_id uuid,
    dialogue jsonb not null,
    metadata jsonb not null,
    ip_address text collate "C",
    user_agent text collate "C",
    version bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz
);
create index @sessions_by_update on @sessions (tenant, updated_at, id);
create index @sessions_by_wait on @sessions (tenant, waiting_since, id) where waiting_since is not null;
create index @sessions_not_waiting on @sessions (tenant, updated_at, id) where waiting_since is null;
create index @sessions_by_user on @sessions (tenant, user_id, updated_at, id) where user_id is not null;
create index @sessions_by_assignee on @sessions (tenant, assignee_id, updated_at, id) where assignee_id is not null;
create index @sessions_in_hand on @sessions (tenant, assignee_id)
    where assignee_id is not null and status = 'active';
create index @sessions_by_status on @sessions (tenant, status, updated_at, id);
create index @sessions_by_rating on @sessions (tenant, rated_at) where rated_at is not null;
create index @sessions_idle on @sessions (tenant, customer_active_at, id)
    where status = 'active' and waiting_since is null;
create index @sessions_unanswered on @sessions (tenant, updated_at)
    where status = 'active' and owner = 'bot' and bot_seq < last_customer_seq;

create table @messages (
    session_id uuid not null,
    seq bigint not null,
    id uuid not null unique,
    tenant text collate "C" not null,
    sender_kind text collate "C" not null,
    sender_id text collate "C",
    sender_name text collate "C",
    body text collate "C" not null,
    metadata jsonb not null,
    suggestions jsonb not null,
    client_message_id text collate "C",
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (session_id, seq)
);
create unique index @messages_by_client_id on @messages (session_id, coalesce(sender_id, ''), client_message_id)
    where client_message_id is not null;
create index @messages_by_author on @messages (tenant, sender_id) where sender_id is not null;
-- Unread messages are counted in it alone.
create index @messages_by_kind on @messages (session_id, sender_kind, seq);
create index @messages_unread on @messages (session_id, seq) where read_at is null;

create table @read_cursors (
    session_id uuid not null,
    participant text collate "C" not null,
    up_to bigint not null,
    primary key (session_id, participant)
);

create table @session_texts (
    session_id uuid not null,
    part bigint not null,
    words tsvector not null,
    primary key (session_id, part)
);
create index @session_words on @session_texts using gin (words);

create table @event_heads (
    tenant text collate "C" primary key,
    last bigint not null
);

-- `position` is given after the commit, in the order of `id` among those that have none yet.
create table @events (
    id bigint generated always as identity primary key,
    tenant text collate "C" not null,
    position bigint,
    kind text collate "C" not null,
    session_id uuid,
    ticket_id uuid,
    seq bigint,
    at timestamptz not null
);
create unique index @events_by_position on @events (tenant, position) where position is not null;
create index @events_unnumbered on @events (tenant, id) where position is null;
create index @events_by_age on @events (tenant, at);
create index @events_by_session on @events (session_id) where session_id is not null;
create index @events_by_ticket on @events (ticket_id) where ticket_id is not null;

create table @sinks (
    tenant text collate "C" not null,
    sink text collate "C" not null,
    position bigint not null,
    primary key (tenant, sink)
);

create table @idempotency (
    tenant text collate "C" not null,
    actor text collate "C" not null,
    operation text collate "C" not null,
    idempotency_key text collate "C" not null,
    fingerprint bytea not null,
    outcome jsonb not null,
    created_at timestamptz not null,
    primary key (tenant, actor, operation, idempotency_key)
);
create index @idempotency_by_age on @idempotency (tenant, created_at);

create table @agents (
    tenant text collate "C" not null,
    id text collate "C" not null,
    name text collate "C" not null,
    availability text collate "C" not null,
    primary key (tenant, id)
);

create table @traces (
    session_id uuid not null,
    seq bigint not null,
    tenant text collate "C" not null,
    trace jsonb not null,
    created_at timestamptz not null,
    primary key (session_id, seq)
);
create index @traces_by_age on @traces (tenant, created_at);

create table @unanswered (
    id uuid primary key,
    tenant text collate "C" not null,
    session_id uuid not null,
    seq bigint not null,
    normalized text collate "C" not null,
    created_at timestamptz not null
);
create index @unanswered_by_age on @unanswered (tenant, created_at, id);
create index @unanswered_by_session on @unanswered (session_id);
