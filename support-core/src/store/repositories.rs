//! The repositories of a transaction.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{
    AgentLoad, AnswerRecord, ErasureCounts, IdempotencyRecord, Limit, Page, PageRequest, PersonExport,
    PersonKey, PruneBefore, PruneCounts, Scope, StoreError, TraceRecord, UnansweredGroup, UnansweredQuestion,
    UnansweredSort,
};
use crate::{
    bot::{BotStats, KnowledgeVersion, VersionInfo},
    chat::{ChatStats, Participant, Session, SessionFilter, SessionSort, SessionView, TokenHash},
    event::{DeadLetter, DeliveryState, Event, NewEvent, Position},
    id::{DeadLetterId, SessionId, TicketId, UserId},
    message::{AnswerFeedback, Message, MessageRange, Side},
    person::Agent,
    text::{ClientMessageId, IdempotencyKey, LanguageTag},
    ticket::{
        Entry, HistoryChange, NewEntry, Period, ResolutionCycle, Ticket, TicketFilter, TicketKey,
        TicketNumber, TicketSort, TicketStats, TicketStatsFilter, Visibility,
    },
    time::Timestamp,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Tickets, their threads and their figures.
#[async_trait]
pub trait TicketRepository: Send {
    /// One ticket, if the scope holds it.
    async fn find(&mut self, key: &TicketKey, scope: &Scope) -> Result<Option<Ticket>>;

    /// A page of tickets.
    ///
    /// Places ([`Keyset`](super::Keyset)) by order: `tier` is 0 for the ticket whose number the search names exactly
    /// and 1 for all others; with [`TicketSort::Waiting`], tickets that do not wait are in tier 2. `key` is
    /// `updated_at`, `created_at` or `waiting_since` in microseconds, or the priority's rank; tier 2 of `Waiting` goes
    /// by `updated_at`, descending. `id` goes in the direction of `key`, except with [`TicketSort::Priority`], where
    /// it descends (newest first within one priority).
    async fn list(
        &mut self,
        filter: &TicketFilter,
        sort: TicketSort,
        page: &PageRequest,
    ) -> Result<Page<Ticket>>;

    /// How many tickets a filter holds.
    async fn count(&mut self, filter: &TicketFilter) -> Result<u64>;

    /// Adds a ticket. `AlreadyExists` if its id or number is taken.
    async fn insert(&mut self, ticket: &Ticket) -> Result<()>;

    /// Changes a ticket, see the rules of the [module](super).
    async fn update(&mut self, ticket: &mut Ticket) -> Result<()>;

    /// Takes the next number of a day. A number is never given twice, also if the transaction is rolled back after
    /// others were given.
    async fn next_number(&mut self, day: NaiveDate) -> Result<TicketNumber>;

    /// Adds an entry to a ticket's thread, behind all others. `NotFound` without the ticket.
    async fn append_entry(&mut self, entry: NewEntry) -> Result<Entry>;

    /// One entry, if it may be seen.
    async fn find_entry(
        &mut self,
        ticket: TicketId,
        seq: u64,
        visibility: Visibility,
    ) -> Result<Option<Entry>>;

    /// A page of a thread, ascending. Places: `tier` 0, `key` is the `seq`, `id` the entry's.
    async fn list_entries(
        &mut self,
        ticket: TicketId,
        visibility: Visibility,
        page: &PageRequest,
    ) -> Result<Page<Entry>>;

    /// Adds changes to the history, in this order.
    async fn append_history(&mut self, changes: &[HistoryChange]) -> Result<()>;

    /// A page of a ticket's history in the order in which it was appended. Places: `tier` 0, `key` the position within
    /// the ticket's history, `id` nil.
    async fn list_history(&mut self, ticket: TicketId, page: &PageRequest) -> Result<Page<HistoryChange>>;

    /// Keeps a stretch of work that has ended.
    async fn append_resolution(&mut self, cycle: &ResolutionCycle) -> Result<()>;

    /// Figures.
    async fn stats(&mut self, filter: &TicketStatsFilter) -> Result<TicketStats>;
}

/// Chat sessions, read cursors and their figures.
#[async_trait]
pub trait ChatRepository: Send {
    /// One session, if the scope holds it.
    async fn find(&mut self, id: SessionId, scope: &Scope) -> Result<Option<Session>>;

    /// The session of a guest's token with the hash that is kept, which the caller compares once more.
    async fn find_by_token(&mut self, hash: &TokenHash) -> Result<Option<(SessionId, TokenHash)>>;

    /// The active session of a user that began last. In a transaction of [`Store::begin`](super::Store::begin), it keeps
    /// others who ask the same from an answer until the end: of those who would begin a session, one finds none.
    async fn find_active_of(&mut self, user: &UserId) -> Result<Option<Session>>;

    /// A page of sessions.
    ///
    /// Places ([`Keyset`](super::Keyset)) by order: with [`SessionSort::Unread`] tier 0 holds sessions with unread
    /// messages of the viewer and tier 1 the others, with [`SessionSort::Waiting`] tier 0 holds those that wait and
    /// tier 1 the others, with [`SessionSort::Recent`] all are in tier 0. `key` is `updated_at`, descending; tier 0 of
    /// `Waiting` goes by `waiting_since`, ascending. `id` goes in the direction of `key`.
    async fn list(
        &mut self,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageRequest,
    ) -> Result<Page<SessionView>>;

    /// How many sessions a filter holds.
    async fn count(&mut self, filter: &SessionFilter) -> Result<u64>;

    /// Adds a session. `AlreadyExists` if its id or token is taken.
    async fn insert(&mut self, session: &Session, token: Option<&TokenHash>) -> Result<()>;

    /// Changes a session, see the rules of the [module](super). The token never changes.
    async fn update(&mut self, session: &mut Session) -> Result<()>;

    /// Up to which message a participant has read; 0 before the first.
    async fn read_cursor(&mut self, session: SessionId, participant: &Participant) -> Result<u64>;

    /// Every read cursor of a session that was ever moved, in no particular order.
    async fn list_read_cursors(&mut self, session: SessionId) -> Result<Vec<(Participant, u64)>>;

    /// Moves a participant's read cursor forward. `false` if it was there or further already.
    async fn move_read_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
    ) -> Result<bool>;

    /// The other side's messages beyond a participant's cursor
    /// ([`SenderKind::is_news_for`](crate::message::SenderKind::is_news_for)).
    async fn count_unread(&mut self, session: SessionId, participant: &Participant) -> Result<u64>;

    /// Active sessions that wait for nobody but their customer (`waiting_since` is unset), and have done so
    /// (`customer_active_at`) since before a moment, longest ago first.
    async fn list_idle(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>>;

    /// Active sessions of the bot with a message of the customer that the bot has not dealt with, written before a
    /// moment, oldest first.
    async fn list_unanswered(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>>;

    /// Figures.
    async fn stats(&mut self) -> Result<ChatStats>;
}

/// Messages.
#[async_trait]
pub trait MessageRepository: Send {
    /// Adds a message. `Conflict` if its `seq` is taken, `AlreadyExists` if its id or its client's key is.
    async fn insert(&mut self, message: &Message) -> Result<()>;

    /// One message.
    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<Message>>;

    /// The message that an author sent with a client's key. `author` is `None` for the session's guest.
    async fn find_by_client_id(
        &mut self,
        session: SessionId,
        author: Option<&UserId>,
        client_message_id: &ClientMessageId,
    ) -> Result<Option<Message>>;

    /// Messages, ascending.
    async fn list(&mut self, session: SessionId, range: &MessageRange) -> Result<Vec<Message>>;

    /// Marks messages that a side wrote, up to a `seq`, as read by the other, where they are not yet. Returns how many.
    async fn mark_read(
        &mut self,
        session: SessionId,
        written_by: Side,
        up_to: u64,
        at: Timestamp,
    ) -> Result<u64>;
}

/// Events.
#[async_trait]
pub trait EventRepository: Send {
    /// Appends an event. Its position may be given now or after the commit.
    async fn append(&mut self, event: &NewEvent) -> Result<()>;

    /// Gives positions to committed events that have none yet, oldest first. Called in a transaction of its own, before
    /// reading; does nothing where [`EventRepository::append`] gives them. One call may leave some where nobody has
    /// asked for a long time.
    async fn assign_positions(&mut self) -> Result<()>;

    /// Events behind a position, ascending.
    async fn list_after(&mut self, after: Position, limit: Limit) -> Result<Vec<Event>>;

    /// The position of the last event, or the default before the first; it never falls, also when events are pruned.
    async fn last_position(&mut self) -> Result<Position>;

    /// The position of the oldest event that is kept.
    async fn first_position(&mut self) -> Result<Option<Position>>;

    /// Up to where a sink has taken events.
    async fn sink_position(&mut self, sink: &str) -> Result<Position>;

    /// Keeps up to where a sink has taken events.
    async fn move_sink(&mut self, sink: &str, to: Position) -> Result<()>;
}

/// What is known of telling the host's hooks.
#[async_trait]
pub trait DeliveryRepository: Send {
    /// How telling a sink stands; the default before it was ever told. In a transaction of
    /// [`Store::begin`](super::Store::begin), it keeps others who ask the same from an answer until the end, also where
    /// nothing is known yet.
    async fn find(&mut self, sink: &str) -> Result<DeliveryState>;

    /// Keeps how telling a sink stands.
    async fn upsert(&mut self, sink: &str, state: &DeliveryState) -> Result<()>;

    /// Keeps an event that was given up, in place of one with its id.
    async fn upsert_dead_letter(&mut self, letter: &DeadLetter) -> Result<()>;

    /// One event that was given up.
    async fn find_dead_letter(&mut self, id: DeadLetterId) -> Result<Option<DeadLetter>>;

    /// Events that were given up, the last one first. Places: `tier` 0, `key` is `given_up_at` in microseconds.
    async fn list_dead_letters(&mut self, page: &PageRequest) -> Result<Page<DeadLetter>>;

    /// Forgets an event that was given up. `false` if it is not there.
    async fn delete_dead_letter(&mut self, id: DeadLetterId) -> Result<bool>;
}

/// First answers to requests that must not be carried out twice.
#[async_trait]
pub trait IdempotencyRepository: Send {
    /// The first answer to a key.
    async fn find(
        &mut self,
        actor: &str,
        operation: &str,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>>;

    /// Keeps a first answer. `Conflict` if another transaction was faster.
    async fn insert(&mut self, record: &IdempotencyRecord) -> Result<()>;

    /// Forgets a first answer that is too old to be given again.
    async fn delete(&mut self, actor: &str, operation: &str, key: &IdempotencyKey) -> Result<()>;
}

/// Agents that were registered, or that have called.
#[async_trait]
pub trait AgentRepository: Send {
    /// One agent.
    async fn find(&mut self, id: &UserId) -> Result<Option<Agent>>;

    /// All agents, by name and then id.
    async fn list(&mut self) -> Result<Vec<Agent>>;

    /// Adds an agent, or changes the one with this id.
    async fn upsert(&mut self, agent: &Agent) -> Result<()>;

    /// What each agent has in hand; absent means nothing.
    async fn loads(&mut self) -> Result<BTreeMap<UserId, AgentLoad>>;
}

/// What the bot did, and did not know.
#[async_trait]
pub trait BotLogRepository: Send {
    /// Keeps why the bot said something.
    async fn append_trace(&mut self, trace: &TraceRecord) -> Result<()>;

    /// Why the bot said something.
    async fn find_trace(&mut self, session: SessionId, seq: u64) -> Result<Option<TraceRecord>>;

    /// Keeps a question without an answer.
    async fn append_unanswered(&mut self, question: &UnansweredQuestion) -> Result<()>;

    /// Questions without an answer, newest first. Places: `tier` 0, `key` is `created_at` in microseconds.
    async fn list_unanswered(&mut self, page: &PageRequest) -> Result<Page<UnansweredQuestion>>;

    /// Questions without an answer, those that say the same as one. Places: `tier` 0, `key` is the count, or
    /// `last_seen_at` in microseconds; both descend.
    ///
    /// A group is there as long as one of its questions is. Its moments stay when questions go: they tell when it was
    /// asked, not by whom.
    async fn list_unanswered_groups(
        &mut self,
        sort: UnansweredSort,
        page: &PageRequest,
    ) -> Result<Page<UnansweredGroup>>;
}

/// What became of messages to the bot, and what customers think of its answers.
#[async_trait]
pub trait AnswerRepository: Send {
    /// Keeps what became of a message. `NotFound` without the session, `AlreadyExists` if its place is taken.
    async fn append(&mut self, answer: &AnswerRecord) -> Result<()>;

    /// What became of a message.
    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<AnswerRecord>>;

    /// Keeps what the customer thinks of an answer, in place of what they thought before; from then on the message, if it
    /// is the bot's, has it as well. `NotFound` without the answer.
    async fn rate(&mut self, session: SessionId, seq: u64, feedback: &AnswerFeedback) -> Result<()>;

    /// Figures about the answers given in a period, with what customers think of them whenever they said so.
    async fn stats(&mut self, period: &Period) -> Result<BotStats>;
}

/// The bot's knowledge bases as staff saved them: every version of each, by language. What is saved never changes.
#[async_trait]
pub trait KnowledgeRepository: Send {
    /// The number of the last version in each language.
    async fn last_versions(&mut self) -> Result<BTreeMap<LanguageTag, u64>>;

    /// One version in a language.
    async fn find(&mut self, language: &LanguageTag, version: u64) -> Result<Option<KnowledgeVersion>>;

    /// Versions in a language without their texts, newest first. Places: `tier` 0, `key` is the version, `id` nil.
    async fn list(&mut self, language: &LanguageTag, page: &PageRequest) -> Result<Page<VersionInfo>>;

    /// Adds a version. `AlreadyExists` if its number is taken.
    async fn insert(&mut self, version: &KnowledgeVersion) -> Result<()>;
}

/// Everything about one person, and what is too old to keep.
#[async_trait]
pub trait PersonRepository: Send {
    /// Reads everything about a person.
    async fn export(&mut self, person: &PersonKey) -> Result<PersonExport>;

    /// Removes what is a person's own, and blots their id and name out where they appear in what is others'
    /// (author, assignee, actor). Covers every table.
    async fn erase(&mut self, person: &PersonKey) -> Result<ErasureCounts>;

    /// Removes what is old enough to go, at most `limit` rows of each class at a time.
    async fn prune(&mut self, before: &PruneBefore, limit: Limit) -> Result<PruneCounts>;
}
