-- What the bot knows, as staff saved it. The primary key is an index of its own, beside texts that may be long: which
-- version is the last is asked at every turn of the bot.
create table @knowledge (
    tenant text not null,
    language text not null,
    version integer not null,
    text text not null,
    author_id text,
    author_name text,
    author_kind text not null,
    note text,
    restores integer,
    created_at integer not null,
    primary key (tenant, language, version)
) strict;

-- What became of messages to the bot, and what customers think of its answers.
create table @answers (
    session_id blob not null,
    seq integer not null,
    tenant text not null,
    decision text not null,
    category text,
    offered text not null,
    handoff text,
    helpful integer,
    comment text,
    rated_at integer,
    created_at integer not null,
    primary key (session_id, seq)
) strict, without rowid;
create index @answers_by_age on @answers (tenant, created_at);

-- Unanswered questions that say the same. Rows of `unanswered` are counted here when they come and when they go.
create table @unanswered_groups (
    id blob primary key,
    tenant text not null,
    group_text text not null,
    n integer not null,
    first_at integer not null,
    last_at integer not null,
    session_id blob,
    seq integer,
    unique (tenant, group_text)
) strict, without rowid;
create index @unanswered_groups_by_count on @unanswered_groups (tenant, n, id);
create index @unanswered_groups_by_age on @unanswered_groups (tenant, last_at, id);

insert into @unanswered_groups (id, tenant, group_text, n, first_at, last_at)
    select min(id), tenant, substr(normalized, 1, 200), count(*), min(created_at), max(created_at)
    from @unanswered group by tenant, substr(normalized, 1, 200);
