//! What is copied: every table, with the type of every column.
//!
//! A test compares this list with the tables of each database, so that none is forgotten when one is added.

/// What a column holds, whatever type a database keeps it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Uuid,
    Time,
    /// 32 bytes.
    Hash,
    Json,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What a row is, beyond its columns: it is read as this before it is copied, so that what nobody could read stays out
/// of the copy, and what is searched is indexed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Ticket,
    Entry,
    Change,
    Session,
    Message,
    Event,
    Agent,
    DeadLetter,
    Question,
    Answer,
    Version,
    Plain,
}

/// A table that is copied row by row.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) content: Content,
    pub(super) columns: &'static [Column],
    /// Names a row, in errors: a column.
    pub(super) id: &'static str,
    /// The unique key by which rows are read in order. A column of it that is not copied is numbered anew.
    pub(super) key: &'static [Column],
    /// Which rows are read, as a condition that no row fails.
    pub(super) only: &'static str,
}

impl Table {
    const fn new(
        name: &'static str,
        content: Content,
        columns: &'static [Column],
        id: &'static str,
        key: &'static [Column],
    ) -> Self {
        Self { name, content, columns, id, key, only: "" }
    }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn integer(name: &'static str) -> Column {
    Column { name, kind: Kind::Integer }
}

const fn uuid(name: &'static str) -> Column {
    Column { name, kind: Kind::Uuid }
}

const fn time(name: &'static str) -> Column {
    Column { name, kind: Kind::Time }
}

const fn hash(name: &'static str) -> Column {
    Column { name, kind: Kind::Hash }
}

const fn json(name: &'static str) -> Column {
    Column { name, kind: Kind::Json }
}

/// The tables, in the order in which they are copied.
pub(super) const TABLES: &[Table] = &[
    Table::new("tenants", Content::Plain, &[text("tenant")], "tenant", &[text("tenant")]),
    Table::new("tickets", Content::Ticket, TICKET, "id", &[uuid("id")]),
    Table::new("ticket_tags", Content::Plain, TAG, "ticket_id", &[uuid("ticket_id"), text("tag")]),
    Table::new(
        "ticket_numbers",
        Content::Plain,
        &[text("tenant"), text("day"), integer("last")],
        "day",
        &[text("tenant"), text("day")],
    ),
    Table::new("entries", Content::Entry, ENTRY, "id", &[uuid("ticket_id"), integer("seq")]),
    Table::new("history", Content::Change, CHANGE, "ticket_id", &[uuid("ticket_id"), integer("seq")]),
    Table::new("resolutions", Content::Plain, RESOLUTION, "ticket_id", &[integer("row_id")]),
    Table::new("sessions", Content::Session, SESSION, "id", &[uuid("id")]),
    Table::new("messages", Content::Message, MESSAGE, "id", &[uuid("session_id"), integer("seq")]),
    Table::new(
        "read_cursors",
        Content::Plain,
        CURSOR,
        "session_id",
        &[uuid("session_id"), text("participant")],
    ),
    Table::new("counts", Content::Plain, COUNT, "label", COUNT_KEY),
    Table::new("traces", Content::Plain, TRACE, "session_id", &[uuid("session_id"), integer("seq")]),
    Table::new("unanswered", Content::Question, UNANSWERED, "id", &[uuid("id")]),
    Table::new("unanswered_groups", Content::Plain, UNANSWERED_GROUP, "id", &[uuid("id")]),
    Table::new("answers", Content::Answer, ANSWER, "session_id", &[uuid("session_id"), integer("seq")]),
    Table::new("knowledge", Content::Version, KNOWLEDGE, "version", KNOWLEDGE_KEY),
    Table::new("agents", Content::Agent, AGENT, "id", &[text("tenant"), text("id")]),
    Table::new("idempotency", Content::Plain, IDEMPOTENCY, "idempotency_key", IDEMPOTENCY_KEY),
    Table {
        // Each has one by now, and says so for the sake of an index of those that have.
        only: "position > 0",
        ..Table::new("events", Content::Event, EVENT, "position", &[text("tenant"), integer("position")])
    },
    Table::new(
        "event_heads",
        Content::Plain,
        &[text("tenant"), integer("last")],
        "tenant",
        &[text("tenant")],
    ),
    Table::new(
        "sinks",
        Content::Plain,
        &[text("tenant"), text("sink"), integer("position")],
        "sink",
        &[text("tenant"), text("sink")],
    ),
    Table::new("deliveries", Content::Plain, DELIVERY, "sink", &[text("tenant"), text("sink")]),
    Table::new("dead_letters", Content::DeadLetter, DEAD_LETTER, "id", &[text("tenant"), uuid("id")]),
];

const TICKET: &[Column] = &[
    uuid("id"),
    text("tenant"),
    text("number"),
    text("subject"),
    text("description"),
    text("status"),
    integer("priority"),
    text("category"),
    json("tags"),
    text("requester_id"),
    json("requester"),
    text("assignee_id"),
    text("assignee_name"),
    json("custom_fields"),
    integer("reply_count"),
    time("waiting_since"),
    time("first_response_at"),
    time("cycle_started_at"),
    time("resolved_at"),
    time("closed_at"),
    uuid("follow_up_of"),
    uuid("chat_session_id"),
    integer("version"),
    time("created_at"),
    time("updated_at"),
];

const TAG: &[Column] = &[
    uuid("ticket_id"),
    text("tag"),
    text("tenant"),
    time("ticket_updated_at"),
    time("ticket_created_at"),
    integer("ticket_priority"),
];

const ENTRY: &[Column] = &[
    uuid("ticket_id"),
    integer("seq"),
    uuid("id"),
    text("tenant"),
    text("kind"),
    text("author_id"),
    text("author_name"),
    text("author_kind"),
    text("body"),
    time("created_at"),
];

const CHANGE: &[Column] = &[
    uuid("ticket_id"),
    integer("seq"),
    text("tenant"),
    time("at"),
    text("actor_id"),
    text("actor_name"),
    text("actor_kind"),
    text("field"),
    json("old"),
    json("new"),
];

const RESOLUTION: &[Column] =
    &[uuid("ticket_id"), text("tenant"), time("started_at"), time("ended_at"), integer("again")];

const SESSION: &[Column] = &[
    uuid("id"),
    text("tenant"),
    hash("token_hash"),
    text("status"),
    text("owner"),
    text("user_id"),
    json("customer"),
    text("subject"),
    text("category"),
    text("assignee_id"),
    text("assignee_name"),
    integer("rating"),
    text("feedback"),
    time("rated_at"),
    integer("last_seq"),
    integer("last_customer_seq"),
    integer("bot_seq"),
    text("last_sender"),
    text("last_preview"),
    time("last_at"),
    time("waiting_since"),
    time("customer_active_at"),
    uuid("ticket_id"),
    json("dialogue"),
    json("metadata"),
    text("ip_address"),
    text("user_agent"),
    integer("version"),
    time("created_at"),
    time("updated_at"),
    time("closed_at"),
    integer("staff_has_read"),
    integer("news_for_assignee"),
];

const MESSAGE: &[Column] = &[
    uuid("session_id"),
    integer("seq"),
    uuid("id"),
    text("tenant"),
    text("sender_kind"),
    text("sender_id"),
    text("sender_name"),
    text("body"),
    json("metadata"),
    json("suggestions"),
    text("client_message_id"),
    time("created_at"),
    time("read_at"),
];

const CURSOR: &[Column] =
    &[uuid("session_id"), text("participant"), integer("up_to"), text("tenant"), time("session_updated_at")];

const COUNT: &[Column] = &[text("tenant"), text("kind"), text("label"), integer("shard"), integer("n")];

const COUNT_KEY: &[Column] = &[text("tenant"), text("kind"), text("label"), integer("shard")];

const TRACE: &[Column] =
    &[uuid("session_id"), integer("seq"), text("tenant"), json("trace"), time("created_at")];

const UNANSWERED: &[Column] =
    &[uuid("id"), text("tenant"), uuid("session_id"), integer("seq"), text("normalized"), time("created_at")];

const UNANSWERED_GROUP: &[Column] = &[
    uuid("id"),
    text("tenant"),
    text("group_text"),
    integer("n"),
    time("first_at"),
    time("last_at"),
    uuid("session_id"),
    integer("seq"),
];

const ANSWER: &[Column] = &[
    uuid("session_id"),
    integer("seq"),
    text("tenant"),
    text("decision"),
    text("category"),
    json("offered"),
    text("handoff"),
    integer("helpful"),
    text("comment"),
    time("rated_at"),
    time("created_at"),
];

const KNOWLEDGE_KEY: &[Column] = &[text("tenant"), text("language"), integer("version")];

const KNOWLEDGE: &[Column] = &[
    text("tenant"),
    text("language"),
    integer("version"),
    text("text"),
    text("author_id"),
    text("author_name"),
    text("author_kind"),
    text("note"),
    integer("restores"),
    time("created_at"),
];

const AGENT: &[Column] = &[text("tenant"), text("id"), text("name"), text("availability")];

const IDEMPOTENCY_KEY: &[Column] =
    &[text("tenant"), text("actor"), text("operation"), text("idempotency_key")];

const IDEMPOTENCY: &[Column] = &[
    text("tenant"),
    text("actor"),
    text("operation"),
    text("idempotency_key"),
    hash("fingerprint"),
    json("outcome"),
    time("created_at"),
];

const EVENT: &[Column] = &[
    text("tenant"),
    integer("position"),
    text("kind"),
    uuid("session_id"),
    uuid("ticket_id"),
    integer("seq"),
    time("at"),
];

const DELIVERY: &[Column] = &[
    text("tenant"),
    text("sink"),
    uuid("holder"),
    time("held_until"),
    integer("failures"),
    time("retry_at"),
    integer("one_by_one_to"),
];

const DEAD_LETTER: &[Column] = &[
    text("tenant"),
    uuid("id"),
    text("sink"),
    integer("position"),
    text("kind"),
    uuid("session_id"),
    uuid("ticket_id"),
    integer("seq"),
    time("at"),
    integer("failures"),
    text("error"),
    time("given_up_at"),
];
