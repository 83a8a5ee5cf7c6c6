//! The calls of repositories, each of which may be the one that fails.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{FailingTransaction, call};
use crate::{
    access::Scope,
    bot::{BotStats, KnowledgeVersion, VersionInfo},
    chat::{ChatStats, Participant, Session, SessionFilter, SessionSort, SessionView, TokenHash},
    event::{DeadLetter, DeliveryState, Event, NewEvent, Position},
    id::{DeadLetterId, SessionId, TicketId, UserId},
    message::{AnswerFeedback, Message, MessageRange, Side},
    person::Agent,
    store::{
        AgentLoad, AgentRepository, AnswerRecord, AnswerRepository, BotLogRepository, ChatRepository,
        DeliveryRepository, ErasureCounts, EventRepository, IdempotencyRecord, IdempotencyRepository,
        KnowledgeRepository, Limit, MessageRepository, Page, PageRequest, PersonExport, PersonKey,
        PersonRepository, PruneBefore, PruneCounts, StoreError, TicketRepository, TraceRecord,
        UnansweredGroup, UnansweredQuestion, UnansweredSort,
    },
    text::{ClientMessageId, IdempotencyKey, LanguageTag},
    ticket::{
        Entry, HistoryChange, NewEntry, Period, ResolutionCycle, Ticket, TicketFilter, TicketKey,
        TicketNumber, TicketSort, TicketStats, TicketStatsFilter, Visibility,
    },
    time::Timestamp,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Implements a repository: counts each call, and hands it on.
macro_rules! hand_on {
    ($repository:ident of $inner:ident {
        $($name:ident($($argument:ident: $type:ty),*) -> $returned:ty;)+
    }) => {
        #[async_trait]
        impl $repository for FailingTransaction {
            $(
                async fn $name(&mut self, $($argument: $type),*) -> Result<$returned> {
                    call(&self.plan)?;
                    self.inner.$inner().$name($($argument),*).await
                }
            )+
        }
    };
}

hand_on!(TicketRepository of tickets {
    find(key: &TicketKey, scope: &Scope) -> Option<Ticket>;
    list(filter: &TicketFilter, sort: TicketSort, page: &PageRequest) -> Page<Ticket>;
    count(filter: &TicketFilter) -> u64;
    insert(ticket: &Ticket) -> ();
    update(ticket: &mut Ticket) -> ();
    next_number(day: NaiveDate) -> TicketNumber;
    append_entry(entry: NewEntry) -> Entry;
    find_entry(ticket: TicketId, seq: u64, visibility: Visibility) -> Option<Entry>;
    list_entries(ticket: TicketId, visibility: Visibility, page: &PageRequest) -> Page<Entry>;
    append_history(changes: &[HistoryChange]) -> ();
    list_history(ticket: TicketId, page: &PageRequest) -> Page<HistoryChange>;
    append_resolution(cycle: &ResolutionCycle) -> ();
    stats(filter: &TicketStatsFilter) -> TicketStats;
});

hand_on!(ChatRepository of chats {
    find(id: SessionId, scope: &Scope) -> Option<Session>;
    find_by_token(hash: &TokenHash) -> Option<(SessionId, TokenHash)>;
    find_active_of(user: &UserId) -> Option<Session>;
    list(filter: &SessionFilter, sort: SessionSort, page: &PageRequest) -> Page<SessionView>;
    count(filter: &SessionFilter) -> u64;
    insert(session: &Session, token: Option<&TokenHash>) -> ();
    update(session: &mut Session) -> ();
    read_cursor(session: SessionId, participant: &Participant) -> u64;
    list_read_cursors(session: SessionId) -> Vec<(Participant, u64)>;
    move_read_cursor(session: SessionId, participant: &Participant, up_to: u64) -> bool;
    count_unread(session: SessionId, participant: &Participant) -> u64;
    list_idle(before: Timestamp, limit: Limit) -> Vec<SessionId>;
    list_unanswered(before: Timestamp, limit: Limit) -> Vec<SessionId>;
    stats() -> ChatStats;
});

hand_on!(MessageRepository of messages {
    insert(message: &Message) -> ();
    find(session: SessionId, seq: u64) -> Option<Message>;
    find_by_client_id(session: SessionId, author: Option<&UserId>, id: &ClientMessageId) -> Option<Message>;
    list(session: SessionId, range: &MessageRange) -> Vec<Message>;
    mark_read(session: SessionId, written_by: Side, up_to: u64, at: Timestamp) -> u64;
});

hand_on!(EventRepository of events {
    append(event: &NewEvent) -> ();
    assign_positions() -> ();
    list_after(after: Position, limit: Limit) -> Vec<Event>;
    last_position() -> Position;
    first_position() -> Option<Position>;
    sink_position(sink: &str) -> Position;
    move_sink(sink: &str, to: Position) -> ();
});

hand_on!(DeliveryRepository of deliveries {
    find(sink: &str) -> DeliveryState;
    upsert(sink: &str, state: &DeliveryState) -> ();
    upsert_dead_letter(letter: &DeadLetter) -> ();
    find_dead_letter(id: DeadLetterId) -> Option<DeadLetter>;
    list_dead_letters(page: &PageRequest) -> Page<DeadLetter>;
    delete_dead_letter(id: DeadLetterId) -> bool;
});

hand_on!(IdempotencyRepository of idempotency {
    find(actor: &str, operation: &str, key: &IdempotencyKey) -> Option<IdempotencyRecord>;
    insert(record: &IdempotencyRecord) -> ();
    delete(actor: &str, operation: &str, key: &IdempotencyKey) -> ();
});

hand_on!(AgentRepository of agents {
    find(id: &UserId) -> Option<Agent>;
    list() -> Vec<Agent>;
    upsert(agent: &Agent) -> ();
    loads() -> BTreeMap<UserId, AgentLoad>;
});

hand_on!(BotLogRepository of bot_log {
    append_trace(trace: &TraceRecord) -> ();
    find_trace(session: SessionId, seq: u64) -> Option<TraceRecord>;
    append_unanswered(question: &UnansweredQuestion) -> ();
    list_unanswered(page: &PageRequest) -> Page<UnansweredQuestion>;
    list_unanswered_groups(sort: UnansweredSort, page: &PageRequest) -> Page<UnansweredGroup>;
});

hand_on!(AnswerRepository of answers {
    append(answer: &AnswerRecord) -> ();
    find(session: SessionId, seq: u64) -> Option<AnswerRecord>;
    rate(session: SessionId, seq: u64, feedback: &AnswerFeedback) -> ();
    stats(period: &Period) -> BotStats;
});

hand_on!(KnowledgeRepository of knowledge {
    last_versions() -> BTreeMap<LanguageTag, u64>;
    find(language: &LanguageTag, version: u64) -> Option<KnowledgeVersion>;
    list(language: &LanguageTag, page: &PageRequest) -> Page<VersionInfo>;
    insert(version: &KnowledgeVersion) -> ();
});

hand_on!(PersonRepository of people {
    export(person: &PersonKey) -> PersonExport;
    erase(person: &PersonKey) -> ErasureCounts;
    prune(before: &PruneBefore, limit: Limit) -> PruneCounts;
});
