-- For MySQL 8.0.19 and MariaDB 10.11, and whatever is newer.
--
-- DDL commits as it goes, so that every statement can be run again: what was cut off is resumed. By their comment, its
-- tables are told from others that are in the way.
--
-- Text is compared byte by byte, trailing blanks included. The servers have that under different names, each in a
-- comment that the other one skips.

create table if not exists @tenants (
    tenant varchar(128) not null primary key
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @tickets (
    id binary(16) not null primary key,
    tenant varchar(128) not null,
    number varchar(32) not null,
    subject varchar(255) not null,
    description text not null,
    status varchar(20) not null,
    priority tinyint not null,
    category varchar(50),
    tags json not null,
    requester_id varchar(128),
    requester json not null,
    assignee_id varchar(128),
    assignee_name text,
    custom_fields json not null,
    reply_count bigint not null,
    waiting_since datetime(6),
    first_response_at datetime(6),
    cycle_started_at datetime(6) not null,
    resolved_at datetime(6),
    closed_at datetime(6),
    follow_up_of binary(16),
    chat_session_id binary(16),
    version bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    unique key @tickets_by_number (tenant, number),
    -- One for each order of a list, and for each segment of one.
    key @tickets_by_update (tenant, updated_at, id),
    key @tickets_by_creation (tenant, created_at, id),
    key @tickets_by_priority (tenant, priority, id),
    key @tickets_by_priority_newest (tenant, priority, id desc),
    key @tickets_by_wait (tenant, waiting_since, id),
    key @tickets_not_waiting (tenant, waiting_since, updated_at, id),
    -- One for each narrow list, in the order that lists have unless another is asked for.
    key @tickets_by_status (tenant, status, updated_at, id),
    key @tickets_by_requester (tenant, requester_id, updated_at, id),
    key @tickets_by_assignee (tenant, assignee_id, updated_at, id),
    key @tickets_in_hand (tenant, assignee_id, status),
    key @tickets_by_first_response (tenant, first_response_at),
    key @tickets_by_chat (chat_session_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @ticket_tags (
    ticket_id binary(16) not null,
    tag varchar(50) not null,
    primary key (ticket_id, tag)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @ticket_numbers (
    tenant varchar(128) not null,
    day varchar(20) not null,
    last bigint not null,
    primary key (tenant, day)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @entries (
    ticket_id binary(16) not null,
    seq bigint not null,
    id binary(16) not null,
    tenant varchar(128) not null,
    kind varchar(20) not null,
    author_id varchar(128),
    author_name text,
    author_kind varchar(20) not null,
    body text not null,
    created_at datetime(6) not null,
    primary key (ticket_id, seq),
    unique key @entries_by_id (id),
    key @entries_by_author (tenant, author_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @history (
    ticket_id binary(16) not null,
    seq bigint not null,
    tenant varchar(128) not null,
    at datetime(6) not null,
    actor_id varchar(128),
    actor_name text,
    actor_kind varchar(20) not null,
    field text not null,
    old json not null,
    new json not null,
    primary key (ticket_id, seq),
    key @history_by_actor (tenant, actor_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @resolutions (
    row_id bigint not null auto_increment primary key,
    ticket_id binary(16) not null,
    tenant varchar(128) not null,
    started_at datetime(6) not null,
    ended_at datetime(6) not null,
    key @resolutions_by_end (tenant, ended_at),
    key @resolutions_by_ticket (ticket_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- What searches cover: a row for each word of each part.
create table if not exists @ticket_texts (
    ticket_id binary(16) not null,
    part bigint not null,
    word varchar(200) not null,
    staff_only tinyint not null,
    primary key (ticket_id, part, word),
    key @ticket_texts_by_word (word, staff_only, ticket_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @sessions (
    id binary(16) not null primary key,
    tenant varchar(128) not null,
    token_hash binary(32),
    status varchar(20) not null,
    owner varchar(20) not null,
    user_id varchar(128),
    customer json not null,
    subject varchar(255),
    category varchar(50),
    assignee_id varchar(128),
    assignee_name text,
    rating tinyint,
    feedback text,
    rated_at datetime(6),
    last_seq bigint not null,
    last_customer_seq bigint not null,
    bot_seq bigint not null,
    last_sender varchar(20),
    last_preview text,
    last_at datetime(6),
    waiting_since datetime(6),
    customer_active_at datetime(6) not null,
    ticket_id binary(16),
    dialogue json not null,
    metadata json not null,
    ip_address varchar(45),
    user_agent text,
    version bigint not null,
    created_at datetime(6) not null,
    updated_at datetime(6) not null,
    closed_at datetime(6),
    unique key @sessions_by_token (token_hash),
    key @sessions_by_update (tenant, updated_at, id),
    key @sessions_by_wait (tenant, waiting_since, id),
    key @sessions_not_waiting (tenant, waiting_since, updated_at, id),
    key @sessions_by_user (tenant, user_id, updated_at, id),
    key @sessions_by_assignee (tenant, assignee_id, updated_at, id),
    key @sessions_in_hand (tenant, status, assignee_id),
    key @sessions_by_status (tenant, status, updated_at, id),
    key @sessions_by_rating (tenant, rated_at),
    key @sessions_idle (tenant, status, waiting_since, customer_active_at, id),
    key @sessions_unanswered (tenant, status, owner, updated_at)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @messages (
    session_id binary(16) not null,
    seq bigint not null,
    id binary(16) not null,
    tenant varchar(128) not null,
    sender_kind varchar(20) not null,
    sender_id varchar(128),
    sender_name text,
    body text not null,
    metadata json not null,
    suggestions json not null,
    client_message_id varchar(128),
    -- No id is empty.
    sender_key varchar(128) generated always as (coalesce(sender_id, '')) virtual,
    created_at datetime(6) not null,
    read_at datetime(6),
    primary key (session_id, seq),
    unique key @messages_by_id (id),
    unique key @messages_by_client_id (session_id, client_message_id, sender_key),
    key @messages_by_author (tenant, sender_id),
    -- Unread messages are counted in it alone.
    key @messages_by_kind (session_id, sender_kind, seq),
    key @messages_unread (session_id, read_at, seq)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

-- Always empty: whoever inserts a row, and deletes it, has its key to themselves until their transaction ends.
create table if not exists @user_locks (
    tenant varchar(128) not null,
    user_id varchar(128) not null,
    primary key (tenant, user_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @read_cursors (
    session_id binary(16) not null,
    participant varchar(140) not null,
    up_to bigint not null,
    primary key (session_id, participant)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @session_texts (
    session_id binary(16) not null,
    part bigint not null,
    word varchar(200) not null,
    primary key (session_id, part, word),
    key @session_texts_by_word (word, session_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @event_heads (
    tenant varchar(128) not null primary key,
    last bigint not null
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @events (
    id bigint not null auto_increment primary key,
    tenant varchar(128) not null,
    -- None before somebody has given it, after the commit.
    position bigint,
    kind varchar(40) not null,
    session_id binary(16),
    ticket_id binary(16),
    seq bigint,
    at datetime(6) not null,
    unique key @events_by_position (tenant, position),
    key @events_by_age (tenant, at),
    key @events_by_session (session_id),
    key @events_by_ticket (ticket_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @sinks (
    tenant varchar(128) not null,
    sink varchar(255) not null,
    position bigint not null,
    primary key (tenant, sink)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @idempotency (
    tenant varchar(128) not null,
    actor varchar(140) not null,
    operation varchar(200) not null,
    idempotency_key varchar(255) not null,
    fingerprint binary(32) not null,
    outcome json not null,
    created_at datetime(6) not null,
    primary key (tenant, actor, operation, idempotency_key),
    key @idempotency_by_age (tenant, created_at)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @agents (
    tenant varchar(128) not null,
    id varchar(128) not null,
    name text not null,
    availability varchar(20) not null,
    primary key (tenant, id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @traces (
    session_id binary(16) not null,
    seq bigint not null,
    tenant varchar(128) not null,
    trace json not null,
    created_at datetime(6) not null,
    primary key (session_id, seq),
    key @traces_by_age (tenant, created_at)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;

create table if not exists @unanswered (
    id binary(16) not null primary key,
    tenant varchar(128) not null,
    session_id binary(16) not null,
    seq bigint not null,
    normalized mediumtext not null,
    created_at datetime(6) not null,
    key @unanswered_by_age (tenant, created_at, id),
    key @unanswered_by_session (session_id)
) engine = innodb row_format = dynamic comment = 'support desk' default character set utf8mb4
    /*!80019 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */;
