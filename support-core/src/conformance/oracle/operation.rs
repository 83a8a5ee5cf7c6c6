//! What can be done to a store, as values, so that the same can be done to two.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    access::Scope,
    chat::{Participant, Session, SessionFilter, SessionSort, TokenHash},
    event::{DeadLetter, DeliveryState, NewEvent, Position},
    id::{DeadLetterId, SessionId, TicketId, UserId},
    message::{AnswerFeedback, Message, MessageRange, Side},
    person::Agent,
    store::{
        AnswerRecord, IdempotencyRecord, Keyset, Limit, Page, PageRequest, PersonKey, PruneBefore,
        PruneCounts, StoreError, TraceRecord, Transaction, UnansweredQuestion, UnansweredSort,
    },
    text::{ClientMessageId, IdempotencyKey},
    ticket::{
        HistoryChange, NewEntry, Period, ResolutionCycle, Ticket, TicketFilter, TicketKey, TicketSort,
        TicketStatsFilter, Visibility,
    },
    time::Timestamp,
};

/// A call, or a few that belong together.
#[derive(Debug)]
pub(super) enum Operation {
    /// A ticket, whose number is taken from a day first; with its session if it is made from one.
    InsertTicket {
        ticket: Box<Ticket>,
        day: Option<NaiveDate>,
        session: Option<Box<Session>>,
    },
    UpdateTicket(Box<Ticket>),
    AppendEntry(NewEntry),
    AppendHistory(Vec<HistoryChange>),
    AppendResolution(ResolutionCycle),
    InsertSession(Box<Session>, Option<TokenHash>),
    UpdateSession(Box<Session>),
    Say(Box<Message>, Box<Session>),
    InsertMessage(Box<Message>),
    MoveReadCursor(SessionId, Participant, u64),
    MarkRead(SessionId, Side, u64, Timestamp),
    AppendEvent(NewEvent),
    MoveSink(String, Position),
    UpsertDelivery(String, DeliveryState),
    UpsertDeadLetter(Box<DeadLetter>),
    DeleteDeadLetter(DeadLetterId),
    InsertAnswer(IdempotencyRecord),
    DeleteAnswer(String, IdempotencyKey),
    UpsertAgent(Agent),
    AppendTrace(TraceRecord),
    AppendUnanswered(UnansweredQuestion),
    AppendAnswer(Box<AnswerRecord>),
    RateAnswer(SessionId, u64, AnswerFeedback),
    Erase(PersonKey),
    Prune(PruneBefore),

    FindTicket(TicketKey, Scope),
    ListTickets(Box<TicketFilter>, TicketSort, Limit),
    FindEntry(TicketId, u64, Visibility),
    ListEntries(TicketId, Visibility, Limit),
    ListHistory(TicketId, Limit),
    TicketStats(TicketStatsFilter),
    FindSession(SessionId, Scope),
    FindByToken(TokenHash),
    FindActiveOf(UserId),
    ListSessions(Box<SessionFilter>, SessionSort, Limit),
    ReadingOf(SessionId, Participant),
    ListIdle(Timestamp, Limit),
    ListUnanswered(Timestamp, Limit),
    ChatStats,
    FindMessage(SessionId, u64),
    FindByClientId(SessionId, Option<UserId>, ClientMessageId),
    ListMessages(SessionId, MessageRange),
    SinkPosition(String),
    FindDelivery(String),
    ListDeadLetters(Limit),
    FindAnswer(String, IdempotencyKey),
    Agents(UserId),
    FindTrace(SessionId, u64),
    ListQuestions(Limit),
    ListGroups(UnansweredSort, Limit),
    BotStats(Period),
    Export(PersonKey),
}

/// The one operation that answers are kept for.
pub(super) const ANSWERED: &str = "create_ticket";

