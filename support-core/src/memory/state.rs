//! A tenant's rows. What belongs to a ticket or a session is kept with it, and goes with it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    access::Scope,
    bot::KnowledgeVersion,
    chat::{Participant, Session, TokenHash},
    event::{DeadLetter, DeliveryState, Event, Position},
    id::{DeadLetterId, SessionId, TicketId, UnansweredId, UserId},
    message::Message,
    person::Agent,
    store::{AnswerRecord, IdempotencyRecord, StoreError, TraceRecord, UnansweredQuestion},
    text::{IdempotencyKey, LanguageTag},
    ticket::{Entry, HistoryChange, ResolutionCycle, Ticket},
    time::Timestamp,
};

/// Everything a tenant has written. Rows are shared with the snapshot it was copied from until they change.
#[derive(Clone, Default)]
pub(super) struct Tenant {
    pub(super) tickets: BTreeMap<TicketId, Arc<TicketRow>>,
    pub(super) sessions: BTreeMap<SessionId, Arc<SessionRow>>,
    /// In the order of their positions.
    pub(super) events: Vec<Event>,
    /// The last position given, whether its event is still there or not.
    pub(super) last_position: Position,
    pub(super) sinks: BTreeMap<String, Position>,
    pub(super) deliveries: BTreeMap<String, DeliveryState>,
    pub(super) dead_letters: BTreeMap<DeadLetterId, DeadLetter>,
    pub(super) first_answers: BTreeMap<AnswerKey, Arc<IdempotencyRecord>>,
    pub(super) agents: BTreeMap<UserId, Agent>,
    /// By what the questions say.
    pub(super) unanswered_groups: BTreeMap<String, GroupRow>,
    /// By language and number.
    pub(super) knowledge: BTreeMap<(LanguageTag, u64), Arc<KnowledgeVersion>>,
}

/// Who asked, for what, with which key.
pub(super) type AnswerKey = (String, String, IdempotencyKey);

/// A ticket with what belongs to it.
#[derive(Clone)]
pub(super) struct TicketRow {
    pub(super) ticket: Ticket,
    /// In the order of their `seq`.
    pub(super) entries: Vec<Arc<Entry>>,
    /// In the order in which they were appended.
    pub(super) history: Vec<Arc<HistoryChange>>,
    pub(super) resolutions: Vec<ResolutionCycle>,
}

/// A session with what belongs to it.
#[derive(Clone)]
pub(super) struct SessionRow {
    pub(super) session: Session,
    pub(super) token: Option<TokenHash>,
    pub(super) cursors: HashMap<Participant, u64>,
    /// By `seq`.
    pub(super) messages: BTreeMap<u64, Arc<Message>>,
    /// By the `seq` of the bot's message.
    pub(super) traces: BTreeMap<u64, Arc<TraceRecord>>,
    pub(super) unanswered: Vec<UnansweredQuestion>,
    /// By the `seq` of the message.
    pub(super) answers: BTreeMap<u64, AnswerRecord>,
}

/// Questions without an answer that say the same.
#[derive(Clone)]
pub(super) struct GroupRow {
    pub(super) id: UnansweredId,
    pub(super) count: u64,
    pub(super) first_seen_at: Timestamp,
    pub(super) last_seen_at: Timestamp,
    /// Where the last of them is.
    pub(super) sample: (SessionId, u64),
}

impl Tenant {
    /// Notes that questions of groups are gone. Each is named as often as it lost one.
    pub(super) fn ungroup(&mut self, gone: impl IntoIterator<Item = String>) {
        for text in gone {
            if let Some(group) = self.unanswered_groups.get_mut(&text) {
                group.count = group.count.saturating_sub(1);
                if group.count == 0 {
                    self.unanswered_groups.remove(&text);
                }
            }
        }
    }

    /// The ticket to be changed.
    pub(super) fn ticket_mut(&mut self, id: TicketId) -> Result<&mut TicketRow, StoreError> {
        self.tickets.get_mut(&id).map(Arc::make_mut).ok_or(StoreError::NotFound)
    }

    /// The session to be changed.
    pub(super) fn session_mut(&mut self, id: SessionId) -> Result<&mut SessionRow, StoreError> {
        self.sessions.get_mut(&id).map(Arc::make_mut).ok_or(StoreError::NotFound)
    }
}

impl TicketRow {
    /// Whether a caller with this scope may see the ticket.
    pub(super) fn is_in(&self, scope: &Scope) -> bool {
        scope.holds_ticket(&self.ticket)
    }
}

impl SessionRow {
    /// Whether a caller with this scope may see the session.
    pub(super) fn is_in(&self, scope: &Scope) -> bool {
        scope.holds_session(&self.session)
    }

    /// Up to which message a participant has read.
    pub(super) fn cursor(&self, participant: &Participant) -> u64 {
        self.cursors.get(participant).copied().unwrap_or(0)
    }

    /// The other side's messages beyond a participant's cursor.
    pub(super) fn unread(&self, participant: &Participant) -> u64 {
        let beyond = self.cursor(participant).saturating_add(1);
        let side = participant.side();
        self.messages.range(beyond..).filter(|(_, message)| message.sender.kind.is_news_for(side)).count()
            as u64
    }
}
