//! The rules that ship.

use super::{AccessPolicy, Action, Denied, Identity, Object, ObjectKind, Principal, Scope};

/// Customers see and do what is theirs; staff see and do everything of their tenant.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultPolicy;

impl AccessPolicy for DefaultPolicy {
    fn may(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Denied> {
        // A stranger may do two things: begin a chat, and nothing else.
        match (&principal.identity, action) {
            (_, Action::StartSession) | (Identity::System, _) => Ok(()),
            (Identity::Anonymous, _) => Err(Denied::Unauthenticated),
            (Identity::Agent(_), action) => staff(action, principal, object),
            (Identity::User(_), action) => user(action),
            (Identity::Guest { .. }, action) => guest(action),
        }
    }

    fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope {
        match (&principal.identity, kind) {
            (Identity::Agent(_) | Identity::System, _) => Scope::Everything,
            (Identity::User(person), _) => Scope::Customer(person.id.clone()),
            (Identity::Guest { session_id }, ObjectKind::Session) => Scope::Session(*session_id),
            (Identity::Guest { .. } | Identity::Anonymous, _) => Scope::Nothing,
        }
    }
}

fn staff(action: Action, principal: &Principal, object: Object<'_>) -> Result<(), Denied> {
    match (action, object) {
        // Staff do not rate themselves, nor their bot; an agent who is the session's own customer may.
        (Action::RateSession | Action::RateAnswer, Object::Session(session))
            if session.customer.user_id() != principal.person().map(|person| &person.id) =>
        {
            Err(Denied::Forbidden)
        }
        (Action::ManagePersonalData | Action::ManageDeadLetters, _) => Err(Denied::Forbidden),
        _ => Ok(()),
    }
}

/// What a signed-in customer may do with what is theirs.
fn user(action: Action) -> Result<(), Denied> {
    match action {
        Action::CreateTicket
        | Action::ListTickets
        | Action::ReadTicket
        | Action::ReplyToTicket
        | Action::PrioritizeTicket
        | Action::CloseTicket
        | Action::ReopenTicket
        | Action::ReadTicketStats
        | Action::ConvertSession => Ok(()),
        _ => guest(action),
    }
}

/// What the holder of a session's token may do with that session.
fn guest(action: Action) -> Result<(), Denied> {
    match action {
        Action::StartSession
        | Action::ListSessions
        | Action::ReadSession
        | Action::TakePartInSession
        | Action::CloseSession
        | Action::RequestHandoff
        | Action::RateSession
        | Action::RateAnswer => Ok(()),
        _ => Err(Denied::Forbidden),
    }
}