/// Does it, and renders the answer.
pub(super) async fn apply(operation: &Operation, t: &mut dyn Transaction) -> Result<Value, StoreError> {
    use Operation as O;
    Ok(match operation {
        O::InsertTicket { ticket, session, .. } => {
            t.tickets().insert(ticket).await?;
            if let Some(session) = session {
                t.chats().update(&mut session.clone()).await?;
            }
            Value::Null
        }
        O::UpdateTicket(ticket) => {
            let mut ticket = ticket.clone();
            t.tickets().update(&mut ticket).await?;
            json!(ticket.version)
        }
        O::AppendEntry(entry) => json(&t.tickets().append_entry(entry.clone()).await?),
        O::AppendHistory(changes) => done(t.tickets().append_history(changes).await?),
        O::AppendResolution(cycle) => done(t.tickets().append_resolution(cycle).await?),
        O::InsertSession(session, token) => done(t.chats().insert(session, token.as_ref()).await?),
        O::UpdateSession(session) => {
            let mut session = session.clone();
            t.chats().update(&mut session).await?;
            json!(session.version)
        }
        O::Say(message, session) => {
            t.messages().insert(message).await?;
            done(t.chats().update(&mut session.clone()).await?)
        }
        O::InsertMessage(message) => done(t.messages().insert(message).await?),
        O::MoveReadCursor(session, participant, up_to) => {
            json!(t.chats().move_read_cursor(*session, participant, *up_to).await?)
        }
        O::MarkRead(session, side, up_to, at) => {
            json!(t.messages().mark_read(*session, *side, *up_to, *at).await?)
        }
        O::AppendEvent(event) => done(t.events().append(event).await?),
        O::MoveSink(sink, to) => done(t.events().move_sink(sink, *to).await?),
        O::UpsertDelivery(sink, state) => done(t.deliveries().upsert(sink, state).await?),
        O::UpsertDeadLetter(letter) => done(t.deliveries().upsert_dead_letter(letter).await?),
        O::DeleteDeadLetter(id) => json!(t.deliveries().delete_dead_letter(*id).await?),
        O::InsertAnswer(record) => done(t.idempotency().insert(record).await?),
        O::DeleteAnswer(actor, key) => done(t.idempotency().delete(actor, ANSWERED, key).await?),
        O::UpsertAgent(agent) => done(t.agents().upsert(agent).await?),
        O::AppendTrace(trace) => done(t.bot_log().append_trace(trace).await?),
        O::AppendUnanswered(question) => done(t.bot_log().append_unanswered(question).await?),
        O::AppendAnswer(answer) => done(t.answers().append(answer).await?),
        O::RateAnswer(session, seq, feedback) => done(t.answers().rate(*session, *seq, feedback).await?),
        O::Erase(person) => json(&t.people().erase(person).await?),
        O::Prune(before) => prune_everything(t, before).await?,
        query => ask(query, t).await?,
    })
}

