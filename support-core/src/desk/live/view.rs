//! What of an event a subscriber sees.

use std::sync::Arc;

use super::{
    Topic,
    cursor::Place,
    load::{Loaded, Loader, Piece, SessionState, Subject},
    seen::{Details, Seen, SeenObject, SeenSession},
    tail::Tail,
};
use crate::{
    access::{Action, Object, ObjectKind, Principal},
    chat::SessionView,
    desk::{SupportDesk, chat::briefing::for_customer},
    error::{ErrorKind, Result},
    event::{Event, EventKind, EventSubject},
    message::{Message, Side},
    ticket::{Entry, Visibility},
};

/// A way to see an event. Who has the same one is shown the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum View {
    /// A session, with so many unread messages.
    Session { details: Details, unread: u64 },
    /// A message, with or without what is for staff in it.
    Message(Details),
    /// What looks the same to everybody who may see it.
    Alike,
    /// A thread with or without its notes.
    Thread(Visibility),
}

impl SupportDesk {
    /// The event as this caller may see it now; `None` if they may not, or if what it was about is gone (S-17).
    pub(super) async fn see(
        &self,
        principal: &Principal,
        tail: &Tail,
        event: &Event,
        loaded: Option<Loaded>,
    ) -> Result<Option<Arc<Seen>>> {
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => self.load_again(tail, event).await?,
        };
        let Some(subject) = &loaded.subject else { return Ok(None) };
        if !self.may_see(principal, subject) {
            return Ok(None);
        }
        let Some(view) = self.view(principal, tail, event, subject).await? else { return Ok(None) };
        if let Some(seen) = tail.seen(event, &view) {
            return Ok(Some(seen));
        }
        // A message or an entry that is gone, or a note for somebody who may see none.
        let Some(object) = self.object(principal, event, &loaded, &view)? else { return Ok(None) };
        let cursor = Place::of(event).write(&tail.tenant, Topic::of(event));
        Ok(Some(tail.share(event, view, Seen::new(cursor, event.kind, object))))
    }

    /// The one question for every event: is it in the caller's scope, and does the policy grant them to read it.
    pub(super) fn may_see(&self, principal: &Principal, subject: &Subject) -> bool {
        match subject {
            Subject::Session(state) => {
                let session = &state.session;
                self.scope(principal, ObjectKind::Session).holds_session(session)
                    && self.allow(principal, Action::ReadSession, Object::Session(session)).is_ok()
            }
            Subject::Ticket(ticket) => {
                self.scope(principal, ObjectKind::Ticket).holds_ticket(ticket)
                    && self.allow(principal, Action::ReadTicket, Object::Ticket(ticket)).is_ok()
            }
        }
    }

    async fn view(
        &self,
        principal: &Principal,
        tail: &Tail,
        event: &Event,
        subject: &Subject,
    ) -> Result<Option<View>> {
        Ok(match (event.kind, subject) {
            (EventKind::TicketCreated | EventKind::TicketUpdated, _) => Some(View::Alike),
            (EventKind::MessageCreated, Subject::Session(state)) => {
                Some(View::Message(self.details(principal, state)))
            }
            (EventKind::ReplyCreated | EventKind::NoteCreated, Subject::Ticket(ticket)) => {
                Some(View::Thread(self.visibility(principal, Object::Ticket(ticket))))
            }
            (
                EventKind::SessionCreated
                | EventKind::SessionUpdated
                | EventKind::MessagesReadByCustomer
                | EventKind::MessagesReadByStaff,
                Subject::Session(state),
            ) => {
                let details = self.details(principal, state);
                Some(View::Session { details, unread: self.unread(principal, tail, state).await? })
            }
            _ => None,
        })
    }

    fn details(&self, principal: &Principal, state: &SessionState) -> Details {
        match self.sees_details(principal, &state.session) {
            true => Details::Shown,
            false => Details::Hidden,
        }
    }

    /// What the caller has not read of a session. Who comes first reads it for all who have read equally far.
    async fn unread(&self, principal: &Principal, tail: &Tail, state: &SessionState) -> Result<u64> {
        let participant = self.participant(principal, &state.session);
        if let Some(unread) = state.known_unread(&participant) {
            return Ok(unread);
        }
        let _turn = self.turn_to_read(tail).await?;
        if let Some(unread) = state.known_unread(&participant) {
            return Ok(unread);
        }
        let mut tx = self.begin_read(&tail.tenant).await?;
        Ok(state.read_unread(&mut *tx, &participant).await?)
    }

    fn object(
        &self,
        principal: &Principal,
        event: &Event,
        loaded: &Loaded,
        view: &View,
    ) -> Result<Option<SeenObject>> {
        let object = match (loaded.subject.as_deref(), &loaded.piece, view) {
            (Some(Subject::Session(_)), Some(Piece::Message(message)), View::Message(details)) => {
                let message = Message::clone(message);
                SeenObject::Message(match details {
                    Details::Shown => message,
                    Details::Hidden => for_customer(message),
                })
            }
            (Some(Subject::Ticket(ticket)), Some(Piece::Entry(entry)), View::Thread(_)) => {
                match self.as_seen(principal, ticket, Entry::clone(entry)) {
                    Ok(entry) => SeenObject::Entry(entry),
                    Err(error) if *error.kind() == ErrorKind::NotFound => return Ok(None),
                    Err(error) => return Err(error),
                }
            }
            (Some(Subject::Ticket(ticket)), None, View::Alike) if !event.kind.names_a_piece() => {
                SeenObject::Ticket(ticket.clone())
            }
            (Some(Subject::Session(state)), None, View::Session { details, unread }) => {
                let view = SessionView { session: state.session.clone(), unread_count: *unread };
                let session = SeenSession { view, details: *details };
                match read_by(event) {
                    Some((up_to_seq, by)) => SeenObject::Read { session, up_to_seq, by },
                    None => SeenObject::Session(session),
                }
            }
            _ => return Ok(None),
        };
        Ok(Some(object))
    }

    /// Reads what an event is about, for a subscriber who comes to it late.
    async fn load_again(&self, tail: &Tail, event: &Event) -> Result<Loaded> {
        let mut tx = self.begin_read(&tail.tenant).await?;
        Ok(Loader::default().load(&mut *tx, event).await?)
    }
}

fn read_by(event: &Event) -> Option<(u64, Side)> {
    let side = match event.kind {
        EventKind::MessagesReadByCustomer => Side::Customer,
        EventKind::MessagesReadByStaff => Side::Desk,
        _ => return None,
    };
    match event.subject {
        EventSubject::Session { seq: Some(seq), .. } => Some((seq, side)),
        _ => None,
    }
}
