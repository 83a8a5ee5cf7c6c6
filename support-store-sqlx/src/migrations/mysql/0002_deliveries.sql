-- How telling a hook of a tenant's events stands, beside its place in `sinks`.
create table if not exists @deliveries (
    tenant varchar(128) not null,
    sink varchar(255) not null,
    holder binary(16),
    held_until datetime(6),
    failures bigint not null,
    retry_at datetime(6),
    one_by_one_to bigint not null,
    primary key (tenant, sink)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- Events that a hook did not take.
create table if not exists @dead_letters (
    tenant varchar(128) not null,
    id binary(16) not null,
    sink varchar(255) not null,
    position bigint not null,
    kind varchar(40) not null,
    session_id binary(16),
    ticket_id binary(16),
    seq bigint,
    at datetime(6) not null,
    failures bigint not null,
    error varchar(500) not null,
    given_up_at datetime(6) not null,
    primary key (tenant, id),
    key @dead_letters_by_age (tenant, given_up_at, id),
    key @dead_letters_by_session (session_id),
    key @dead_letters_by_ticket (ticket_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;