/// Asks, and renders the answer.
async fn ask(query: &Operation, t: &mut dyn Transaction) -> Result<Value, StoreError> {
    use Operation as O;
    Ok(match query {
        O::FindTicket(key, scope) => json(&t.tickets().find(key, scope).await?),
        O::ListTickets(filter, sort, limit) => {
            let pages = pages(*limit, async |page| {
                let page = t.tickets().list(filter, *sort, &page).await?;
                // The key of the ticket that a search names is nobody's business: it is alone in its tier.
                let place = page.next.map(|next| (next.tier, (next.tier > 0).then_some(next.key), next.id));
                Ok((json!([page.items, place]), page.next))
            });
            json!([pages.await?, t.tickets().count(filter).await?])
        }
        O::FindEntry(ticket, seq, visibility) => {
            json(&t.tickets().find_entry(*ticket, *seq, *visibility).await?)
        }
        O::ListEntries(ticket, visibility, limit) => {
            let list = async |page| whole(&t.tickets().list_entries(*ticket, *visibility, &page).await?);
            pages(*limit, list).await?
        }
        O::ListHistory(ticket, limit) => {
            let list = async |page| {
                let page = t.tickets().list_history(*ticket, &page).await?;
                Ok((json!([page.items, page.next.is_some()]), page.next))
            };
            pages(*limit, list).await?
        }
        O::TicketStats(filter) => rounded(json(&by_name(t.tickets().stats(filter).await?))),
        O::FindSession(id, scope) => json(&t.chats().find(*id, scope).await?),
        O::FindByToken(hash) => {
            json(&t.chats().find_by_token(hash).await?.map(|(id, hash)| (id, *hash.as_bytes())))
        }
        O::FindActiveOf(user) => json(&t.chats().find_active_of(user).await?),
        O::ListSessions(filter, sort, limit) => {
            let list = async |page| whole(&t.chats().list(filter, *sort, &page).await?);
            let pages = pages(*limit, list).await?;
            json!([pages, t.chats().count(filter).await?])
        }
        O::ReadingOf(session, participant) => json!([
            t.chats().read_cursor(*session, participant).await?,
            t.chats().count_unread(*session, participant).await?,
        ]),
        O::ListIdle(before, limit) => json(&t.chats().list_idle(*before, *limit).await?),
        O::ListUnanswered(before, limit) => json(&t.chats().list_unanswered(*before, *limit).await?),
        O::ChatStats => rounded(json(&t.chats().stats().await?)),
        O::FindMessage(session, seq) => json(&t.messages().find(*session, *seq).await?),
        O::FindByClientId(session, author, key) => {
            json(&t.messages().find_by_client_id(*session, author.as_ref(), key).await?)
        }
        O::ListMessages(session, range) => json(&t.messages().list(*session, range).await?),
        O::SinkPosition(sink) => json(&t.events().sink_position(sink).await?),
        O::FindDelivery(sink) => json(&t.deliveries().find(sink).await?),
        O::ListDeadLetters(limit) => {
            let list = async |page| whole(&t.deliveries().list_dead_letters(&page).await?);
            pages(*limit, list).await?
        }
        O::FindAnswer(actor, key) => {
            let record = t.idempotency().find(actor, ANSWERED, key).await?;
            json(&record.map(|r| (r.actor, r.operation, r.key, r.fingerprint, r.outcome, r.created_at)))
        }
        O::Agents(id) => {
            let loads = t.agents().loads().await?.into_iter();
            let loads = loads.map(|(id, load)| (id, load.open_tickets, load.active_chats));
            let loads: Vec<_> = loads.filter(|(_, tickets, chats)| tickets + chats > 0).collect();
            json!([t.agents().find(id).await?, t.agents().list().await?, loads])
        }
        O::FindTrace(session, seq) => {
            let trace = t.bot_log().find_trace(*session, *seq).await?;
            let trace = trace.map(|trace| (trace.session_id, trace.seq, trace.trace, trace.created_at));
            json!([trace, format!("{:?}", t.answers().find(*session, *seq).await?)])
        }
        O::ListQuestions(limit) => {
            let list = async |page| {
                let page = t.bot_log().list_unanswered(&page).await?;
                whole(&page.map(|q| (q.id, q.session_id, q.seq, q.normalized, q.created_at)))
            };
            pages(*limit, list).await?
        }
        O::ListGroups(sort, limit) => {
            let list = async |page| whole(&t.bot_log().list_unanswered_groups(*sort, &page).await?);
            pages(*limit, list).await?
        }
        O::BotStats(period) => json!(format!("{:?}", t.answers().stats(period).await?)),
        O::Export(person) => {
            let export = t.people().export(person).await?;
            json!([export.tickets.len(), export.sessions.len(), export.written.len(), export.agent.is_some()])
        }
        change => unreachable!("{change:?} is no query"),
    })
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn done((): ()) -> Value {
    Value::Null
}

fn whole<T: Serialize>(page: &Page<T>) -> Result<(Value, Option<Keyset>), StoreError> {
    Ok((json!([page.items, page.next]), page.next))
}

/// Every page of a list.
async fn pages(
    limit: Limit,
    mut list: impl AsyncFnMut(PageRequest) -> Result<(Value, Option<Keyset>), StoreError>,
) -> Result<Value, StoreError> {
    let mut pages = Vec::new();
    let mut after = None;
    loop {
        let (page, next) = list(PageRequest { limit, after }).await?;
        pages.push(page);
        after = next;
        if after.is_none() {
            return Ok(pages.into());
        }
        assert!(pages.len() < 10_000, "a list that never ends");
    }
}

/// Prunes until nothing is left to go: which rows go first is the store's to choose.
async fn prune_everything(t: &mut dyn Transaction, before: &PruneBefore) -> Result<Value, StoreError> {
    let mut total = PruneCounts::default();
    loop {
        let counts = t.people().prune(before, Limit::default()).await?;
        if counts == PruneCounts::default() {
            return Ok(json(&total));
        }
        total.idempotency += counts.idempotency;
        total.events += counts.events;
        total.dead_letters += counts.dead_letters;
        total.bot_log += counts.bot_log;
        total.sessions += counts.sessions;
    }
}

/// Figures in a form that JSON can hold: it has no key for tickets without a category.
fn by_name(stats: crate::ticket::TicketStats) -> impl Serialize {
    let by_category: Vec<_> = stats.by_category.clone().into_iter().collect();
    let rest = crate::ticket::TicketStats { by_category: std::collections::BTreeMap::new(), ..stats };
    (by_category, rest)
}

/// Cuts fractions to what is left of them however they were added up.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => number.as_f64().map(|f| format!("{f:.6}")).into(),
        Value::Array(items) => items.into_iter().map(rounded).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, rounded(value))).collect(),
        other => other,
    }
}
