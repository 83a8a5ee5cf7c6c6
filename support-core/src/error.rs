//! What can go wrong, as a caller sees it.

use crate::{bot::Diagnostic, store::StoreError, text::Rejection, ticket::TicketStatus};

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case was refused or failed.
///
/// Its message is safe for clients. What only the log may see is in [`std::error::Error::source`].
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct Error {
    kind: ErrorKind,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// What went wrong, by meaning.
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Takes the meaning out.
    pub fn into_kind(self) -> ErrorKind {
        self.kind
    }

    /// A refusal of one field.
    pub fn invalid(field: impl Into<String>, rejection: Rejection) -> Self {
        ErrorKind::Invalid(vec![FieldError::new(field, rejection)]).into()
    }

    /// Whether another transaction was faster, so that trying again from the start may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        let store = self.source.as_ref().and_then(|source| source.downcast_ref::<StoreError>());
        matches!(store, Some(StoreError::Conflict))
    }

    /// A failure inside the desk, with what the log should know.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: ErrorKind::Internal, source: Some(source.into()) }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, source: None }
    }
}

/// What went wrong, by meaning. Exhaustive on purpose: a new kind must be placed in every table of answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a new kind breaks the adapters' tables at compile time")]
pub enum ErrorKind {
    /// Nobody was named, and somebody is needed.
    #[error("sign in to do this")]
    Unauthenticated,
    /// The caller may know of the object and may not do this.
    #[error("you may not do this")]
    Forbidden,
    /// The caller may do this, but not set this field.
    #[error("you may not set this field")]
    ForbiddenField {
        /// The field's name in the command.
        field: &'static str,
    },
    /// The object does not exist, or the caller may not know of it.
    #[error("there is no such object")]
    NotFound,
    /// One or more values were refused; all of them are named.
    #[error("the request has invalid values")]
    Invalid(Vec<FieldError>),
    /// The text is no valid knowledge base; everything that is wrong with it is named.
    #[error("the knowledge base is not valid")]
    InvalidKnowledgeBase(Vec<Diagnostic>),
    /// The page cursor is broken, or belongs to another list or caller.
    #[error("the cursor does not belong to this list")]
    BadCursor,
    /// The ticket cannot go from one status to the other.
    #[error("a ticket cannot go from {from} to {to}")]
    TransitionNotAllowed {
        /// The status it has.
        from: TicketStatus,
        /// The status that was asked for.
        to: TicketStatus,
    },
    /// The ticket is closed.
    #[error("the ticket is closed")]
    TicketClosed,
    /// The chat is active, and must be closed for this.
    #[error("the chat is still active")]
    SessionActive,
    /// The chat is closed.
    #[error("the chat is closed")]
    SessionClosed,
    /// The chat is archived.
    #[error("the chat is archived")]
    SessionArchived,
    /// The guest has an active chat already.
    #[error("you have an active chat already")]
    SessionOpen,
    /// The rating can no longer be changed.
    #[error("the rating can no longer be changed")]
    RatingFinal,
    /// The chat has a ticket already.
    #[error("the chat has a ticket already")]
    TicketExists {
        /// That ticket.
        ticket_id: crate::id::TicketId,
    },
    /// The client's message id was used for another message.
    #[error("this client message id was used for another message")]
    ClientMessageIdReused,
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The request with this idempotency key has not ended yet.
    #[error("the first request with this idempotency key has not ended yet")]
    IdempotencyInFlight,
    /// The object has changed since the caller read it.
    #[error("the object has changed since you read it")]
    StaleVersion {
        /// The version it has now.
        current: u64,
    },
    /// The store cannot be reached or is overloaded; nothing was written.
    #[error("the desk is busy or cannot reach its store; try again")]
    Unavailable,
    /// The store has no room; nothing was written.
    #[error("the desk's store is full")]
    StorageFull,
    /// A fault of the desk; the source says more.
    #[error("something went wrong")]
    Internal,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = match &error {
            StoreError::Unavailable { .. } => ErrorKind::Unavailable,
            StoreError::Full { .. } => ErrorKind::StorageFull,
            // A conflict that outlived its retries is contention, not a fault.
            StoreError::Conflict => ErrorKind::Unavailable,
            StoreError::NotFound
            | StoreError::AlreadyExists
            | StoreError::Corrupt { .. }
            | StoreError::Backend { .. } => ErrorKind::Internal,
        };
        Self { kind, source: Some(Box::new(error)) }
    }
}

/// One refused field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the command; nested fields and items are joined with `/`, as in `tags/3`.
    pub field: String,
    /// Why it was refused.
    pub rejection: Rejection,
}

impl FieldError {
    /// Names a field and why it was refused.
    pub fn new(field: impl Into<String>, rejection: Rejection) -> Self {
        Self { field: field.into(), rejection }
    }
}
