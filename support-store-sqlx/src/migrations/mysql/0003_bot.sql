-- What the bot knows, as staff saved it.
create table if not exists @knowledge (
    tenant varchar(128) not null,
    language varchar(35) not null,
    version bigint not null,
    text mediumtext not null,
    author_id varchar(128),
    author_name text,
    author_kind varchar(20) not null,
    note text,
    restores bigint,
    created_at datetime(6) not null,
    primary key (tenant, language, version)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- What became of messages to the bot, and what customers think of its answers.
create table if not exists @answers (
    session_id binary(16) not null,
    seq bigint not null,
    tenant varchar(128) not null,
    decision varchar(20) not null,
    category varchar(50),
    offered json not null,
    handoff varchar(20),
    helpful tinyint,
    comment text,
    rated_at datetime(6),
    created_at datetime(6) not null,
    primary key (session_id, seq),
    key @answers_by_age (tenant, created_at)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- Unanswered questions that say the same. Rows of `unanswered` are counted here when they come and when they go.
create table if not exists @unanswered_groups (
    id binary(16) not null primary key,
    tenant varchar(128) not null,
    group_text varchar(200) not null,
    n bigint not null,
    first_at datetime(6) not null,
    last_at datetime(6) not null,
    session_id binary(16),
    seq bigint,
    unique key @unanswered_groups_by_text (tenant, group_text),
    key @unanswered_groups_by_count (tenant, n, id),
    key @unanswered_groups_by_age (tenant, last_at, id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- What was counted before a migration was cut off is not counted again.
insert ignore into @unanswered_groups (id, tenant, group_text, n, first_at, last_at)
    select min(id), tenant, substr(normalized, 1, 200), count(*), min(created_at), max(created_at)
    from @unanswered group by tenant, substr(normalized, 1, 200);
