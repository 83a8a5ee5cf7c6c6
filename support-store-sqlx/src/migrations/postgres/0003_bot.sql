-- What the bot knows, as staff saved it.
create table @knowledge (
    tenant text collate "C" not null,
    language text collate "C" not null,
    version bigint not null,
    text text collate "C" not null,
    author_id text collate "C",
    author_name text collate "C",
    author_kind text collate "C" not null,
    note text collate "C",
    restores bigint,
    created_at timestamptz not null,
    primary key (tenant, language, version)
);

-- What became of messages to the bot, and what customers think of its answers.
create table @answers (
    session_id uuid not null,
    seq bigint not null,
    tenant text collate "C" not null,
    decision text collate "C" not null,
    category text collate "C",
    offered jsonb not null,
    handoff text collate "C",
    helpful bigint,
    comment text collate "C",
    rated_at timestamptz,
    created_at timestamptz not null,
    primary key (session_id, seq)
);
create index @answers_by_age on @answers (tenant, created_at);

-- Unanswered questions that say the same. Rows of `unanswered` are counted here when they come and when they go.
create table @unanswered_groups (
    id uuid primary key,
    tenant text collate "C" not null,
    group_text text collate "C" not null,
    n bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    session_id uuid,
    seq bigint,
    unique (tenant, group_text)
);
create index @unanswered_groups_by_count on @unanswered_groups (tenant, n, id);
create index @unanswered_groups_by_age on @unanswered_groups (tenant, last_at, id);

insert into @unanswered_groups (id, tenant, group_text, n, first_at, last_at)
    select (array_agg(id order by created_at, id))[1], tenant, substr(normalized, 1, 200), count(*),
        min(created_at), max(created_at)
    from @unanswered group by tenant, substr(normalized, 1, 200);
