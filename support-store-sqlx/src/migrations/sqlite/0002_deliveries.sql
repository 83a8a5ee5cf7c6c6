-- How telling a hook of a tenant's events stands, beside its place in `sinks`.
create table @deliveries (
    tenant text not null,
    sink text not null,
    holder blob,
    held_until integer,
    failures integer not null,
    retry_at integer,
    one_by_one_to integer not null,
    primary key (tenant, sink)
) strict, without rowid;

-- Events that a hook did not take.
create table @dead_letters (
    tenant text not null,
    id blob not null,
    sink text not null,
    position integer not null,
    kind text not null,
    session_id blob,
    ticket_id blob,
    seq integer,
    at integer not null,
    failures integer not null,
    error text not null,
    given_up_at integer not null,
    primary key (tenant, id)
) strict, without rowid;
create index @dead_letters_by_age on @dead_letters (tenant, given_up_at, id);
create index @dead_letters_by_session on @dead_letters (session_id) where session_id is not null;
create index @dead_letters_by_ticket on @dead_letters (ticket_id) where ticket_id is not null;
