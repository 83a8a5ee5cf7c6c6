-- How telling a hook of a tenant's events stands, beside its place in `sinks`.
create table @deliveries (
    tenant text collate "C" not null,
    sink text collate "C" not null,
    holder uuid,
    held_until timestamptz,
    failures bigint not null,
    retry_at timestamptz,
    one_by_one_to bigint not null,
    primary key (tenant, sink)
);

-- Events that a hook did not take.
create table @dead_letters (
    tenant text collate "C" not null,
    id uuid not null,
    sink text collate "C" not null,
    position bigint not null,
    kind text collate "C" not null,
    session_id uuid,
    ticket_id uuid,
    seq bigint,
    at timestamptz not null,
    failures bigint not null,
    error text collate "C" not null,
    given_up_at timestamptz not null,
    primary key (tenant, id)
);
create index @dead_letters_by_age on @dead_letters (tenant, given_up_at, id);
create index @dead_letters_by_session on @dead_letters (session_id) where session_id is not null;
create index @dead_letters_by_ticket on @dead_letters (ticket_id) where ticket_id is not null;
