//! Who is calling, what they may see, and what they may do.
//!
//! Two questions, one answer for every door: [`AccessPolicy::scope`] goes into each query, and
//! [`AccessPolicy::may`] is asked about each object that a query returned. What is out of scope does not exist for
//! the caller; what is in scope and not allowed is refused.

mod default;

use serde::{Deserialize, Serialize};

pub use self::default::DefaultPolicy;
use crate::{
    chat::{Participant, Session},
    id::{SessionId, TenantId, UserId},
    person::{Actor, ActorKind, Person},
    ticket::Ticket,
};

/// Who is calling. Made from verified credentials only, or by the host's own code.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Principal {
    /// Whose desk they are at.
    pub tenant: TenantId,
    /// Who they are.
    pub identity: Identity,
}

/// Who somebody is.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a policy must answer for each")]
pub enum Identity {
    /// Nobody was named.
    Anonymous,
    /// Somebody who holds a session's token.
    Guest {
        /// The one session they may see.
        session_id: SessionId,
    },
    /// A customer whom the host knows.
    User(Person),
    /// Somebody whom the host calls staff.
    Agent(Person),
    /// The host itself: jobs, imports, hooks.
    System,
}

impl Principal {
    /// Nobody in particular, at the default tenant.
    pub fn anonymous() -> Self {
        Self::new(Identity::Anonymous)
    }

    /// The holder of a session's token, at the default tenant.
    pub fn guest(session_id: SessionId) -> Self {
        Self::new(Identity::Guest { session_id })
    }

    /// A customer whom the host knows, at the default tenant.
    pub fn user(person: Person) -> Self {
        Self::new(Identity::User(person))
    }

    /// Staff, at the default tenant.
    pub fn agent(person: Person) -> Self {
        Self::new(Identity::Agent(person))
    }

    /// The host itself, at the default tenant.
    pub fn system() -> Self {
        Self::new(Identity::System)
    }

    fn new(identity: Identity) -> Self {
        Self { tenant: TenantId::default(), identity }
    }

    /// The same caller at another tenant's desk.
    #[must_use]
    pub fn at(mut self, tenant: TenantId) -> Self {
        self.tenant = tenant;
        self
    }

    /// The host's record of the caller, for users and staff.
    pub const fn person(&self) -> Option<&Person> {
        match &self.identity {
            Identity::User(person) | Identity::Agent(person) => Some(person),
            Identity::Anonymous | Identity::Guest { .. } | Identity::System => None,
        }
    }

    /// Whether the host calls them staff, or they are the host.
    pub const fn is_staff(&self) -> bool {
        matches!(self.identity, Identity::Agent(_) | Identity::System)
    }

    /// The caller as history and threads name them.
    pub fn actor(&self) -> Actor {
        match &self.identity {
            Identity::Agent(person) => Actor::person(person, ActorKind::Agent),
            Identity::User(person) => Actor::person(person, ActorKind::Customer),
            Identity::Guest { .. } | Identity::Anonymous => Actor::nameless(ActorKind::Customer),
            Identity::System => Actor::nameless(ActorKind::System),
        }
    }

    /// Whose read cursor counts for the caller.
    pub fn participant(&self) -> Participant {
        match &self.identity {
            Identity::Agent(person) => Participant::Agent(person.id.clone()),
            Identity::User(_) | Identity::Guest { .. } | Identity::Anonymous | Identity::System => {
                Participant::Customer
            }
        }
    }

    /// A stable name of the caller within the tenant, for idempotency keys and rate limits. `None` for nobody.
    ///
    /// Roles are part of it, so that a user and an agent with one id do not meet.
    pub fn key(&self) -> Option<String> {
        match &self.identity {
            Identity::Anonymous => None,
            Identity::Guest { session_id } => Some(format!("guest:{session_id}")),
            Identity::User(person) => Some(format!("user:{}", person.id)),
            Identity::Agent(person) => Some(format!("agent:{}", person.id)),
            Identity::System => Some("system".to_owned()),
        }
    }
}

/// What a caller may see of one kind of object. Part of every query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum Scope {
    /// Nothing.
    Nothing,
    /// One chat session, and nothing else.
    Session(SessionId),
    /// What belongs to one customer.
    Customer(UserId),
    /// All of the tenant.
    Everything,
}

impl Scope {
    /// Whether it holds a ticket. The predicate that stores write in their queries.
    pub fn holds_ticket(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Nothing | Self::Session(_) => false,
            Self::Customer(user) => ticket.requester.user_id() == Some(user),
            Self::Everything => true,
        }
    }

    /// Whether it holds a session. The predicate that stores write in their queries.
    pub fn holds_session(&self, session: &Session) -> bool {
        match self {
            Self::Nothing => false,
            Self::Session(id) => session.id == *id,
            Self::Customer(user) => session.customer.user_id() == Some(user),
            Self::Everything => true,
        }
    }
}

/// A kind of object that is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ObjectKind {
    /// Tickets.
    Ticket,
    /// Chat sessions, and with them their messages.
    Session,
}

/// What a caller wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Open a ticket.
    CreateTicket,
    /// Open a ticket in somebody else's name.
    CreateTicketForOther,
    /// List tickets.
    ListTickets,
    /// Read a ticket and the public part of its thread.
    ReadTicket,
    /// Read and write notes.
    ReadNotes,
    /// Reply publicly.
    ReplyToTicket,
    /// Change a ticket's priority.
    PrioritizeTicket,
    /// Change any field of a ticket.
    EditTicket,
    /// Close a ticket.
    CloseTicket,
    /// Reopen a ticket.
    ReopenTicket,
    /// Give a ticket to an agent.
    AssignTicket,
    /// Read a ticket's history.
    ReadTicketHistory,
    /// Read figures about tickets.
    ReadTicketStats,
    /// Open a chat session.
    StartSession,
    /// List chat sessions.
    ListSessions,
    /// Read a session and its messages.
    ReadSession,
    /// Read what only staff see of a session.
    ReadSessionDetails,
    /// Write a message, move a read cursor, show typing.
    TakePartInSession,
    /// Close a session.
    CloseSession,
    /// Reopen or archive a session.
    ManageSession,
    /// Give a session to an agent.
    AssignSession,
    /// Ask for a human.
    RequestHandoff,
    /// Rate a session.
    RateSession,
    /// Say whether an answer of the bot helped.
    RateAnswer,
    /// Make a ticket of a session.
    ConvertSession,
    /// List agents.
    ListAgents,
    /// Read the host's side of the bot: traces, unanswered questions, figures.
    ReadBotLog,
    /// Read and change what the bot knows.
    ManageBot,
    /// Export and erase a person's data.
    ManagePersonalData,
    /// See which events the host's hooks did not take, and have them told again.
    ManageDeadLetters,
}

/// What an action is done to.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Object<'a> {
    /// The desk as such.
    Desk,
    /// A ticket that the caller's scope holds.
    Ticket(&'a Ticket),
    /// A session that the caller's scope holds.
    Session(&'a Session),
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the desk answers for each")]
#[must_use]
pub enum Denied {
    /// Nobody was named, and somebody is needed.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// The caller may not even know of the object.
    Hidden,
}

/// Decides what callers may see and do. Hosts with rules of their own replace [`DefaultPolicy`].
pub trait AccessPolicy: Send + Sync + std::fmt::Debug {
    /// Whether the caller may do this to the object.
    ///
    /// # Errors
    /// [`Denied`], with the answer that the caller is to get.
    fn may(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Denied>;

    /// What the caller may see of a kind of object.
    fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope;
}
