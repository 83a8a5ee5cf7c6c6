//! What events are about, read for all subscribers at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
};

use crate::{
    access::Scope,
    chat::{Participant, Session},
    event::{Event, EventSubject},
    id::{SessionId, TicketId, UserId},
    memory::lock,
    message::{Message, Side},
    store::{StoreError, Transaction},
    ticket::{Entry, Ticket, TicketKey, Visibility},
};

/// What an event is about, as the desk itself sees it. It never leaves the desk like this: subscribers are shown what
/// the policy grants them.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    /// `None` if it is gone.
    pub(super) subject: Option<Arc<Subject>>,
    pub(super) piece: Option<Piece>,
}

impl Loaded {
    /// Of what is not there any more.
    pub(super) const GONE: Self = Self { subject: None, piece: None };
}

/// The object that an event names.
#[derive(Debug)]
pub(super) enum Subject {
    Session(SessionState),
    Ticket(Ticket),
}

/// A session, with how far everybody has read once somebody wants to know.
#[derive(Debug)]
pub(super) struct SessionState {
    pub(super) session: Session,
    cursors: OnceLock<Vec<(Participant, u64)>>,
    unread: Mutex<HashMap<(Side, u64), u64>>,
}

/// The part of it that an event is about.
#[derive(Debug, Clone)]
pub(super) enum Piece {
    Message(Arc<Message>),
    Entry(Arc<Entry>),
}

/// Names an object among those of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SubjectId {
    Session(SessionId),
    Ticket(TicketId),
}

impl SubjectId {
    pub(super) const fn of(event: &Event) -> Self {
        match event.subject {
            EventSubject::Session { session_id, .. } => Self::Session(session_id),
            EventSubject::Ticket { ticket_id, .. } => Self::Ticket(ticket_id),
        }
    }
}

impl Subject {
    pub(super) fn session(session: Session) -> Self {
        Self::Session(SessionState::new(session))
    }

    /// Whose it is, if the host knows them.
    pub(super) const fn customer(&self) -> Option<&UserId> {
        match self {
            Self::Session(state) => state.session.customer.user_id(),
            Self::Ticket(ticket) => ticket.requester.user_id(),
        }
    }
}

impl SessionState {
    fn new(session: Session) -> Self {
        Self { session, cursors: OnceLock::new(), unread: Mutex::default() }
    }

    /// What a participant has not read, if it is known already.
    pub(super) fn known_unread(&self, participant: &Participant) -> Option<u64> {
        let cursor = cursor_of(self.cursors.get()?, participant);
        let side = participant.side();
        // The customer's last message is the last that is news for staff.
        if side == Side::Desk && cursor >= self.session.last_customer_seq {
            return Some(0);
        }
        lock(&self.unread).get(&(side, cursor)).copied()
    }

    /// Reads what a participant has not read. Who has read equally far is answered for with it.
    pub(super) async fn read_unread(
        &self,
        tx: &mut dyn Transaction,
        participant: &Participant,
    ) -> Result<u64, StoreError> {
        let id = self.session.id;
        if self.cursors.get().is_none() {
            let read = tx.chats().list_read_cursors(id).await?;
            _ = self.cursors.set(read);
            if let Some(unread) = self.known_unread(participant) {
                return Ok(unread);
            }
        }
        let unread = tx.chats().count_unread(id, participant).await?;
        let cursor = tx.chats().read_cursor(id, participant).await?;
        // Who has read on meanwhile says nothing of those who have not.
        if self.cursors.get().is_some_and(|cursors| cursor_of(cursors, participant) == cursor) {
            lock(&self.unread).insert((participant.side(), cursor), unread);
        }
        Ok(unread)
    }
}

fn cursor_of(cursors: &[(Participant, u64)], participant: &Participant) -> u64 {
    cursors.iter().find(|(who, _)| who == participant).map_or(0, |(_, up_to)| *up_to)
}

/// Reads what events are about; an object that several events name is read once.
#[derive(Debug, Default)]
pub(super) struct Loader {
    subjects: HashMap<SubjectId, Option<Arc<Subject>>>,
}

impl Loader {
    pub(super) async fn load(
        &mut self,
        tx: &mut dyn Transaction,
        event: &Event,
    ) -> Result<Loaded, StoreError> {
        let id = SubjectId::of(event);
        let subject = match self.subjects.get(&id) {
            Some(subject) => subject.clone(),
            None => {
                let subject = subject(tx, id).await?.map(Arc::new);
                self.subjects.insert(id, subject.clone());
                subject
            }
        };
        let piece = match (&subject, event.kind.names_a_piece(), event.subject) {
            (None, ..) | (_, false, _) => None,
            (_, true, EventSubject::Session { session_id, seq: Some(seq) }) => {
                tx.messages().find(session_id, seq).await?.map(|message| Piece::Message(Arc::new(message)))
            }
            (_, true, EventSubject::Ticket { ticket_id, seq: Some(seq) }) => {
                let entry = tx.tickets().find_entry(ticket_id, seq, Visibility::Staff).await?;
                entry.map(|entry| Piece::Entry(Arc::new(entry)))
            }
            (_, true, _) => None,
        };
        Ok(Loaded { subject, piece })
    }
}

/// Reads for the desk itself: one query for all subscribers, each of whom is asked about before they see anything.
async fn subject(tx: &mut dyn Transaction, id: SubjectId) -> Result<Option<Subject>, StoreError> {
    Ok(match id {
        SubjectId::Session(id) => {
            let session = tx.chats().find(id, &Scope::Everything).await?;
            session.map(Subject::session)
        }
        SubjectId::Ticket(id) => {
            tx.tickets().find(&TicketKey::Id(id), &Scope::Everything).await?.map(Subject::Ticket)
        }
    })
}
