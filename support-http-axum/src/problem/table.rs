//! The closed list of codes, and which kind of error gets which.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use support_core::{Error, ErrorKind};

use super::{BadField, Problem};

macro_rules! codes {
    ($($variant:ident, $code:literal, $status:ident, $title:literal;)+) => {
        /// What kind of problem an answer is about. Stable: clients switch on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $variant,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as clients see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            /// The same for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

codes! {
    MalformedJson, "malformed_json", BAD_REQUEST, "The body is not JSON";
    BadCursor, "bad_cursor", BAD_REQUEST, "The cursor does not belong to this list";
    BadRequest, "bad_request", BAD_REQUEST, "The request is malformed";
    AmbiguousCredentials, "ambiguous_credentials", BAD_REQUEST, "Send one credential, not two";
    Unauthenticated, "unauthenticated", UNAUTHORIZED, "Sign in to do this";
    InvalidCredentials, "invalid_credentials", UNAUTHORIZED, "The credential is not valid";
    Forbidden, "forbidden", FORBIDDEN, "You may not do this";
    ForbiddenField, "forbidden_field", FORBIDDEN, "You may not set this field";
    NotFound, "not_found", NOT_FOUND, "There is no such object";
    MethodNotAllowed, "method_not_allowed", METHOD_NOT_ALLOWED, "This method is not allowed here";
    NotAcceptable, "not_acceptable", NOT_ACCEPTABLE, "None of the accepted media types can be served";
    TransitionNotAllowed, "transition_not_allowed", CONFLICT, "The ticket cannot go to this status";
    TicketClosed, "ticket_closed", CONFLICT, "The ticket is closed";
    SessionActive, "session_active", CONFLICT, "The chat is still active";
    SessionClosed, "session_closed", CONFLICT, "The chat is closed";
    SessionArchived, "session_archived", CONFLICT, "The chat is archived";
    SessionOpen, "session_open", CONFLICT, "You have an active chat already";
    RatingFinal, "rating_final", CONFLICT, "The rating can no longer be changed";
    TicketExists, "ticket_exists", CONFLICT, "The chat has a ticket already";
    ClientMessageIdReused, "client_message_id_reused", CONFLICT, "This client_message_id was used for another message";
    IdempotencyInFlight, "idempotency_in_flight", CONFLICT, "The first request with this Idempotency-Key has not ended yet";
    StaleVersion, "stale_version", PRECONDITION_FAILED, "The object has changed since you read it";
    PayloadTooLarge, "payload_too_large", PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType, "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "The body must be application/json";
    Validation, "validation", UNPROCESSABLE_ENTITY, "The request has invalid values";
    IdempotencyKeyReused, "idempotency_key_reused", UNPROCESSABLE_ENTITY, "This Idempotency-Key was used for another request";
    RateLimited, "rate_limited", TOO_MANY_REQUESTS, "Too many requests";
    Internal, "internal", INTERNAL_SERVER_ERROR, "Something went wrong";
    Unavailable, "unavailable", SERVICE_UNAVAILABLE, "The desk is busy or cannot reach its store; try again";
    TimedOut, "timed_out", SERVICE_UNAVAILABLE, "The request took too long";
    StorageFull, "storage_full", INSUFFICIENT_STORAGE, "The desk's store is full";
}

impl Code {
    /// The last part of the problem's `type`.
    pub(super) fn slug(self) -> String {
        self.as_str().replace('_', "-")
    }

    /// What an answer of this status is about when whoever made it did not say.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => Self::Validation,
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_server_error() => Self::Internal,
            _ => Self::BadRequest,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::from(error.kind());
        match problem.code.status().is_server_error() {
            true => problem.caused_by(error),
            false => problem,
        }
    }
}

impl From<&ErrorKind> for Problem {
    fn from(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::Unauthenticated => unauthenticated(Code::Unauthenticated),
            ErrorKind::Forbidden => Code::Forbidden.into(),
            ErrorKind::ForbiddenField { field } => Self::new(Code::ForbiddenField).with("field", *field),
            ErrorKind::NotFound => Code::NotFound.into(),
            ErrorKind::Invalid(fields) => Self::invalid(fields.iter().map(BadField::from).collect()),
            ErrorKind::InvalidKnowledgeBase(found) => {
                Self::invalid(found.iter().map(BadField::in_knowledge_base).collect())
            }
            ErrorKind::BadCursor => Code::BadCursor.into(),
            ErrorKind::TransitionNotAllowed { from, to } => {
                Self::new(Code::TransitionNotAllowed).with("from", from.as_str()).with("to", to.as_str())
            }
            ErrorKind::TicketClosed => Code::TicketClosed.into(),
            ErrorKind::SessionActive => Code::SessionActive.into(),
            ErrorKind::SessionClosed => Code::SessionClosed.into(),
            ErrorKind::SessionArchived => Code::SessionArchived.into(),
            ErrorKind::SessionOpen => Code::SessionOpen.into(),
            ErrorKind::RatingFinal => Code::RatingFinal.into(),
            ErrorKind::TicketExists { ticket_id } => {
                Self::new(Code::TicketExists).with("ticket_id", ticket_id.to_string())
            }
            ErrorKind::ClientMessageIdReused => Code::ClientMessageIdReused.into(),
            ErrorKind::IdempotencyKeyReused => Code::IdempotencyKeyReused.into(),
            ErrorKind::IdempotencyInFlight => Code::IdempotencyInFlight.into(),
            ErrorKind::StaleVersion { current } => Self::new(Code::StaleVersion).with("version", *current),
            ErrorKind::Unavailable => Self::new(Code::Unavailable).retry_after(1),
            ErrorKind::StorageFull => Code::StorageFull.into(),
            ErrorKind::Internal => Code::Internal.into(),
        }
    }
}

/// A 401 with the challenge that RFC 9110 asks for.
pub(crate) fn unauthenticated(code: Code) -> Problem {
    let challenge = match code {
        Code::InvalidCredentials => "Bearer realm=\"support\", error=\"invalid_token\"",
        _ => "Bearer realm=\"support\"",
    };
    Problem::new(code)
        .header(HeaderName::from_static("www-authenticate"), HeaderValue::from_static(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_never_a_success() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code:?}");
            assert!(code.status().as_u16() >= 400);
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
